import { Date as CqlDate, DateTime } from 'cql-execution';

/** The fields of a date or time from the coarsest to the finest. */
export const fields = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const;
export type Field = (typeof fields)[number];

/** Date, DateTime or Time of CQL; a Time is a DateTime in year 0 without an offset. */
export type Temporal = CqlDate | DateTime;

export const isTemporal = (value: unknown): value is Temporal => value instanceof DateTime || value instanceof CqlDate;

export const isTime = (value: Temporal): boolean => value instanceof DateTime && value.isTime();

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Days from 1970-01-01 to a day of the Gregorian calendar, counted on in both directions. */
export const dayNumber = (year: number, month: number, day: number): number => {
  // A year that begins in March has its leap day last, so that months before it are of constant length.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
};

/** The day of the Gregorian calendar so many days after 1970-01-01. */
export const dayOf = (days: number): { year: number; month: number; day: number } => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
};

/** How many days a month of the Gregorian calendar has. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;

/** The name of the finest field that has a value; undefined where there is not even a year. */
export const precisionOf = (value: Temporal): Field | undefined => {
  if (value instanceof DateTime) {
    if (value.millisecond != null) return 'millisecond';
    if (value.second != null) return 'second';
    if (value.minute != null) return 'minute';
    if (value.hour != null) return 'hour';
  }
  return value.day != null ? 'day' : value.month != null ? 'month' : value.year != null ? 'year' : undefined;
};

/** Milliseconds from the day's midnight to the earliest moment a value can mean. */
const timeOfDayMs = (value: Temporal): number =>
  value instanceof DateTime && value.hour !== null
    ? value.hour * hourMs + (value.minute ?? 0) * 60_000 + (value.second ?? 0) * 1000 + (value.millisecond ?? 0)
    : 0;

/** The earliest moment a value can mean, as milliseconds on its own clock from 1970-01-01T00:00. */
export const localMs = (value: Temporal): number =>
  dayNumber(value.year ?? 1, value.month ?? 1, value.day ?? 1) * dayMs + timeOfDayMs(value);

/** The earliest moment a DateTime can mean, in milliseconds since 1970 UTC; a Time has no offset and counts as UTC. */
export const instantMs = (value: DateTime): number => localMs(value) - Math.round((value.timezoneOffset ?? 0) * hourMs);

/** A DateTime with so many fields as the precision asks for, from milliseconds on its own clock. */
export const dateTimeAt = (ms: number, precision: Field, offset: number | null): DateTime => {
  const days = Math.floor(ms / dayMs);
  const { year, month, day } = dayOf(days);
  const rest = ms - days * dayMs;
  const upTo = fields.indexOf(precision);
  return new DateTime(
    year,
    upTo >= 1 ? month : null,
    upTo >= 2 ? day : null,
    upTo >= 3 ? Math.floor(rest / hourMs) : null,
    upTo >= 4 ? Math.floor(rest / 60_000) % 60 : null,
    upTo >= 5 ? Math.floor(rest / 1000) % 60 : null,
    upTo >= 6 ? rest % 1000 : null,
    offset,
  );
};

/** The same moment on the clock of another offset (hours), at the precision it has. */
export const atOffset = (value: DateTime, offset: number | null): DateTime => {
  const shift = Math.round(((offset ?? 0) - (value.timezoneOffset ?? 0)) * hourMs);
  const precision = precisionOf(value);
  return precision === undefined ? value : dateTimeAt(localMs(value) + shift, precision, offset);
};

/** A Date as the DateTime of that day without a time, on the clock of an offset. */
export const dateTimeOf = (value: Temporal, offset: number | null): DateTime =>
  value instanceof DateTime ? value : new DateTime(value.year, value.month, value.day, null, null, null, null, offset);

/** The latest moment a value can mean, as milliseconds on its own clock from 1970-01-01T00:00. */
export const lastMs = (value: Temporal): number => {
  const start = localMs(value);
  const year = value.year ?? 1;
  switch (precisionOf(value)) {
    case 'year':
      return dayNumber(year + 1, 1, 1) * dayMs - 1;
    case 'month':
      return start + daysInMonth(year, value.month ?? 1) * dayMs - 1;
    case 'day':
      return start + dayMs - 1;
    case 'hour':
      return start + hourMs - 1;
    case 'minute':
      return start + 59_999;
    case 'second':
      return start + 999;
    default:
      return start;
  }
};
