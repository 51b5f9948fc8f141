import { getOrCompute } from '../../get-or-compute.ts';

/**
 * The term types of drugs, ordered so that a concept is described only by concepts of types before its own: no chain of
 * relations comes back to where it began.
 */
export const termTypes = [
  'IN',
  'PIN',
  'MIN',
  'BN',
  'SCDG',
  'SCDGP',
  'SBDG',
  'SCDF',
  'SCDFP',
  'SBDF',
  'SBDFP',
  'SCDC',
  'SBDC',
  'SCD',
  'SBD',
  'GPCK',
  'BPCK',
] as const;

export type TermType = (typeof termTypes)[number];

const rankOf: ReadonlyMap<string, number> = new Map(termTypes.map((type, rank) => [type, rank]));

export const isTermType = (type: string): type is TermType => rankOf.has(type);

export interface Concept {
  readonly type: TermType;
  readonly name: string;
}

/**
 * The relations that lead from a drug towards its ingredients. Relations of one group give the ingredients together; those
 * of different groups give all of them each.
 */
const groups: ReadonlyMap<string, string> = new Map(
  Object.entries({
    has_ingredient: 'ingredient',
    has_precise_ingredient: 'ingredient',
    has_ingredients: 'ingredients',
    has_part: 'part',
    form_of: 'form',
    consists_of: 'component',
    contains: 'content',
    tradename_of: 'tradename',
    isa: 'isa',
  }),
);

export const leadsToIngredients = (relation: string): boolean => groups.has(relation);

/** The ingredients of drugs, from the relations of a release. */
export interface Ingredients {
  /** Adds that a drug has a relation (one of `leadsToIngredients`) to another concept. */
  add(drug: number, relation: string, other: number): void;
  /**
   * The codes of a drug's ingredients, in ascending order and joined by `|`; undefined when the relations do not give all of
   * them. To be asked when all relations were added.
   */
  of(drug: number): string | undefined;
  /** Drugs of which two groups of relations say different ingredients; they have the ingredients of both. */
  readonly disputed: ReadonlySet<number>;
}

/** @param concepts the drugs that are known; a relation to any other concept says that ingredients are missing */
export const createIngredients = (concepts: ReadonlyMap<number, Concept>): Ingredients => {
  const relations = new Map<number, (readonly [group: string, other: number])[]>();
  const known = new Map<number, string | undefined>();
  const disputed = new Set<number>();

  const compute = (drug: number): string | undefined => {
    const concept = concepts.get(drug);
    if (!concept) return undefined;
    if (concept.type === 'IN') return String(drug);
    // A group with one part unknown says nothing: half of the ingredients would pass for all of them.
    const found = new Map<string, (string | undefined)[]>();
    for (const [group, other] of relations.get(drug) ?? []) {
      const type = concepts.get(other)?.type;
      if (type !== undefined && !describes(type, concept.type)) continue;
      // Each of several broader concepts has all the ingredients.
      getOrCompute(found, group === 'isa' ? `isa ${other}` : group, () => []).push(of(other));
    }
    const said = [...found.values()].filter((parts) => !parts.includes(undefined)) as string[][];
    const answers = new Set(said.map(joined));
    if (answers.size > 1) disputed.add(drug);
    return answers.size === 0 ? undefined : joined([...answers]);
  };
  const of = (drug: number): string | undefined => getOrCompute(known, drug, () => compute(drug));

  return {
    add: (drug, relation, other) =>
      getOrCompute(relations, drug, () => []).push([groups.get(relation) as string, other]),
    of,
    disputed,
  };
};

/** A brand's name says of no product what is in it: it outlives changes of what is sold under it. */
const describes = (type: TermType, drug: TermType): boolean =>
  type !== 'BN' && (rankOf.get(type) as number) < (rankOf.get(drug) as number);

const joined = (parts: readonly string[]): string =>
  [...new Set(parts.flatMap((part) => part.split('|')))].sort((a, b) => Number(a) - Number(b)).join('|');
