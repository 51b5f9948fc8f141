import type { CodeableConcept } from 'fhir/r4.js';
import type { AllergenKind, AllergenTable } from './allergens.ts';
import type { Drug, Medication } from './drug.ts';
import { wordsOf } from './lexicon.ts';
import type { MedicationTable } from './medications.ts';
import { refusals } from './prescription-words.ts';
import { resolveMedication } from './resolve-medication.ts';

/** What an allergy is to. */
export interface AllergenResolution {
  readonly ingredients: readonly Drug[];
  /** Ids of drug classes that are named as a whole ("penicillins"). */
  readonly classes: readonly string[];
  /** What else is named: a food, something in the environment, or that there is none. */
  readonly kinds: readonly AllergenKind[];
  /** How the allergen was found; absent where nothing was. */
  readonly by?: 'code' | 'package' | 'name' | 'parts';
  /** Names, or parts of them, that stand for nothing known here. */
  readonly unknown: readonly string[];
}

/**
 * The drug, the class of drugs or the other substance that an allergy names: by code, by its whole name, or by the parts of
 * a list ("penicillin, sulfa"). Nothing is guessed: what is not understood is given back as unknown.
 */
export const resolveAllergen = (
  concept: CodeableConcept | undefined,
  medications: MedicationTable,
  allergens: AllergenTable,
): AllergenResolution => {
  const codings = [concept?.coding ?? []].flat().filter((coding) => coding != null);
  const names = [...new Set([concept?.text, ...codings.map(({ display }) => display)])].filter(
    (name) => typeof name === 'string' && name.trim() !== '',
  ) as readonly string[];
  const coded = resolveMedication({ coding: codings.map(({ display: _, ...coding }) => coding) }, medications);
  const read = names.map((name) => readAllergen(name, medications, allergens));
  const understood = read.filter(({ unknown }) => unknown.length === 0);
  // Another name of the same concept that is not understood adds nothing to one that is.
  const parts = understood.length > 0 ? understood : read;
  const ingredients = new Map<string, Drug>();
  const ofCode = coded.status === 'resolved' ? coded.medication.ingredients : [];
  for (const { code, name } of [...ofCode, ...parts.flatMap((part) => part.ingredients)])
    ingredients.set(code, { code, name });
  const found = understood.find(({ by }) => by !== undefined);
  const by = coded.status === 'resolved' ? coded.by : found?.by;
  const unknown =
    coded.status === 'resolved' || understood.length > 0 ? [] : [...new Set(read.flatMap((part) => part.unknown))];
  const label = codings.find(({ code }) => code !== undefined)?.code;
  return {
    ingredients: [...ingredients.values()],
    classes: [...new Set(parts.flatMap((part) => part.classes))],
    kinds: [...new Set(parts.flatMap((part) => part.kinds))],
    ...(by && { by }),
    unknown: names.length === 0 && by === undefined ? [label ?? 'an allergy without code or name'] : unknown,
  };
};

const readAllergen = (name: string, medications: MedicationTable, allergens: AllergenTable): AllergenResolution => {
  const listed = allergens.byName(name) ?? allergens.byName(substanceOf(name));
  if (listed) return { ...nothing, classes: listed.classes, kinds: [listed.kind], by: 'name' };
  const parts = substanceOf(name)
    .split(/\s*(?:[,;/&+]|\band\b)\s*/i)
    .filter((part) => part !== '');
  const read = parts.map((part) => [part, readPart(substanceOf(part), medications, allergens)] as const);
  const found = read.flatMap(([, part]) => part ?? []);
  const whole = found.length === parts.length && parts.length > 1 ? undefined : readDrug(name, medications);
  if (whole) return { ...nothing, ingredients: whole.ingredients, by: 'name' };
  if (parts.length < 2 || found.length === 0) return { ...nothing, unknown: [name] };
  return {
    ingredients: found.flatMap(({ ingredients }) => ingredients),
    classes: found.flatMap(({ classes }) => classes),
    kinds: found.flatMap(({ kinds }) => kinds),
    by: 'parts',
    unknown: read.flatMap(([part, known]) => (known ? [] : [part])),
  };
};

const nothing: AllergenResolution = { ingredients: [], classes: [], kinds: [], unknown: [] };

const readPart = (
  name: string,
  medications: MedicationTable,
  allergens: AllergenTable,
): AllergenResolution | undefined => {
  const listed = allergens.byName(name);
  if (listed) return { ...nothing, classes: listed.classes, kinds: [listed.kind] };
  const drug = readDrug(name, medications);
  return drug && { ...nothing, ingredients: drug.ingredients };
};

const readDrug = (name: string, medications: MedicationTable): Medication | undefined => {
  const substance = substanceOf(name);
  if (wordsOf(substance).some((word) => refusals.has(word))) return undefined;
  return medications.byName(substance) ?? medications.byText(substance);
};

/** "Allergy to penicillin (finding)" and "codeine - nausea" without what is not the substance. */
const substanceOf = (name: string): string =>
  name
    .replace(/\((substance|finding|disorder|situation|product|medicinal product)\)/gi, '')
    .replace(/\s+(?:-+|–|—)\s+.*$|:.*$|\(.*$/s, '')
    .trim()
    .replace(before, '')
    .replace(after, '')
    .replace(happened, '')
    .trim();

const reaction =
  '(?:drug |food |known |severe |mild )*(?:allergy|allergies|allergic reactions?|allergic|hypersensitivity|sensitivity|sensitive|intolerance|intolerant|adverse (?:drug )?(?:reactions?|effects?)|anaphylaxis|propensity to adverse reactions?)(?: disorder| status)?';

const before = new RegExp(`^${reaction} (?:to|due to|from|caused by|with)(?: the)?(?: drug| substance)?\\s+`, 'i');
/** "Lisinopril cough" */
const happened = /\s+(?:cough|rash|hives|itching|nausea|vomiting|swelling|angioedema|anaphylaxis|reaction)$/i;
const after = new RegExp(`\\s+${reaction}$`, 'i');
