import type { CodeableConcept, Dosage, FhirResource, Quantity, TimingRepeat } from 'fhir/r4.js';
import { createRecent } from '../recent.ts';
import type { Ingredient, Strength } from '../terminology/drug.ts';
import { wordsOf } from '../terminology/lexicon.ts';
import { dosagesOf, listed } from './dosages.ts';

/** An amount a day: milligrams, or the unit of the strength that is no mass (international units, milliequivalents). */
export interface DailyDose {
  readonly value: number;
  readonly unit: string;
}

/**
 * The most of an ingredient that a day can bring by the dosages of a resource: the upper end of ranges, every dose that is
 * taken as needed, and what a day brings on which it is taken at all, so that a weekly dose is that dose and no seventh of it.
 * Undefined where any dosage cannot be read for certain. Dosages that follow each other (a taper), or are of other days of
 * the week, give the highest of them.
 *
 * @param alone whether it is the only ingredient: a dose in milligrams of a combination is not one of each ingredient
 */
export const dailyDoseOf = (resource: FhirResource, ingredient: Ingredient, alone: boolean): DailyDose | undefined => {
  const days = new Map<string, DailyDose>();
  for (const dosage of dosagesOf(resource)) {
    const dose = doseOf(dosage, ingredient, alone);
    if (!dose) return undefined;
    const { dayOfWeek } = dosage.timing?.repeat ?? {};
    const onDays: readonly string[] = listed(dayOfWeek).length > 0 ? listed(dayOfWeek) : week;
    for (const day of onDays.map((each) => `${dosage.sequence ?? 0} ${each}`)) {
      const before = days.get(day);
      if (before && before.unit !== dose.unit) return undefined;
      days.set(day, { value: tidy((before?.value ?? 0) + dose.value), unit: dose.unit });
    }
  }
  return [...days.values()].toSorted((a, b) => b.value - a.value)[0];
};

const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const doseOf = (dosage: Dosage, ingredient: Ingredient, alone: boolean): DailyDose | undefined => {
  const { doseQuantity, doseRange, rateQuantity, rateRange, rateRatio } = (listed(dosage.doseAndRate)[0] ?? {}) as {
    [name: string]: unknown;
  } & { doseQuantity?: Quantity; doseRange?: { high?: Quantity } };
  if (rateQuantity ?? rateRange ?? rateRatio) return undefined;
  const told = dosage.text ?? dosage.patientInstruction;
  const read = typeof told === 'string' ? recentSigs(told, () => readSig(told)) : undefined;
  // MedicationAdministration has its one dose elsewhere and no timing; a single dose is no dose a day.
  const each = amountOf(doseQuantity ?? doseRange?.high) ?? read?.amount;
  const times = timesADay(dosage.timing?.repeat, dosage.timing?.code) ?? read?.times;
  if (each === undefined || times === undefined) return undefined;
  const dose = ofIngredient(each, ingredient, alone);
  return dose && { value: tidy(dose.value * times), unit: dose.unit };
};

/** An amount with its unit in lower case; one without unit counts pieces. */
interface Amount {
  readonly value: number;
  readonly unit: string;
}

const amountOf = (quantity: Quantity | undefined): Amount | undefined =>
  typeof quantity?.value === 'number'
    ? { value: quantity.value, unit: (quantity.unit ?? quantity.code ?? '').trim().toLowerCase() }
    : undefined;

/** How many milligrams; the mass units of dosages by their usual spellings. */
const milligrams: Readonly<Record<string, number>> = {
  mg: 1,
  mgs: 1,
  milligram: 1,
  milligrams: 1,
  mcg: 0.001,
  ug: 0.001,
  microgram: 0.001,
  micrograms: 0.001,
  g: 1000,
  gm: 1000,
  gram: 1000,
  grams: 1000,
};

const volumes = new Set(['ml', 'mls', 'cc', 'milliliter', 'milliliters']);
const puffs = /^(\{?(actuat|puff|spray)(s|\(s\))?\}?|inhalations?|actuations?)$/;
const pieces =
  /^(|1|each|ea|\{?(tbl|tab|tablet|cap|capsule|caplet|pill|dose|softgel|suppository|patch|lozenge|packet|vial)(s|\(s\))?\}?)$/;
const otherUnits: Readonly<Record<string, string>> = {
  unit: '[iU]',
  units: '[iU]',
  u: '[iU]',
  '[iu]': '[iU]',
  "[usp'u]": '[iU]',
  iu: '[iU]',
  meq: 'meq',
};

/** One dose as an amount of the ingredient. */
const ofIngredient = ({ value, unit }: Amount, { strength }: Ingredient, alone: boolean): DailyDose | undefined => {
  const mass = milligrams[unit];
  if (mass !== undefined) return alone ? { value: value * mass, unit: 'mg' } : undefined;
  const other = otherUnits[unit];
  if (other !== undefined) return alone ? { value, unit: other } : undefined;
  const per = pieces.test(unit) ? undefined : volumes.has(unit) ? 'mL' : puffs.test(unit) ? '{actuat}' : 'none';
  return strength !== undefined && strength.per === per ? inMilligrams(strength, value) : undefined;
};

const inMilligrams = ({ value, unit }: Strength, count: number): DailyDose => {
  const mass = milligrams[unit];
  return mass === undefined ? { value: value * count, unit } : { value: value * mass * count, unit: 'mg' };
};

const hoursOf: Readonly<Record<string, number>> = { s: 1 / 3600, min: 1 / 60, h: 1, d: 24, wk: 168, mo: 730, a: 8766 };

