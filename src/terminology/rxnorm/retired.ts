import { getOrCompute } from '../../get-or-compute.ts';

/** What became of a retired code. */
type Fate =
  | { readonly is: 'moved'; readonly to: number }
  /** No successor, however far the chain is followed, is a drug whose ingredients are known. */
  | { readonly is: 'gone' }
  /** Successors have different ingredients. */
  | { readonly is: 'split' };

/** Codes that were retired, with what they were moved to. */
export interface RetiredCodes {
  /** Adds that a code was moved to another, or to one of several. */
  add(code: number, successor: number): void;
  /** All codes that were moved. */
  codes(): Iterable<number>;
  /** Follows a code to drugs whose ingredients are known; of several with the same ingredients the lowest. */
  fateOf(code: number): Fate;
}

export const createRetiredCodes = (ingredientsOf: (drug: number) => string | undefined): RetiredCodes => {
  const successors = new Map<number, Set<number>>();

  const endsOf = (code: number): readonly number[] => {
    const seen = new Set([code]);
    const ends: number[] = [];
    // A set is walked with what is added on the way; a code comes up once, so that circles end.
    for (const each of seen)
      for (const next of successors.get(each) ?? []) {
        if (ingredientsOf(next) === undefined) seen.add(next);
        else ends.push(next);
      }
    return ends;
  };

  return {
    add: (code, successor) => {
      if (code !== successor) getOrCompute(successors, code, () => new Set()).add(successor);
    },
    codes: () => successors.keys(),
    fateOf: (code) => {
      const ends = endsOf(code);
      if (ends.length === 0) return { is: 'gone' };
      return new Set(ends.map(ingredientsOf)).size > 1 ? { is: 'split' } : { is: 'moved', to: Math.min(...ends) };
    },
  };
};
