import { canonicalSystem, codeSystems } from './systems.ts';

/** Where a product acts; `unknown` is treated as systemic by rules, the safer reading. */
export type RouteGroup = 'systemic' | 'ophthalmic' | 'local' | 'inhaled' | 'unknown';

export interface Drug {
  readonly code: string;
  readonly name: string;
}

/** An RxNorm product or ingredient, with what it contains. */
export interface Medication extends Drug {
  readonly ingredients: readonly Drug[];
  readonly route: RouteGroup;
}

/** The drugs this installation knows, by RxNorm code and by name. */
export interface MedicationTable {
  byCode(rxcui: string): Medication | undefined;
  /** Exact after case and white space; the name of a product, a brand product or an ingredient. */
  byName(name: string): Medication | undefined;
  /**
   * The drug that a name of the form `ingredient or brand, strength, form` begins with ("Sertraline 100MG", "Lasix 40 mg
   * tablet"), where that beginning is exactly an ingredient's or a brand's; never for a name of several ingredients.
   */
  byBeginning(name: string): Medication | undefined;
  /** Drugs whose name has all words of a text, those that begin with it first, the shorter names before the longer. */
  search(text: string, most: number): readonly Drug[];
}

/**
 * Reads the tab-separated table `rxcui, tty, name, ingredients` (ingredient codes joined by `|`).
 *
 * @throws Error naming the line when a line does not have four columns
 */
export const parseMedicationTable = (text: string): MedicationTable => {
  const rows = new Map<string, readonly [name: string, ingredients: string]>();
  const codesByName = new Map<string, string>();
  const brands = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line === '' || line.startsWith('#') || line.startsWith('rxcui\t')) continue;
    const [code, , name, ingredients] = line.split('\t');
    if (!code || !name || !ingredients)
      throw new Error(`line ${i + 1}: expected rxcui, tty, name and ingredients separated by tabs, got "${line}"`);
    rows.set(code, [name, ingredients]);
    const key = nameKey(name);
    if (!codesByName.has(key)) codesByName.set(key, code);
    const brand = /\[([^\]]+)\]/.exec(name)?.[1];
    if (brand === undefined) continue;
    // A brand that stands for different ingredients says nothing by itself.
    const same = brands.get(nameKey(brand)) ?? ingredients;
    brands.set(nameKey(brand), same === ingredients ? ingredients : '');
  }
  const byCode = (code: string): Medication | undefined => {
    const row = rows.get(code);
    if (!row) return undefined;
    const ingredients = row[1].split('|').map((ingredient) => ({
      code: ingredient,
      // 273 ingredients of the table have no row of their own; a single ingredient's product name serves then.
      name: rows.get(ingredient)?.[0] ?? (row[1].includes('|') ? `RxNorm ${ingredient}` : row[0]),
    }));
    return { code, name: row[0], ingredients, route: routeOfName(row[0]) };
  };
  return {
    byCode,
    byName: (name) => {
      const code = codesByName.get(nameKey(name));
      return code === undefined ? undefined : byCode(code);
    },
    byBeginning: (name) => {
      const beginning = beginningOf(name);
      if (beginning === undefined) return undefined;
      for (const words of [beginning, beginning.replace(salt, '')]) {
        const code = codesByName.get(words) ?? (/^\d+$/.test(brands.get(words) ?? '') ? brands.get(words) : undefined);
        const found = code === undefined ? undefined : byCode(code);
        // The name's own form says more of the route than the ingredient's, which says nothing.
        if (found?.ingredients.length === 1) return { ...found, route: routeOfName(name) };
      }
      return undefined;
    },
    search: (text, most) => {
      const words = nameKey(text).split(' ').filter(Boolean);
      if (words.length === 0) return [];
      const found: Drug[] = [];
      for (const [code, [name]] of rows) {
        const key = nameKey(name);
        if (words.every((word) => key.includes(word))) found.push({ code, name });
      }
      const rank = ({ name }: Drug) => (nameKey(name).startsWith(words[0] as string) ? 0 : 1_000) + name.length;
      return found.sort((a, b) => rank(a) - rank(b)).slice(0, most);
    },
  };
};

export const noMedications: MedicationTable = {
  byCode: () => undefined,
  byName: () => undefined,
  byBeginning: () => undefined,
  search: () => [],
};

export const isRxNorm = (system: string | undefined): boolean => canonicalSystem(system) === codeSystems.RXNORM;

/** Salts that RxNorm leaves out of an ingredient's name. */
const salt =
  / (hydrochloride|hcl|hydrobromide|maleate|succinate|tartrate|besylate|mesylate|fumarate|sulfate|acetate|phosphate|citrate|sodium|potassium|calcium)$/;

/** The words before the strength, without a brand in brackets and a leading count of doses. */
const beginningOf = (name: string): string | undefined => {
  const bare = nameKey(name.replace(/\[[^\]]*\]/g, ' ').replace(/^\s*\d+(\.\d+)? (ACTUAT|ML|HR|MG)\b/i, ' '));
  const words = /^[a-z][a-z' -]*[a-z](?=$| \d)/.exec(bare)?.[0];
  return words === undefined || / (and|with) /.test(words) || / \/ /.test(bare) ? undefined : words;
};

const nameKey = (name: string): string => name.trim().toLowerCase().replace(/\s+/g, ' ');

/** RxNorm names end in the dose form; an ingredient's name has none. */
const routeForms: readonly (readonly [RegExp, RouteGroup])[] = [
  [/\b(ophthalmic|otic)\b/i, 'ophthalmic'],
  [/\b(inhal\w*|inhaler)\b/i, 'inhaled'],
  // Absorbed through the skin or mucosa on purpose, so as systemic as a tablet.
  [/\b(transdermal|sublingual|buccal|rectal|nasal|vaginal|enema|suppository)\b/i, 'systemic'],
  [/\b(oral|tablet|capsule|lozenge|inject\w*|syringe|injector|cartridge|implant|granules)\b/i, 'systemic'],
  [/\b(topical|medicated|shampoo|mouthwash|toothpaste|irrigation|mucous membrane)\b/i, 'local'],
];

const routeOfName = (name: string): RouteGroup => routeForms.find(([form]) => form.test(name))?.[1] ?? 'unknown';

/** The route group that the words of a dosage route stand for. */
export const routeOfText = (text: string): RouteGroup =>
  /\b(by mouth|oral\w*|po|intraven\w*|iv|subcutaneous\w*|intramuscular\w*|rectal\w*)\b/i.test(text)
    ? 'systemic'
    : (routeForms.find(([form]) => form.test(text))?.[1] ?? 'unknown');
