import type { Strength } from './drug.ts';

/** The parts of a name as RxNorm writes them. */
export interface DrugName {
  readonly components: readonly { readonly words: string; readonly strength?: Strength }[];
  readonly form?: string;
  readonly brand?: string;
}

/**
 * Reads a name of RxNorm's grammar, `[24 HR] ingredient strength [/ ingredient strength …] form [Brand]`, or a pack,
 * `{21 (name) / 7 (name) } Pack [Brand]` (RxNorm Technical Documentation, appendix on normalised names). What is not of
 * that form is one component without strength.
 */
export const parseDrugName = (name: string): DrugName => {
  const brand = brandOf(name);
  const bare = name.replace(/\s*\[[^\]]*\]\s*$/, '').trim();
  const withBrand = brand === undefined ? {} : { brand };
  if (bare.startsWith('{')) {
    const parts = [...bare.matchAll(/\d+ \(([^{}]*?)\)(?= \/|\s*\}| )/g)].map(([, inner = '']) => parseDrugName(inner));
    const form = parts.find((part) => part.form !== undefined)?.form;
    return { components: parts.flatMap(({ components }) => components), ...(form && { form }), ...withBrand };
  }
  const text = bare.replace(leading, '');
  const components: DrugName['components'][number][] = [];
  let form: string | undefined;
  for (const part of text.split(' / ')) {
    const match = component.exec(part);
    if (!match) {
      components.push({ words: part.trim() });
      continue;
    }
    const [, words = '', value = '', unit = '', rest = ''] = match;
    const strength = strengthOf(Number(value), unit);
    components.push({ words: words.trim(), ...(strength && { strength }) });
    if (rest.trim() !== '') form = rest.trim();
  }
  return { components, ...(form && { form }), ...withBrand };
};

/** The brand at the end of a name of RxNorm's grammar. */
export const brandOf = (name: string): string | undefined =>
  name.endsWith(']') ? name.slice(name.lastIndexOf('[') + 1, -1) : undefined;

/** What stands before the strength in the name of a product of one component, without reading the rest. */
export const componentOf = (name: string): string | undefined => {
  if (name.startsWith('{') || name.includes(' / ')) return undefined;
  const first = name.charCodeAt(0);
  const bare = first < 58 || /^[ANBS]/.test(name) ? name.replace(leading, '') : name;
  return /^(.+?) \.?\d/.exec(bare)?.[1];
};

/** Counts of doses, hours of release and the like, which come before the first ingredient. */
const leading =
  /^((\d[\d.]* (ML|ACTUAT|HR|MG|UNT|DAY)|NDA\d+|BLA\d+|Abuse-Deterrent|Once-Daily|Twice-Daily|Preservative-Free|Sugar-Free|Sensor) )+/i;

const component =
  /^(.*?) ([\d.]+) ?((?:MG|MCG|G|UNT|MEQ|MMOL|ML|CELLS|%|\[\w+\])(?:\/(?:MG|ML|ACTUAT|HR|G|L))?)(?= |$)(.*)$/i;

/** RxNorm's units by UCUM's. */
const units: Readonly<Record<string, string>> = {
  MG: 'mg',
  MCG: 'ug',
  G: 'g',
  UNT: '[iU]',
  MEQ: 'meq',
  MMOL: 'mmol',
  ML: 'mL',
  L: 'L',
  ACTUAT: '{actuat}',
  HR: 'h',
  '%': '%',
};

const strengthOf = (value: number, unit: string): Strength | undefined => {
  const [amount = '', per] = unit.toUpperCase().split('/');
  const known = units[amount];
  if (known === undefined || Number.isNaN(value)) return undefined;
  return { value, unit: known, ...(per !== undefined && { per: units[per] ?? per }) };
};
