import type { Strength } from './drug.ts';
import { type Lexicon, type Meaning, wordsOf } from './lexicon.ts';
import { advice, prescriptionWords, reasonWords, refusals, salts } from './prescription-words.ts';

/** The drugs that a text names, in its order, and the strength where it has one for each of them. */
export interface DrugText {
  readonly meanings: readonly Meaning[];
  readonly strengths: readonly Strength[];
}

/**
 * The drugs of a text such as "Coumadin (warfarin) 5 mg PO daily". Every word must be a drug's name, its salt, or a word of
 * prescriptions; one that is not makes the text unread, since it may change what is meant ("warfarin clinic"). So no
 * misspelling is guessed and nothing that is stopped, refused or an alternative is taken for a drug.
 */
export const readDrugText = (text: string, lexicon: Lexicon): DrugText | undefined => {
  const words = wordsOf(text.replace(tags, ' ').replace(registrations, ' ').replace(advice, ' '));
  if (words.length === 0 || words.length > mostWords || isDoubt.test(text) || isLevel.test(text)) return undefined;
  if (words.length === 2 && measured.has(words[0] as string) && isNumber(words[1] as string)) return undefined;
  const meanings: Meaning[] = [];
  let strengths: readonly Strength[] = [];
  /** Words for a reason are free, another drug among them is not. */
  let reason = false;
  let alternative = false;
  let i = 0;
  while (i < words.length) {
    const word = words[i] as string;
    const named = lexicon.at(words, i);
    // "Losartan potassium" is one drug; "losartan potassium chloride" is none that we know.
    const isSalt = meanings.length > 0 && salts.has(word) && (named === undefined || named.length === 1);
    if (isSalt && !reason) {
      i += 1;
      continue;
    }
    if (named && !(named.length === 1 && prescriptionWords.has(word) && meanings.length > 0)) {
      if (named.meaning === null || (reason && !isGeneric(words, i))) return undefined;
      if (alternative && meanings.length > 0) return undefined;
      if (
        words[i - 1] === 'in' &&
        meanings.length > 0 &&
        named.meaning.ingredients.every((code) => diluents.has(code))
      ) {
        i += named.length;
        continue;
      }
      meanings.push(named.meaning);
      reason = false;
      i += named.length;
      continue;
    }
    if (refusals.has(word) && !(word === 'finished' && words[i - 1] === 'until')) return undefined;
    // "Tylenol #3" is another product than Tylenol; "#30" is a quantity.
    if (word === '#' && /^[1-4]$/.test(words[i + 1] ?? '') && strengths.length === 0 && meanings.length > 0)
      return undefined;
    // What is added to a drug must be known.
    if (word === '+' && lexicon.at(words, i + 1) === undefined && !isNumber(words[i + 1] ?? '')) return undefined;
    if (isNumber(word)) {
      const read: { readonly strengths: readonly Strength[]; readonly length: number } | undefined =
        meanings.length > 0 && strengths.length === 0 ? strengthsAt(words, i) : undefined;
      if (read) strengths = read.strengths;
      i += read?.length ?? 1;
      continue;
    }
    if (word === 'or') alternative = isAlternative(words, i, lexicon);
    if (reasonWords.has(word)) reason = meanings.length > 0 || word === 'for';
    else if (!reason && !prescriptionWords.has(word) && !/^[%+&#]$/.test(word)) return undefined;
    i += 1;
  }
  return meanings.length === 0 ? undefined : { meanings: withoutVaguer(meanings), strengths };
};

/** "Ferrous sulfate 325 mg (65 mg iron)" says which iron it is. */
const withoutVaguer = (meanings: readonly Meaning[]): readonly Meaning[] =>
  meanings.filter(
    ({ oneOf, ingredients }) =>
      !oneOf ||
      !meanings.some((other) => !other.oneOf && other.ingredients.every((code) => ingredients.includes(code))),
  );

/** Whether a text lists parts, and denies none of them. */
export const mayBeParts = (text: string): boolean => {
  const words = wordsOf(text);
  return /[/+&,;]|\b(and|with)\b/i.test(text) && words.length <= mostWords && !words.some((word) => refusals.has(word));
};

/** A question mark doubts the drug. */
const isDoubt = /\?/;

/** Units that results have and doses have not: "digoxin 0.9 ng/mL", and what else makes a test of a drug's name. */
const isLevel = /\d\s*(?:[nμµu]g|ng|pg|meq|mmol|mg)\s*\/\s*d?l\b|\d\s*[np]g\s*\/\s*ml\b|^free\b|\buse(\s*$|\s+of\b)/i;

/** With a bare number these are results: "potassium 3.2". */
const measured: ReadonlySet<string> = new Set(
  'potassium sodium calcium magnesium chloride phosphate phosphorus glucose iron lithium zinc albumin'.split(' '),
);

/** Sodium chloride, glucose and water, where a drug is given in them. */
const diluents: ReadonlySet<string> = new Set(['9863', '4850', '11295']);

/** A longer text is a letter, not a name. */
const mostWords = 60;

/** Whether a text has figures or words of prescriptions. */
export const hasDirections = (text: string): boolean => wordsOf(text).some(isDirection);

/** A figure, or a word that says how a drug is taken and not which it is. */
export const isDirection = (word: string): boolean =>
  isNumber(word) || prescriptionWords.has(word) || reasonWords.has(word) || /^[%+&#]$/.test(word);

/** What SNOMED puts behind a name. */
const tags =
  /\((substance|product|medicinal product|medicinal product form|clinical drug|physical object|real clinical drug)\)/gi;

/** Numbers of registration that RxNorm puts before some names. */
const registrations = /\b(NDA|ANDA|BLA)\d+\b/g;

const isNumber = (word: string): boolean => /^[\d.]/.test(word);

/** "Generic for Zocor" is Zocor; "patch for ibuprofen" is not ibuprofen. */
const isGeneric = (words: readonly string[], at: number): boolean =>
  words[at - 1] === 'for' && /^(generic|equivalent)$/.test(words[at - 2] ?? '');

/** "Or" between two drugs, and not "1 or 2 tablets". */
const isAlternative = (words: readonly string[], at: number, lexicon: Lexicon): boolean =>
  lexicon.at(words, at + 1) !== undefined || !isNumber(words[at + 1] ?? '');

const unitsOfText: Readonly<Record<string, { readonly unit: string; readonly factor: number }>> = {
  mg: { unit: 'mg', factor: 1 },
  mgs: { unit: 'mg', factor: 1 },
  milligrams: { unit: 'mg', factor: 1 },
  mcg: { unit: 'mg', factor: 0.001 },
  ug: { unit: 'mg', factor: 0.001 },
  micrograms: { unit: 'mg', factor: 0.001 },
  g: { unit: 'mg', factor: 1000 },
  gm: { unit: 'mg', factor: 1000 },
  gram: { unit: 'mg', factor: 1000 },
  unit: { unit: '[iU]', factor: 1 },
  units: { unit: '[iU]', factor: 1 },
  unt: { unit: '[iU]', factor: 1 },
  iu: { unit: '[iU]', factor: 1 },
  meq: { unit: 'meq', factor: 1 },
};

const perOfText: Readonly<Record<string, string>> = {
  ml: 'mL',
  cc: 'mL',
  hr: 'h',
  h: 'h',
  hour: 'h',
  actuat: '{actuat}',
  puff: '{actuat}',
};

/** `20-12.5 mg`, `100 units/ml`, `160 mg / 5 ml`: the amounts at a place, all of the unit that the last has. */
const strengthsAt = (words: readonly string[], start: number) => {
  let i = start;
  const values: number[] = [];
  while (isNumber(words[i] ?? '')) values.push(Number(words[i++]));
  const known = unitsOfText[words[i] ?? ''];
  if (!known) return undefined;
  i += 1;
  let per: string | undefined;
  let of = 1;
  if (perOfText[words[i] ?? ''] !== undefined) per = perOfText[words[i++] as string];
  else if (isNumber(words[i] ?? '') && perOfText[words[i + 1] ?? ''] === 'mL') {
    of = Number(words[i]);
    per = 'mL';
    i += 2;
  }
  const strengths = values.map(
    (value): Strength => ({ value: (value * known.factor) / of, unit: known.unit, ...(per !== undefined && { per }) }),
  );
  return { strengths, length: i - start };
};
