import { getOrCompute } from '../../../src/get-or-compute.ts';
import type { Drug } from '../../../src/terminology/drug.ts';
import { codeSystems } from '../../../src/terminology/systems.ts';
import type { Random } from '../../support/random.ts';
import type { Material, MaterialCode } from './material.ts';

/** What makes the values of one record's elements. */
export interface Values {
  readonly random: Random;
  readonly material: Material;
  /** A day near a boundary: now less a length of time that a library names, give or take a day. */
  day(): Date;
  /** A dateTime of any precision and offset that FHIR allows, and a few that it does not. */
  dateTime(): string;
  date(): string;
  instant(): string;
  period(): object;
  /** A concept of one of the sets, or of something else. */
  concept(sets?: readonly (readonly MaterialCode[])[]): unknown;
  quantity(): object;
  /** One of a list whose first is the usual one; in a tidy record it mostly is. */
  mostly<T>(items: readonly T[]): T;
  /** A drug; one record has most of its drugs of three classes. */
  drug(): Drug;
  words(): string;
  /** Under `name`, the value, an extension in its place, null or nothing. */
  perhaps(name: string, value: () => unknown, odds?: number): object;
  /** The same for an element that is no primitive, where no specification has an extension in its place. */
  perhapsComplex(name: string, value: () => unknown, odds?: number): object;
}

