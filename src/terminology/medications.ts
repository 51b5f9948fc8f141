import { getOrCompute } from '../get-or-compute.ts';
import { createRecent } from '../recent.ts';
import type { Drug, Ingredient, Medication } from './drug.ts';
import { drugLexicon, type Row } from './drug-lexicon.ts';
import { parseDrugName } from './drug-name.ts';
import { createLexicon, type Lexicon, wordsOf } from './lexicon.ts';
import { expectedColumns, linesOf, MedicationFileError, type MedicationFiles } from './medication-files.ts';
import { packageIndex } from './package-index.ts';
import { type DrugText, isDirection, readDrugText } from './read-drug-text.ts';
import { routeOfProduct } from './route.ts';
import { canonicalSystem, codeSystems } from './systems.ts';

/** The drugs this installation knows, by RxNorm code and by name. */
export interface MedicationTable {
  byCode(rxcui: string): Medication | undefined;
  /** The drug of a package code, in any of its forms (5-4-2 with or without hyphens, 10 or 11 digits where that is one drug). */
  byNdc(ndc: string): Medication | undefined;
  /** Exact after case and white space; the name of a product, a brand product or an ingredient. */
  byName(name: string): Medication | undefined;
  /** The drug of a text in which every word is a drug's name or a word of prescriptions; nothing is guessed. */
  byText(text: string): Medication | undefined;
  /** Supplies, diets and fluids that are ordered as if they were drugs and are none. */
  isNonDrug(text: string): boolean;
  /** Drugs whose name has all words of a text, those that begin with it first, the shorter names before the longer. */
  search(text: string, most: number): readonly Drug[];
}

/**
 * Reads the files of a table.
 *
 * @throws MedicationFileError naming the line when a line does not have the columns of its file
 */
export const createMedicationTable = (files: MedicationFiles): MedicationTable => {
  const rows = new Map<string, Row>();
  const codesByName = new Map<string, string>();
  for (const file of ['release', 'medications'] as const)
    for (const [line, columns] of linesOf(files[file] ?? '')) {
      const [code, tty, name, ingredients] = columns;
      if (!code || !tty || !name || !ingredients)
        throw new MedicationFileError(file, expectedColumns(line, medicationColumns, columns));
      // A further line of a code is another name of it.
      if (!rows.has(code)) rows.set(code, [tty, name, withoutInert(ingredients)]);
      const key = nameKey(name);
      if (!codesByName.has(key)) codesByName.set(key, code);
    }
  const nameOf = (ingredient: string): string | undefined => rows.get(ingredient)?.[1];
  const made = new Map<string, Medication>();
  const byCode = (code: string): Medication | undefined => {
    const row = rows.get(code);
    return row && getOrCompute(made, code, () => medicationOf(code, row, nameOf));
  };
  const byName = (name: string): Medication | undefined => {
    const code = codesByName.get(nameKey(name));
    return code === undefined ? undefined : byCode(code);
  };

  const lexicon = drugLexicon(rows, files.drugNames ?? '');
  // Charts repeat their texts.
  const recentTexts = createRecent<Medication | undefined>(mostRecent);
  const byText = (text: string): Medication | undefined =>
    recentTexts(text, () => {
      const read = readDrugText(text, lexicon);
      return read && toMedication(read, text, nameOf, rows);
    });
  const nonDrugs = createLexicon();
  for (const [, [phrase = '']] of linesOf(files.nonDrugs ?? ''))
    nonDrugs.add(phrase, { name: phrase, ingredients: [] }, 0);
  const recentNonDrugs = createRecent<boolean>(mostRecent);
  const byPackage = packageIndex(files.packages ?? '');

  return {
    byCode,
    byNdc: (ndc) => byPackage(ndc).reduce<Medication | undefined>((found, code) => found ?? byCode(code), undefined),
    byName,
    byText,
    isNonDrug: (text) => recentNonDrugs(text, () => isNonDrug(wordsOf(text), nonDrugs, lexicon)),
    search: (text, most) => {
      const words = nameKey(text).split(' ').filter(Boolean);
      if (words.length === 0) return [];
      const found: Drug[] = [];
      for (const [code, [, name]] of rows) {
        const key = nameKey(name);
        if (words.every((word) => key.includes(word))) found.push({ code, name });
      }
      const rank = ({ name }: Drug) => (nameKey(name).startsWith(words[0] as string) ? 0 : 1_000) + name.length;
      return found.sort((a, b) => rank(a) - rank(b)).slice(0, most);
    },
  };
};

