/** The word among several that takes the fewest changes of a letter to become another; undefined where there is none. */
export const nearest = (word: string, among: Iterable<string>): string | undefined => {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const each of among) {
    const changes = changesBetween(word, each);
    if (changes >= fewest) continue;
    best = each;
    fewest = changes;
  }
  return best;
};

/** Letters put in, left out or replaced (Levenshtein), a row of the table at a time. */
const changesBetween = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (b[j] === letter ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
};
