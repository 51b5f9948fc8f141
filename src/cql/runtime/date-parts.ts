import { Date as CqlDate, DateTime } from 'cql-execution';
import { daysInMonth, type Field, fields, isTemporal } from './calendar.ts';

type Part = number | null | undefined;

/**
 * The DateTime of such fields, at `offset` (hours); null without a year. What follows a missing field is left out.
 *
 * @throws Error when a field is out of its range
 */
export const dateTime = (
  year: Part,
  month?: Part,
  day?: Part,
  hour?: Part,
  minute?: Part,
  second?: Part,
  millisecond?: Part,
  offset?: Part,
): DateTime | null => {
  if (year == null) return null;
  checkDay(year, month, day);
  checkTime(hour, minute, second, millisecond);
  // The library takes the machine's offset for undefined.
  return new DateTime(year, month, day, hour, minute, second, millisecond, offset ?? 0);
};

/**
 * The Date of such fields; null without a year.
 *
 * @throws Error when a field is out of its range
 */
export const date = (year: Part, month?: Part, day?: Part): CqlDate | null => {
  if (year == null) return null;
  checkDay(year, month, day);
  return new CqlDate(year, month, day);
};

/**
 * The Time of such fields; null without an hour.
 *
 * @throws Error when a field is out of its range
 */
export const time = (hour: Part, minute?: Part, second?: Part, millisecond?: Part): DateTime | null => {
  if (hour == null) return null;
  checkTime(hour, minute, second, millisecond);
  return new DateTime(0, 1, 1, hour, minute, second, millisecond, null);
};

const within = (field: Field, value: Part, least: number, most: number): void => {
  if (value != null && !(value >= least && value <= most))
    throw new Error(`expected a ${field} from ${least} to ${most}, got another`);
};

const checkDay = (year: number, month: Part, day: Part): void => {
  within('year', year, 1, 9999);
  within('month', month, 1, 12);
  within('day', day, 1, month == null ? 31 : daysInMonth(year, month));
};

const checkTime = (hour: Part, minute: Part, second: Part, millisecond: Part): void => {
  within('hour', hour, 0, 23);
  within('minute', minute, 0, 59);
  within('second', second, 0, 59);
  within('millisecond', millisecond, 0, 999);
};

/** The Date of a DateTime, as its own clock shows it. */
export const dateFrom = (value: DateTime | CqlDate | null | undefined): CqlDate | null =>
  value == null ? null : value instanceof DateTime ? value.getDate() : value;

/** The Time of a DateTime, as its own clock shows it; null where it has no hour. */
export const timeFrom = (value: DateTime | null | undefined): DateTime | null =>
  value instanceof DateTime && value.hour !== null ? value.getTime() : null;

/** The hours by which the clock of a DateTime is ahead of UTC. */
export const timezoneOffsetFrom = (value: DateTime | null | undefined): number | null => value?.timezoneOffset ?? null;

/** One field of a date or time; null where it is not known. */
export const dateTimeComponentFrom = (value: unknown, precision: string): number | null => {
  if (!isTemporal(value) || !fields.includes(precision as Field)) return null;
  return (value as DateTime)[precision as Field] ?? null;
};
