import type { ErrorRequestHandler } from 'express';
import type { Views } from './views.ts';

/** An answer of the page other than 200, with words for whoever reads it. */
export class PageError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'PageError';
    this.status = status;
  }
}

/** Every error is shown: on a page of its own, or for htmx in the place that every page keeps for it. */
export const errorPage =
  (views: Views, tell: (error: unknown) => void): ErrorRequestHandler =>
  (thrown, request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const { status, words } = wordsOf(thrown);
    if (status >= 500) tell(thrown);
    const problem = { title: words, details: [] };
    response.status(status);
    if (request.get('HX-Request') === undefined) response.send(views.errorPage(request.baseUrl, problem));
    else response.set({ 'HX-Retarget': '#page-problem', 'HX-Reswap': 'innerHTML' }).send(views.problem(problem));
  };

const wordsOf = (thrown: unknown): { status: number; words: string } => {
  if (thrown instanceof PageError) return { status: thrown.status, words: thrown.message };
  const { status } = thrown as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500
    ? { status, words: 'The page could not read what was sent.' }
    : { status: 500, words: 'The chart page failed; its log has the reason.' };
};
