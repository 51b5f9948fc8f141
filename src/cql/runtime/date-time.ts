import { DateTime } from 'cql-execution';
import { atOffset, dateTimeOf, type Field, fields, instantMs, type Temporal } from './calendar.ts';

/**
 * Which of two dates or times comes first: below 0 the left, above 0 the right, 0 when they agree to the finest field
 * (or to `precision`), null where a field that decides is not known. Offsets count from hours on and where no precision
 * is asked for: the right one is moved to the clock of the left one.
 *
 * @throws Error when the type has no such precision
 */
export const compareDates = (a: Temporal, b: Temporal, precision?: string): -1 | 0 | 1 | null => {
  if (a instanceof DateTime || b instanceof DateTime) return compareDateTimes(a, b, precision);
  const upTo = precision === undefined ? 3 : depthOf(precision, 3);
  if (a.year !== b.year) return decided(a.year, b.year);
  if (a.year == null) return alike(precision);
  if (upTo === 1) return 0;
  if (a.month !== b.month) return decided(a.month, b.month);
  if (a.month == null) return alike(precision);
  if (upTo === 2) return 0;
  if (a.day !== b.day) return decided(a.day, b.day);
  return a.day == null ? alike(precision) : 0;
};

/** How many fields a precision asks for. */
const depthOf = (precision: string, most: number): number => {
  const depth = fields.indexOf(precision as Field) + 1;
  if (depth === 0 || depth > most) throw new Error(`expected a precision that the type has, got ${precision}`);
  return depth;
};

const decided = (a: number | null, b: number | null): -1 | 1 | null => (a == null || b == null ? null : a < b ? -1 : 1);

/** Neither has the field: they agree as far as they go, which is not enough when a precision was asked for. */
const alike = (precision: string | undefined): 0 | null => (precision === undefined ? 0 : null);

const compareDateTimes = (left: Temporal, right: Temporal, precision: string | undefined): -1 | 0 | 1 | null => {
  // Where a Date meets a DateTime the translator converts it; otherwise it is a day on the other's clock.
  const a = left instanceof DateTime ? left : dateTimeOf(left, (right as DateTime).timezoneOffset);
  let b = right instanceof DateTime ? right : dateTimeOf(right, a.timezoneOffset);
  const upTo = precision === undefined ? 7 : depthOf(precision, 7);
  if (a.timezoneOffset !== b.timezoneOffset && (precision === undefined || upTo > 3)) {
    if (a.millisecond !== null && b.millisecond !== null && upTo === 7) {
      const difference = instantMs(a) - instantMs(b);
      return difference < 0 ? -1 : difference > 0 ? 1 : 0;
    }
    b = atOffset(b, a.timezoneOffset);
  }
  if (a.year !== b.year) return decided(a.year, b.year);
  if (a.year == null) return alike(precision);
  if (upTo === 1) return 0;
  if (a.month !== b.month) return decided(a.month, b.month);
  if (a.month == null) return alike(precision);
  if (upTo === 2) return 0;
  if (a.day !== b.day) return decided(a.day, b.day);
  if (a.day == null) return alike(precision);
  if (upTo === 3) return 0;
  if (a.hour !== b.hour) return decided(a.hour, b.hour);
  if (a.hour == null) return alike(precision);
  if (upTo === 4) return 0;
  if (a.minute !== b.minute) return decided(a.minute, b.minute);
  if (a.minute == null) return alike(precision);
  if (upTo === 5) return 0;
  if (a.second !== b.second) return decided(a.second, b.second);
  if (a.second == null) return alike(precision);
  if (upTo === 6) return 0;
  if (a.millisecond !== b.millisecond) return decided(a.millisecond, b.millisecond);
  return a.millisecond == null ? alike(precision) : 0;
};

/** Whether two dates or times are equal: null where only one has a field, false for a Date and a DateTime. */
export const datesEqual = (a: Temporal, b: Temporal): boolean | null => equalOr(a, b, null);

/** As `datesEqual`, but false where only one has a field. */
export const datesEquivalent = (a: Temporal, b: Temporal): boolean => equalOr(a, b, false);

const equalOr = <T>(a: Temporal, b: Temporal, unknown: T): boolean | T => {
  if (a instanceof DateTime !== b instanceof DateTime) return false;
  let compared = compareDates(a, b);
  if (compared === null && a instanceof DateTime && b instanceof DateTime) {
    // CQL takes seconds and milliseconds for one decimal field when it looks for equality: 10:00:00 = 10:00:00.000.
    compared = compareDates(withMilliseconds(a), withMilliseconds(b));
  }
  return compared === null ? unknown : compared === 0;
};

const withMilliseconds = (value: DateTime): DateTime => {
  if (value.second === null || value.millisecond !== null) return value;
  const whole = value.copy();
  whole.millisecond = 0;
  return whole;
};
