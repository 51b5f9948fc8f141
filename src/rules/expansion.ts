import type { ValueSet } from '../cql/value-sets.ts';
import { isRxNorm } from '../terminology/medications.ts';
import { codeKey } from '../terminology/systems.ts';
import type { ValueSetKind } from './manifest.ts';

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

/**
 * The codes with those of an expansion that are not among them, and how many were left out: a drug class is of ingredients
 * and takes RxNorm's alone.
 */
export const withExpansion = (
  own: ValueSet['codes'],
  kind: ValueSetKind,
  more: ValueSet['codes'],
): { readonly codes: ValueSet['codes']; readonly leftOut: number } => {
  const known = new Set(own.map(({ system, code }) => codeKey(system, code)));
  const fitting = kind === 'drug-class' ? more.filter(({ system }) => isRxNorm(system)) : more;
  return {
    codes: [...own, ...fitting.filter(({ system, code }) => !known.has(codeKey(system, code)))],
    leftOut: more.length - fitting.length,
  };
};

/** What is to be told of an expansion whose codes were taken but for some. */
export const withoutCodes = ({ codes: _, ...expansion }: ExpandedCodes, leftOut: number): Expansion => {
  if (leftOut === 0) return expansion;
  const words = `${leftOut} codes were left out, which are not RxNorm's: a drug class is of ingredients`;
  return { ...expansion, problem: [expansion.problem, words].filter(Boolean).join('; ') };
};
