import { DateTime } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import {
  dateTimeOf,
  dayMs,
  dayOf,
  daysInMonth,
  hourMs,
  isTemporal,
  lastMs,
  localMs,
  precisionOf,
  type Temporal,
} from './calendar.ts';

/** How many whole units lie from `a` to `b`; an Uncertainty where their precision leaves more than one number. */
export const durationBetween = (a: unknown, b: unknown, precision: string): number | Uncertainty | null =>
  between(a, b, precision, duration, precision !== 'millisecond');

/** How many boundaries of a unit lie from `a` to `b`; an Uncertainty where their precision leaves more than one number. */
export const differenceBetween = (a: unknown, b: unknown, precision: string): number | Uncertainty | null =>
  between(a, b, precision, difference, false);

/** The age now, in whole units: years and months from the birth date to the day, finer ones to the moment. */
export const calculateAge = (
  birthDate: Temporal | null | undefined,
  now: DateTime,
  precision: string,
): number | Uncertainty | null =>
  calculateAgeAt(birthDate, precision === 'year' || precision === 'month' ? now.getDate() : now, precision);

/** The age at a date or moment, in whole units; a DateTime of birth counts as its day where `asOf` is a Date. */
export const calculateAgeAt = (
  birthDate: Temporal | null | undefined,
  asOf: Temporal | null | undefined,
  precision: string,
): number | Uncertainty | null => {
  if (birthDate == null || asOf == null) return null;
  const born = birthDate instanceof DateTime && !(asOf instanceof DateTime) ? birthDate.getDate() : birthDate;
  return durationBetween(born, asOf, precision);
};

/** Milliseconds on a clock, and how far (milliseconds) the clock is ahead of UTC. */
type Count = (from: number, fromAhead: number, to: number, toAhead: number, unit: string) => number;

const between = (
  a: unknown,
  b: unknown,
  unit: string,
  count: Count,
  wholeSeconds: boolean,
): number | Uncertainty | null => {
  if (!isTemporal(a) || !isTemporal(b)) return null;
  // Where a Date meets a DateTime the translator converts it; otherwise it is a day on the other's clock.
  const from = b instanceof DateTime ? dateTimeOf(a, b.timezoneOffset) : a;
  const to = a instanceof DateTime ? dateTimeOf(b, a.timezoneOffset) : b;
  if (precisionOf(from) === undefined || precisionOf(to) === undefined) return null;
  const fromAhead = ahead(from);
  const toAhead = ahead(to);
  const fromMs = localMs(from);
  const toMs = localMs(to);
  const fromLast = latest(from, fromMs, wholeSeconds);
  const toLast = latest(to, toMs, wholeSeconds);
  const least = count(fromLast, fromAhead, toMs, toAhead, unit);
  if (fromLast === fromMs && toLast === toMs) return least;
  const most = count(fromMs, fromAhead, toLast, toAhead, unit);
  return least === most ? least : new Uncertainty(least, most);
};

const ahead = (value: Temporal): number =>
  value instanceof DateTime ? Math.round((value.timezoneOffset ?? 0) * hourMs) : 0;

const latest = (value: Temporal, earliest: number, wholeSeconds: boolean): number => {
  if (value instanceof DateTime) {
    // CQL takes seconds and milliseconds for one decimal field: 10:00:00 is 10:00:00.000.
    return value.millisecond !== null || (wholeSeconds && value.second !== null) ? earliest : lastMs(value);
  }
  return value.day !== null ? earliest : Math.floor(lastMs(value) / dayMs) * dayMs;
};

const lengths: Readonly<Record<string, number>> = {
  week: 7 * dayMs,
  day: dayMs,
  hour: hourMs,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};

const lengthOf = (unit: string): number => {
  const length = lengths[unit];
  if (length === undefined) throw new Error(`expected a precision of time, got ${unit}`);
  return length;
};

const duration: Count = (from, fromAhead, to, toAhead, unit) => {
  const elapsed = to - toAhead - (from - fromAhead);
  if (unit !== 'year' && unit !== 'month') return whole(elapsed / lengthOf(unit));
  // Months are counted from the earlier moment, on its clock.
  const months = elapsed < 0 ? -monthsFrom(to, from - fromAhead + toAhead) : monthsFrom(from, to - toAhead + fromAhead);
  return whole(unit === 'year' ? months / 12 : months);
};

/** Towards zero, and never -0. */
const whole = (count: number): number => Math.trunc(count) + 0;

/** Whole months from an earlier to a later moment on one clock; a month from the 31st ends with a shorter month. */
const monthsFrom = (earlier: number, later: number): number => {
  const earlierDays = Math.floor(earlier / dayMs);
  const laterDays = Math.floor(later / dayMs);
  const a = dayOf(earlierDays);
  const b = dayOf(laterDays);
  const months = (b.year - a.year) * 12 + b.month - a.month;
  const day = Math.min(a.day, daysInMonth(b.year, b.month));
  const notYet = day > b.day || (day === b.day && earlier - earlierDays * dayMs > later - laterDays * dayMs);
  return notYet ? months - 1 : months;
};

const difference: Count = (from, fromAhead, to, toAhead, unit) => {
  switch (unit) {
    // The calendar's units are counted as each clock shows them; only from hours on does the offset count.
    case 'year':
      return dayOf(Math.floor(to / dayMs)).year - dayOf(Math.floor(from / dayMs)).year;
    case 'month': {
      const a = dayOf(Math.floor(from / dayMs));
      const b = dayOf(Math.floor(to / dayMs));
      return (b.year - a.year) * 12 + b.month - a.month;
    }
    case 'week':
      return sunday(to) - sunday(from);
    case 'day':
      return Math.floor(to / dayMs) - Math.floor(from / dayMs);
    default: {
      const length = lengthOf(unit);
      const truncated = (ms: number, clock: number) => Math.floor(ms / length) * length - clock;
      return whole((truncated(to, toAhead) - truncated(from, fromAhead)) / length);
    }
  }
};

/** Weeks begin on Sunday; 1970-01-01 was a Thursday. */
const sunday = (ms: number): number => Math.floor((Math.floor(ms / dayMs) + 4) / 7);