const mostRecent = 2_000;

export const isRxNorm = (system: string | undefined): boolean => canonicalSystem(system) === codeSystems.RXNORM;

const medicationColumns = 'rxcui, tty, name and ingredients';

/** RxNorm's "inert ingredients" of packs are no drug. */
const withoutInert = (ingredients: string): string =>
  ingredients.includes(inert) && ingredients !== inert
    ? ingredients
        .split('|')
        .filter((code) => code !== inert)
        .join('|')
    : ingredients;

const inert = '748794';

const nameKey = (name: string): string => {
  const key = name.trim().toLowerCase();
  return /\s\s|[\t\n\r]/.test(key) ? key.replace(/\s+/g, ' ') : key;
};

const medicationOf = (
  code: string,
  [tty, name, ingredients]: Row,
  nameOf: (ingredient: string) => string | undefined,
): Medication => {
  const codes = ingredients.split('|');
  const { components, form } = tty === 'IN' ? { components: [], form: undefined } : parseDrugName(name);
  const drugs = codes.map((each): Ingredient => {
    const own = nameOf(each) ?? (codes.length === 1 ? name : `RxNorm ${each}`);
    const strength = strengthFor(own, components, codes.length);
    return { code: each, name: own, ...(strength && { strength }) };
  });
  return { code, name, ingredients: drugs, ...(form !== undefined && { form }), route: routeOfProduct(name, drugs) };
};

/** The strength of an ingredient where exactly one component is it; a pack's tablets differ, and their strength is none. */
const strengthFor = (name: string, components: ReturnType<typeof parseDrugName>['components'], ingredients: number) => {
  const own = ingredients === 1 ? components : components.filter(({ words }) => isOf(wordsOf(words), wordsOf(name)));
  return own.length === 1 ? own[0]?.strength : undefined;
};

/** "Metoprolol tartrate" is of metoprolol. */
const isOf = (words: readonly string[], ingredient: readonly string[]): boolean =>
  ingredient.every((word, i) => words[i] === word);

const toMedication = (
  { meanings, strengths }: DrugText,
  text: string,
  nameOf: (ingredient: string) => string | undefined,
  rows: ReadonlyMap<string, Row>,
): Medication => {
  const codes = [...new Set(meanings.flatMap(({ ingredients }) => ingredients))];
  const oneOf = meanings.length === 1 && meanings[0]?.oneOf === true;
  const ingredients = codes.map((code, i): Ingredient => {
    const strength = codes.length === strengths.length ? strengths[i] : undefined;
    return { code, name: nameOf(code) ?? `RxNorm ${code}`, ...(strength && { strength }) };
  });
  const [only] = codes;
  return {
    ...(codes.length === 1 && only !== undefined && rows.has(only) && { code: only }),
    name: codes.length === 1 ? (ingredients[0]?.name ?? text) : ingredients.map(({ name }) => name).join(' / '),
    ingredients,
    ...(oneOf && { oneOf }),
    route: routeOfProduct(text, ingredients),
  };
};

/** Nothing but phrases of the list and directions: another word may be a drug that is not known here. */
const isNonDrug = (words: readonly string[], nonDrugs: Lexicon, lexicon: Lexicon): boolean => {
  let found = false;
  for (let i = 0; i < words.length; i++) {
    const phrase = nonDrugs.at(words, i);
    if (phrase) {
      found = true;
      i += phrase.length - 1;
    } else if (lexicon.at(words, i) || !isDirection(words[i] as string)) return false;
  }
  return found;
};

export const noMedications: MedicationTable = createMedicationTable({ medications: '' });
