import { Quantity } from 'cql-execution';
import { checkUnit, convertUnit } from 'cql-execution/lib/util/units.js';
import { roundToStep } from './decimal.ts';

/** The unit of a quantity; that of a plain number is '1'. */
export const unitOf = (quantity: Quantity): string => {
  const unit = quantity.unit as string | null | undefined;
  return !unit || (unit.charCodeAt(0) <= 32 && unit.trim() === '') ? '1' : unit;
};

/** A number converted from one unit to another, to eight digits after the point; null where the units do not allow it. */
export const convertValue = (value: number, from: string, to: string): number | null => {
  if (from === to) return value;
  const factor = factorOf(from, to);
  if (factor === 'none') return null;
  return factor === 'not linear' ? (convertUnit(value, from, to) ?? null) : roundToStep(value * factor);
};

type Factor = number | 'not linear' | 'none';

// Factors between units: knowledge about units and not about patients, though the units come from records.
const factors = new Map<string, Map<string, Factor>>();
const mostUnits = 500;

/** What to multiply with; 'not linear' where multiplying is not enough (°C and K), 'none' where nothing converts. */
const factorOf = (from: string, to: string): Factor => {
  const known = factors.get(from)?.get(to);
  if (known !== undefined) return known;
  const ofUnit = factors.get(from) ?? new Map<string, Factor>();
  if (ofUnit.size >= mostUnits) ofUnit.clear();
  if (factors.size >= mostUnits) factors.clear();
  const factor = findFactor(from, to);
  factors.set(from, ofUnit.set(to, factor));
  return factor;
};

/**
 * Whether one of two units is a ratio of moles, as mmol/mol, and the other is not. UCUM takes a mole for a number and makes
 * 8.6 % of 86 mmol/mol, where hemoglobin A1c is 10.0 %: no such pair compares or converts.
 */
export const isMolarAgainstOther = (from: string, to: string): boolean => isMolarRatio(from) !== isMolarRatio(to);

const isMolarRatio = (unit: string): boolean => /mol[^/]*\/[a-zA-Z]*mol/.test(unit);

const findFactor = (from: string, to: string): Factor => {
  if (isMolarAgainstOther(from, to)) return 'none';
  const [none, one, many] = [0, 1, 1000].map((value) => convertUnit(value, from, to, false));
  if (none === undefined || one === undefined || many === undefined) return 'none';
  // The magnitudes behind a factor carry a double's error, which fifteen digits leave behind.
  const isLinear = none === 0 && Math.abs(many - 1000 * one) <= Math.abs(many) * 1e-12;
  return isLinear ? Number(one.toPrecision(15)) : 'not linear';
};

/** The values of two quantities in the smaller of their units, and that unit; null where they do not convert. */
export const inOneUnit = (a: Quantity, b: Quantity): readonly [number, number, string] | null => {
  const [left, right] = [a.value as number, b.value as number];
  const [from, to] = [unitOf(a), unitOf(b)];
  if (from === to) return [left, right, from];
  const factor = factorOf(from, to);
  if (factor === 'none') return null;
  // The smaller, because there rounding to eight digits loses nothing.
  if (factor !== 'not linear' && factor >= 1) return [roundToStep(left * factor), right, to];
  const converted = convertValue(right, to, from);
  return converted === null ? null : [left, converted, from];
};

/** Which of two quantities is the smaller: below 0, 0 or above 0; null where their units do not compare. */
export const compareQuantities = (a: Quantity, b: Quantity): number | null => {
  if (a.unit === b.unit) return a.value - b.value;
  const values = inOneUnit(a, b);
  return values === null ? null : roundToStep(values[0]) - roundToStep(values[1]);
};

/**
 * Whether two quantities are equal; null where their units do not compare. How long a calendar year or month is depends
 * on the calendar, so whether it equals a UCUM 'a' or 'mo' is not known.
 */
export const quantitiesEqual = (a: Quantity, b: Quantity): boolean | null => {
  const [left, right] = [unitOf(a), unitOf(b)];
  if (left !== right && isCalendarUnit(left) !== isCalendarUnit(right) && !isCalendarWord(left, right)) return null;
  const compared = compareQuantities(a, b);
  return compared === null ? null : compared === 0 || Math.abs(compared) < 5e-9;
};

const isCalendarUnit = (unit: string): boolean => /^(year|month)s?$/.test(unit);
const calendarWord = /^(year|month|week|day|hour|minute|second|millisecond)s?$/;
const isCalendarWord = (a: string, b: string): boolean => calendarWord.test(a) && calendarWord.test(b);

/** Whether two quantities are equal, where a year is as good as 'a', 12 months or 365 days and a month as 'mo' or 30 days. */
export const quantitiesEquivalent = (a: Quantity, b: Quantity): boolean => {
  if (quantitiesEqual(a, b) === true) return true;
  if (!isCalendarUnit(unitOf(a)) && !isCalendarUnit(unitOf(b))) return false;
  const [months, otherMonths] = [wholeMonths(a), wholeMonths(b)];
  if (months !== null && otherMonths !== null) return roundToStep(months - otherMonths) === 0;
  const [days, otherDays] = [daysOf(a), daysOf(b)];
  return days !== null && otherDays !== null && roundToStep(days - otherDays) === 0;
};

const wholeMonths = ({ value, unit }: Quantity): number | null =>
  /^(years?|a|a_j|a_g)$/.test(unit) ? value * 12 : /^(months?|mo|mo_j|mo_g)$/.test(unit) ? (value as number) : null;

const daysOf = (quantity: Quantity): number | null => {
  const unit = unitOf(quantity);
  const value = quantity.value as number;
  return /^years?$/.test(unit) ? value * 365 : /^months?$/.test(unit) ? value * 30 : convertValue(value, unit, 'd');
};

/** The quantity in another unit; null where it does not convert. */
export const convertQuantity = (quantity: Quantity | null, unit: string | null): Quantity | null => {
  if (quantity == null || unit == null) return null;
  const value = convertValue(quantity.value as number, unitOf(quantity), unit);
  return value === null || !(checkUnit(unit) as { valid: boolean }).valid ? null : new Quantity(value, unit);
};

/** Whether the quantity converts to another unit. */
export const canConvertQuantity = (quantity: Quantity | null, unit: string | null): boolean | null =>
  quantity == null || unit == null ? null : convertQuantity(quantity, unit) !== null;
