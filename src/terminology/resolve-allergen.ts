import type { CodeableConcept } from 'fhir/r4.js';
import type { AllergenKind, AllergenTable } from './allergens.ts';
import type { Drug } from './drug.ts';
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
  const whole = readPart(name, medications, allergens) ?? readPart(substanceOf(name), medications, allergens);
  if (whole) return { ...nothing, ...whole, by: 'name' };
  const parts = substanceOf(name)
    .split(/\s*(?:[,;/&+]|\band\b)\s*/i)
    .filter((part) => part !== '');
  const read = parts.map((part) => [part, readPart(substanceOf(part), medications, allergens)] as const);
  const found = read.flatMap(([, part]) => part ?? []);
  if (parts.length < 2 || found.length === 0) return { ...nothing, unknown: [name] };
  return {
    ingredients: found.flatMap(({ ingredients }) => ingredients ?? []),
    classes: found.flatMap(({ classes }) => classes ?? []),
    kinds: found.flatMap(({ kinds }) => kinds ?? []),
    by: 'parts',
    unknown: read.flatMap(([part, known]) => (known ? [] : [part])),
  };
};

const nothing: AllergenResolution = { ingredients: [], classes: [], kinds: [], unknown: [] };

const readPart = (
  name: string,
  medications: MedicationTable,
  allergens: AllergenTable,
): Partial<AllergenResolution> | undefined => {
  const listed = allergens.byName(name);
  if (listed) return { classes: listed.classes, kinds: [listed.kind] };
  if (wordsOf(name).some((word) => refusals.has(word))) return undefined;
  const drug = medications.byName(name) ?? medications.byText(name);
  return drug && { ingredients: drug.ingredients };
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
