/** A code of RxNorm with its name. */
export interface Drug {
  readonly code: string;
  readonly name: string;
}

/** An amount, of one unit of `per` where that is given: 40 mg (a tablet), 5 mg per mL. Units are UCUM's. */
export interface Strength {
  readonly value: number;
  readonly unit: string;
  readonly per?: string;
}

/** What a product contains; the strength where its name tells it. */
export interface Ingredient extends Drug {
  readonly strength?: Strength;
}

/** Where a product acts; `unknown` is treated as systemic by rules, the safer reading. */
export type RouteGroup = 'systemic' | 'ophthalmic' | 'local' | 'inhaled' | 'unknown';

/** By what way it enters the body, or where it is put: finer than the route group, and more than one of them reaches the blood. */
export type Way =
  | 'oral'
  | 'sublingual'
  | 'injected'
  | 'inhaled'
  | 'nasal'
  | 'transdermal'
  | 'rectal'
  | 'vaginal'
  | 'intrauterine'
  | 'implanted'
  | 'ophthalmic'
  | 'otic'
  | 'topical';

/** A drug as far as a code or a name tells it: its own code where it has one, and what it contains. */
export interface Medication {
  /** The RxNorm code of what was named; none where several ingredients were named and no product. */
  readonly code?: string;
  readonly name: string;
  readonly ingredients: readonly Ingredient[];
  /** The name stands for one of the ingredients and does not say which ("iron"): all of them count. */
  readonly oneOf?: true;
  readonly form?: string;
  readonly route: RouteGroup;
}
