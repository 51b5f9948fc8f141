// What htmx leaves to the page: telling of a request that got no answer, and of parts that are being read.
const problem = () => document.getElementById('page-problem');

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  problem()?.replaceChildren();
  ctx.target?.setAttribute?.('aria-busy', 'true');
});

document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  ctx.target?.removeAttribute?.('aria-busy');
});

document.addEventListener('htmx:error', ({ detail: { error } }) => {
  const words = document.createElement('p');
  words.className = 'problem';
  words.textContent = `The chart page does not answer (${error?.message ?? error}). Nothing was changed; try again.`;
  problem()?.replaceChildren(words);
});