const dayMs = 86_400_000;
const offsets = ['-05:00', '-05:00', '+09:00', '-08:00', 'Z', 'Z', '+00:00', '', '+05:30', '-04:00'] as const;
const otherCodes: readonly MaterialCode[] = [
  { system: 'http://loinc.org', code: '4548-4', display: 'Hemoglobin A1c' },
  { system: 'http://loinc.org', code: '8480-6', display: 'Systolic blood pressure' },
  { system: 'http://snomed.info/sct', code: '430193006', display: 'Medication reconciliation' },
  { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10', display: 'Hypertension' },
  { system: 'urn:local', code: 'X', display: 'Something of our own' },
];
const otherAddresses: Readonly<Record<string, string>> = {
  [codeSystems.LOINC]: 'urn:oid:2.16.840.1.113883.6.1',
  [codeSystems.SNOMED]: 'urn:oid:2.16.840.1.113883.6.96',
  [codeSystems.RXNORM]: 'urn:oid:2.16.840.1.113883.6.88',
  [codeSystems.CVX]: 'urn:oid:2.16.840.1.113883.12.292',
};
const otherUnits = ['mg/dL', 'mEq/L', 'ng/mL', '%', '', '10*3/uL', 'mmol/L', 'nonsense units', '{score}', 'kg', 'g/L'];

export const createValues = (random: Random, material: Material, now: Date): Values => {
  const { below, pick, once } = random;

  // What belongs together, a disease and the sign of it, or two drugs, meets in a record that looks at few sets.
  const favourites = new Map<unknown, readonly unknown[]>();
  const pickSet = <T>(sets: readonly T[], most: number): T => {
    const few = getOrCompute(favourites, sets, () => Array.from({ length: most }, () => pick(sets))) as readonly T[];
    return once(5) ? pick(sets) : pick(few);
  };
  const drugs = material.drugs.filter((set) => set.length > 0);
  const drug = (): Drug => pick(pickSet(drugs, 3));

  const tidy = once(2);
  const mostly = <T>(items: readonly T[]): T => (tidy && !once(6) ? (items[0] as T) : pick(items));

  const day = (): Date => {
    if (once(4)) return new Date(now.getTime() - below(12 * 365) * dayMs);
    const at = new Date(now);
    const { months, days } = once(3) || material.spans.length === 0 ? { months: 0, days: 0 } : pick(material.spans);
    at.setUTCMonth(at.getUTCMonth() - Math.round(months));
    const jitter = pick([0, 0, 0, 1, -1, 1, 2, -30, 20, 200]);
    return new Date(at.getTime() - (days + jitter) * dayMs - pick([0, 0, 1, -1, 5, 12]) * 3_600_000);
  };

  const date = (): string => {
    const text = day().toISOString();
    return text.slice(0, pick([10, 10, 10, 10, 10, 7, 4]));
  };

  const dateTime = (): string => {
    if (once(3)) return date();
    if (once(60)) return pick(['0001-01-01', '9999-12-31', 'unknown', '']);
    const offset = pick(offsets);
    const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
    const ahead = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
    // Near midnight somewhere, where the day depends on who reads it.
    const at = new Date(day().getTime() + ahead * 60_000);
    if (once(3)) at.setUTCHours(pick([0, 23]), pick([0, 10, 59]));
    const text = at.toISOString();
    return text.slice(0, pick([19, 19, 19, 23, 16])) + offset;
  };

  const instant = (): string => day().toISOString().slice(0, -1) + pick(['Z', '+00:00', '-05:00', '+09:00']);

  const period = (): object => ({
    ...(!once(4) && { start: dateTime() }),
    ...(!once(3) && { end: dateTime() }),
  });

  const coding = (sets: readonly (readonly MaterialCode[])[] | undefined): object => {
    const { system, code, display } =
      sets === undefined || sets.length === 0 || once(9) ? pick(otherCodes) : pick(pickSet(sets, 4));
    return {
      ...(!once(12) && { system: once(25) ? `${system}/` : once(12) ? (otherAddresses[system] ?? system) : system }),
      ...(!once(20) && { code }),
      ...(!once(3) && { display: once(10) ? display.toUpperCase() : display }),
      ...(once(20) && { version: '2024' }),
      ...(once(30) && { _display: { extension: [{ url: 'urn:language', valueCode: 'de' }] } }),
      ...(once(20) && { userSelected: true }),
    };
  };

  const concept = (sets?: readonly (readonly MaterialCode[])[]): unknown => {
    const count = pick([1, 1, 1, 1, 2, 2, 3, 0]);
    const codings: unknown[] = Array.from({ length: count }, () => coding(sets));
    if (once(60)) codings.splice(below(codings.length + 1), 0, null);
    return {
      ...((count > 0 || once(2)) && { coding: once(80) && codings.length === 1 ? codings[0] : codings }),
      ...(once(3) && { text: words() }),
    };
  };

  const words = (): string => {
    const word = () => (material.words.length === 0 ? 'something' : pick(material.words));
    const text = pick([word, word, () => `${word()} ${word()}`, () => `no ${word()}, but ${word()}`])();
    return once(4) ? text.toUpperCase() : once(6) ? `  ${text}\n${word()}` : text;
  };

  const quantity = (): object => {
    const near = material.numbers.length === 0 ? 1 : pick(material.numbers);
    const unit = once(2) && material.units.length > 0 ? pick(material.units) : pick(otherUnits);
    return {
      ...(!once(10) && { value: pick([near, near, near + 0.1, near - 1, near * 2, -near, below(1000) / 8]) }),
      ...(once(tidy ? 20 : 8) && { comparator: pick(['<', '<=', '>', '>=']) }),
      ...(!once(6) && { unit }),
      ...(!once(3) && { system: once(8) ? 'urn:units' : 'http://unitsofmeasure.org', code: unit }),
    };
  };

  const absent = { extension: [{ url: 'urn:data-absent-reason', valueCode: 'unknown' }] };

  const perhaps = (name: string, value: () => unknown, odds = 12): object => {
    if (!once(tidy ? odds * 4 : odds)) return { [name]: value() };
    if (once(4)) return { [name]: null };
    return once(3) ? { [`_${name}`]: absent } : {};
  };

  const perhapsComplex = (name: string, value: () => unknown, odds = 12): object => {
    if (!once(tidy ? odds * 4 : odds)) return { [name]: value() };
    if (once(4)) return { [name]: null };
    return once(12) ? { [`_${name}`]: absent } : {};
  };

  return {
    random,
    material,
    mostly,
    day,
    dateTime,
    date,
    instant,
    period,
    concept,
    quantity,
    words,
    drug,
    perhaps,
    perhapsComplex,
  };
};
