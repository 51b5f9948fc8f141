import type { CodeSet } from '../terminology/code-set.ts';

interface ValueSetCode {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

/** The codes behind one canonical URL. */
export interface ValueSet extends CodeSet {
  readonly url: string;
  readonly title: string;
  readonly codes: readonly ValueSetCode[];
  /** Code systems that belong to it whole, whose codes are not listed. */
  readonly systems?: readonly string[];
  /** Why its codes cannot be known; what needs them fails. */
  readonly notExpandable?: string;
}

/** By canonical URL, and by `url|version` where a version is to be told from others. */
export type ValueSets = ReadonlyMap<string, ValueSet>;

/**
 * The value set that a library names by its canonical URL and, where it gives one, version; undefined when it is not there.
 *
 * @throws Error when it is there and its codes cannot be known
 */
export const findValueSet = (valueSets: ValueSets, url: string, version?: string): ValueSet | undefined => {
  const found = valueSets.get(version === undefined ? url : `${url}|${version}`);
  if (found?.notExpandable !== undefined) throw new Error(found.notExpandable);
  return found;
};
