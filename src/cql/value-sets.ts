import type { CodeSet } from '../record/record.ts';

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
}

export type ValueSets = ReadonlyMap<string, ValueSet>;
