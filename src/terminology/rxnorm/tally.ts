/** Why each kind of thing is left out, or what else is to be known of it. */
const reasons = {
  'synonyms (PSN, SY, TMSY)': 'the table holds one name a code',
  'names of term types that are not known here': 'what leads from them to ingredients is not known',
  'drugs whose ingredients the relations do not give whole': 'half of the ingredients would pass for all of them',
  'drugs with the ingredients of relations that differ': 'kept, with all ingredients that any of the relations gives',
  'obsolete or suppressed codes, without a successor that is known': 'RxNorm no longer vouches for them',
  'retired codes whose successor is no drug of this release': 'nothing says what was in them',
  'retired codes whose successors have different ingredients': 'any choice among them would be a guess',
  'NDCs of sources with a licence of their own': 'only those of RxNorm, the FDA (MTHSPL) and the VA (VANDF) are taken',
  'NDCs that are obsolete or suppressed': 'a labeler may give such an NDC to another product',
  'NDCs in a form that is not known': 'expected eleven digits, twelve that begin with 0, or hyphens as in 5-4-2',
  'NDCs of codes that are not among the drugs': 'the ingredients of their codes are not known',
  'NDCs of drugs with different ingredients': 'any choice among them would be a guess',
} as const;

type What = keyof typeof reasons;

/** What an import left out or took with reserve. */
export interface LeftOut {
  readonly what: What;
  readonly count: number;
  readonly why: string;
  /** The first few. */
  readonly examples?: readonly string[];
}

const mostExamples = 5;

/** Counts what is left out, by kind, with a few examples. */
export const createTally = () => {
  const kinds = new Map<What, { count: number; readonly examples: Set<string> }>();
  return {
    count: (what: What, example?: string | number): void => {
      const kind = kinds.get(what) ?? { count: 0, examples: new Set() };
      kind.count += 1;
      if (example !== undefined && kind.examples.size < mostExamples) kind.examples.add(String(example));
      kinds.set(what, kind);
    },
    leftOut: (): readonly LeftOut[] =>
      (Object.keys(reasons) as What[]).flatMap((what) => {
        const kind = kinds.get(what);
        if (!kind) return [];
        const { count, examples } = kind;
        return [{ what, count, why: reasons[what], ...(examples.size > 0 && { examples: [...examples] }) }];
      }),
  };
};
