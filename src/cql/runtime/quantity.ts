import { Quantity } from 'cql-execution';
import { checkUnit, convertUnit } from 'cql-execution/lib/util/units.js';
import { roundToStep } from './decimal.ts';

/** The unit of a quantity; that of a plain number is '1'. */
export const unitOf = (quantity: Quantity): string => {
  const unit = quantity.unit as string | null | undefined;
  return unit == null || unit.trim() === '' ? '1' : unit;
};

/** A number converted from one unit to another, to eight digits after the point; null where the units do not allow it. */
export const convertValue = (value: number, from: string, to: string): number | null => {
  if (from === to) return value;
  const factor = factorOf(from, to);
  if (factor === undefined) return null;
  return factor === null ? (convertUnit(value, from, to) ?? null) : roundToStep(value * factor);
};

// Factors between units: knowledge about units and not about patients, though the units come from records.
const factors = new Map<string, Map<string, number | null | undefined>>();
const mostUnits = 500;

/** What to multiply with; null where multiplying is not enough (°C and K), undefined where nothing converts. */
const factorOf = (from: string, to: string): number | null | undefined => {
  let ofUnit = factors.get(from);
  if (ofUnit === undefined) {
    if (factors.size >= mostUnits) factors.clear();
    ofUnit = new Map();
    factors.set(from, ofUnit);
  }
  if (!ofUnit.has(to)) {
    if (ofUnit.size >= mostUnits) ofUnit.clear();
    ofUnit.set(to, findFactor(from, to));
  }
  return ofUnit.get(to);
};

const findFactor = (from: string, to: string): number | null | undefined => {
  const [none, one, many] = [0, 1, 1000].map((value) => convertUnit(value, from, to, false));
  if (none === undefined || one === undefined || many === undefined) return undefined;
  // The magnitudes behind a factor carry a double's error, which fifteen digits leave behind.
  const isLinear = none === 0 && Math.abs(many - 1000 * one) <= Math.abs(many) * 1e-12;
  return isLinear ? Number(one.toPrecision(15)) : null;
};

/** Which of two quantities is the smaller: below 0, 0 or above 0; null where their units do not compare. */
export const compareQuantities = (a: Quantity, b: Quantity): number | null => {
  const [left, right] = [a.value as number, b.value as number];
  const [from, to] = [unitOf(a), unitOf(b)];
  if (from === to) return left - right;
  const factor = factorOf(from, to);
  if (factor === undefined) return null;
  // In the smaller of the two units, where rounding to eight digits loses nothing.
  if (factor !== null && factor >= 1) return roundToStep(left * factor) - roundToStep(right);
  const converted = convertValue(right, to, from);
  return converted === null ? null : roundToStep(left) - converted;
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
