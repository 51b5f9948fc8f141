import { Date as CqlDate, DateTime } from 'cql-execution';
import { daysInMonth, type Field, fields, isTemporal, isTime, type Temporal } from './calendar.ts';
import { decimalDigits, roundToStep } from './decimal.ts';
import { unexpected } from './kind.ts';

/** The least value that a value may stand for at a precision (digits; the finest when not said). */
export const lowBoundary = (value: unknown, precision?: number | null): unknown => {
  if (value == null) return null;
  if (typeof value === 'number') return decimalBoundary(value, precision ?? 8, 0);
  if (isTemporal(value)) return dateBoundary(value, precision, least);
  throw unexpected('LowBoundary', 'a Decimal, a date or a time', value);
};

/** The greatest value that a value may stand for at a precision (digits; the finest when not said). */
export const highBoundary = (value: unknown, precision?: number | null): unknown => {
  if (value == null) return null;
  if (typeof value === 'number') return decimalBoundary(value, precision ?? 8, 1);
  if (isTemporal(value)) return dateBoundary(value, precision, greatest);
  throw unexpected('HighBoundary', 'a Decimal, a date or a time', value);
};

/** The digits of a Decimal after the point, zeros at the end not counted; those of a date or time in all. */
export const precision = (value: unknown): number | null => {
  if (value == null) return null;
  if (typeof value === 'number') return decimalDigits(value);
  if (isTemporal(value)) return (value as { getPrecisionValue(): number | undefined }).getPrecisionValue() ?? null;
  throw unexpected('Precision', 'a Decimal, a date or a time', value);
};

const decimalBoundary = (value: number, digits: number, end: 0 | 1): number | null => {
  if (digits < 0 || digits > 8) return null;
  const known = decimalDigits(value);
  const step = 10 ** -digits;
  if (digits <= known) return roundToStep(Math.trunc(roundToStep(value / step)) * step);
  return end === 0 ? value : roundToStep(value + 10 ** -known - step);
};

const least = (_field: Field, parts: readonly (number | null)[]): number => (parts.length < 3 ? 1 : 0);

const greatest = (field: Field, [year, month]: readonly (number | null)[]): number => {
  switch (field) {
    case 'month':
      return 12;
    case 'day':
      return daysInMonth(year as number, month as number);
    case 'hour':
      return 23;
    case 'millisecond':
      return 999;
    default:
      return 59;
  }
};

/** How many fields so many digits are: 4 a year, 6 a month, … 17 a millisecond; of a Time 2 an hour, … 9 a millisecond. */
const dateDigits = [4, 6, 8, 10, 12, 14, 17];
const timeDigits = [2, 4, 6, 9];

const dateBoundary = (
  value: Temporal,
  digits: number | null | undefined,
  fill: (field: Field, parts: readonly (number | null)[]) => number,
): Temporal | null => {
  const time = isTime(value);
  const table = time ? timeDigits : value instanceof DateTime ? dateDigits : dateDigits.slice(0, 3);
  const place = digits == null ? table.length - 1 : table.indexOf(digits);
  if (place < 0) return null;
  const last = time ? place + 3 : place;
  const parts: (number | null)[] = [];
  for (const [i, field] of fields.entries()) {
    const own = (value as unknown as Readonly<Record<Field, number | null | undefined>>)[field];
    parts.push(i > last ? null : (own ?? fill(field, parts)));
  }
  const [year, month, day, hour, minute, second, millisecond] = parts;
  return value instanceof DateTime
    ? new DateTime(year, month, day, hour, minute, second, millisecond, value.timezoneOffset)
    : new CqlDate(year, month, day);
};
