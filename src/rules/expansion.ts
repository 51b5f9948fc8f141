import type { ValueSet } from '../cql/value-sets.ts';
import { isRxNorm } from '../terminology/medications.ts';
import { codeKey } from '../terminology/systems.ts';
import type { ValueSetFile } from './manifest.ts';

/** How a value set was completed by a terminology server. */
export interface Expansion {
  /** The canonical URL that was expanded. */
  readonly url: string;
  /** The instant at which the server gave the codes that are used; absent where it never has: the set is known in part only. */
  readonly asked?: string;
  /** Why the server did not give them, or not again. */
  readonly problem?: string;
}

/** An expansion with its codes. */
export interface ExpandedCodes extends Expansion {
  readonly codes: ValueSet['codes'];
}

/** The codes with those of an expansion that are not among them; of those a drug class takes RxNorm's, being of ingredients. */
export const withExpansion = (
  own: ValueSet['codes'],
  kind: ValueSetFile['kind'],
  more: ValueSet['codes'],
): ValueSet['codes'] => {
  if (more.length === 0) return own;
  const known = new Set(own.map(({ system, code }) => codeKey(system, code)));
  return [
    ...own,
    ...more.filter(
      ({ system, code }) => !known.has(codeKey(system, code)) && (kind !== 'drug-class' || isRxNorm(system)),
    ),
  ];
};
