/** Digits of labeler, product and package in which an NDC is written with hyphens; six for the labeler begin with 0. */
const shapes = new Set(['4-4-2', '5-3-2', '5-4-1', '5-4-2', '6-3-2', '6-4-1', '6-4-2']);

/**
 * The eleven digits (5-4-2) of an NDC written in any of its forms: with hyphens, as HIPAA's eleven digits, or as the twelve
 * digits of the VA that begin with 0. Undefined for anything else; ten digits without hyphens can be read in three ways.
 */
export const normaliseNdc = (text: string): string | undefined => {
  const bare = text.trim();
  const digits = bare.includes('-') ? withoutHyphens(bare) : bare;
  const eleven = digits?.length === 12 && digits.startsWith('0') ? digits.slice(1) : digits;
  return eleven !== undefined && /^\d{11}$/.test(eleven) && !/^0+$/.test(eleven) ? eleven : undefined;
};

const withoutHyphens = (text: string): string | undefined => {
  const parts = text.split('-');
  if (!shapes.has(parts.map(({ length }) => length).join('-'))) return undefined;
  const [labeler = '', product = '', packaging = ''] = parts;
  return labeler.padStart(5, '0') + product.padStart(4, '0') + packaging.padStart(2, '0');
};

/** The drugs of NDCs, where what is said of one NDC agrees. */
export interface NdcIndex {
  /** Adds that an NDC (eleven digits) is of a drug whose ingredients are known. */
  add(ndc: string, drug: number): void;
  /** The drug's code; of several with the same ingredients the lowest; undefined when the ingredients differ. */
  get(ndc: string): number | undefined;
  /** NDCs of drugs with different ingredients. */
  readonly disputed: ReadonlySet<string>;
  /** All NDCs, those that are disputed too. */
  ndcs(): Iterable<string>;
}

export const createNdcIndex = (ingredientsOf: (drug: number) => string | undefined): NdcIndex => {
  // As numbers: half a million strings of a line each would keep their chunks of the file.
  const drugs = new Map<number, number>();
  const disputed = new Set<string>();
  return {
    add: (ndc, drug) => {
      const before = drugs.get(Number(ndc));
      drugs.set(Number(ndc), Math.min(drug, before ?? drug));
      if (before !== undefined && ingredientsOf(before) !== ingredientsOf(drug)) disputed.add(ndc);
    },
    get: (ndc) => (disputed.has(ndc) ? undefined : drugs.get(Number(ndc))),
    disputed,
    ndcs: () => drugs.keys().map((ndc) => String(ndc).padStart(11, '0')),
  };
};