/** Codes of Timing.code (HL7 GTSAbbreviation) by doses on a day that has any. */
const timesByCode: Readonly<Record<string, number>> = {
  QD: 1,
  AM: 1,
  PM: 1,
  BED: 1,
  BID: 2,
  TID: 3,
  QID: 4,
  QOD: 1,
  WK: 1,
  MO: 1,
  Q1H: 24,
  Q2H: 12,
  Q3H: 8,
  Q4H: 6,
  Q6H: 4,
  Q8H: 3,
};

/** The most doses of a day: every five hours may be five times, and of two doses a week no more than one is taken a day. */
const timesADay = (repeat: TimingRepeat | undefined, code: CodeableConcept | undefined) => {
  if (repeat?.period != null && repeat.periodUnit !== undefined) {
    const hours = repeat.period * (hoursOf[repeat.periodUnit] ?? Number.NaN);
    const frequency = repeat.frequencyMax ?? repeat.frequency ?? 1;
    const days = listed(repeat.dayOfWeek).length;
    const times = days > 0 && hours >= 168 ? frequency / (days * (hours / 168)) : (frequency * 24) / hours;
    return Number.isFinite(times) && times > 0 ? wholeTimes(times) : undefined;
  }
  const when = listed(repeat?.when).length || listed(repeat?.timeOfDay).length;
  if (when > 0) return when;
  const codes = listed(code?.coding).flatMap((coding) => timesByCode[coding.code ?? ''] ?? []);
  return codes[0];
};

/** Upward, but for the noise of binary fractions. */
const wholeTimes = (times: number): number => Math.ceil(tidy(times));

interface Sig {
  readonly amount?: Amount;
  readonly times?: number;
}

/** Charts repeat their directions. */
const recentSigs = createRecent<Sig>(2_000);

/**
 * Reads directions such as "Take 1-2 tablets by mouth every 4 to 6 hours as needed": the most at a time, and the most times a
 * day. Of directions with several amounts ("2 tablets today, then 1 daily") nothing is read.
 */
const readSig = (text: string): Sig => {
  const sig = wordsOf(text.replace(/(?:(\d)\s+|\b|(\d))?(½|\b1\/2)/g, (_, apart = '0', whole = apart) => ` ${whole}.5`))
    .map((word) => numbersInWords[word] ?? word)
    .join(' ');
  const amounts = [...sig.matchAll(amountInSig)];
  const partsOfDay = timesOfDay.filter((each) => each.test(sig)).length;
  const said = frequencies.flatMap(([pattern, read]) => [...sig.matchAll(pattern)].map(read));
  const times = partsOfDay > 1 ? [partsOfDay] : [...new Set(partsOfDay === 1 ? [...said, 1] : said)];
  const [amount] = amounts;
  return {
    ...(amounts.length === 1 &&
      amount && { amount: { value: Number(amount[2] ?? amount[1]), unit: (amount[3] ?? '').trim() } }),
    ...(times.length === 1 && times[0] !== undefined && { times: times[0] }),
  };
};

const numbersInWords: Readonly<Record<string, string>> = { one: '1', two: '2', three: '3', four: '4', half: '0.5' };

const amountInSig =
  /(\d*\.?\d+)(?: (?:to |or )?(\d*\.?\d+))? (tab(?:let)?s?|cap(?:sule)?s?|caplets?|pills?|puffs?|inhalations?|sprays?|mls?|mgs?|mcg|units?)(?= |$)/g;

const timesOfDay = [
  /\b(?:every morning|in the morning|qam)\b/,
  /\b(?:at noon|noon)\b/,
  /\b(?:every evening|in the evening|qpm)\b/,
  /\b(?:every night|nightly|at bedtime|at night|qhs|hs)\b/,
];

type ReadTimes = (match: RegExpMatchArray) => number;

/** The first number of "every 4 to 6 hours" is the shorter interval; the last of "2 to 3 times a day" the more often. */
const frequencies: readonly (readonly [RegExp, ReadTimes])[] = [
  [
    /\b(?:once daily|once a day|1 time a day|daily|every day|each day|qd|q day)\b(?<!(?:twice|times|bid|tid) daily)(?<!\d times daily)/g,
    () => 1,
  ],
  [/\b(?:bid|twice daily|twice a day|2 times (?:a day|daily|per day))\b/g, () => 2],
  [/\b(?:tid|3 times (?:a day|daily|per day))\b/g, () => 3],
  [/\b(?:qid|4 times (?:a day|daily|per day))\b/g, () => 4],
  // On some days only: the dose of such a day. "For a week" is no frequency.
  [/\b(?:qod|(?:every other|every alternate|alternate) days?|every \d+ (?:days|weeks|months))\b/g, () => 1],
  [
    /\b(?:(?:once|twice|\d times?) )?(?:weekly|every(?: other)? week|each week|q ?wk|q ?week|monthly|every month)\b/g,
    () => 1,
  ],
  [/\b(?:once|twice|\d times?) (?:a|per|each) (?:week|month)\b/g, () => 1],
  [/\b(?:every|each) (?:sun|mon|tues|wednes|thurs|fri|satur)day\b/g, () => 1],
  [
    /\b(?:q|every) (\d+)(?: (?:to )?\d+)? ?(?:h|hr|hrs|hour|hours)\b/g,
    ([, hours]) => wholeTimes(24 / Math.max(Number(hours), 1)),
  ],
];

/** Sums of decimals without the noise of binary fractions. */
const tidy = (value: number): number => Number(value.toPrecision(12));
