import { Date as CqlDate, DateTime } from 'cql-execution';
import { isTemporal, isTime } from './calendar.ts';
import { parseDate, parseDateTime, parseTime } from './read-date.ts';

/** The Date that a text or a DateTime is; null where it is none. */
export const toDate = (value: unknown): CqlDate | null => {
  if (value == null || value instanceof CqlDate) return value ?? null;
  return value instanceof DateTime ? (value.getDate() as CqlDate) : parseDate(String(value));
};

/** The DateTime that a text or a Date is, on the clock of `offset` (hours) where it does not say; null where it is none. */
export const toDateTime = (value: unknown, offset: number): DateTime | null => {
  if (value == null || value instanceof DateTime) return value ?? null;
  return value instanceof CqlDate
    ? new DateTime(value.year, value.month, value.day, null, null, null, null, offset)
    : parseDateTime(String(value), offset);
};

/** The Time that a text or a DateTime is; null where it is none. */
export const toTime = (value: unknown): DateTime | null => {
  if (value == null) return null;
  if (isTemporal(value))
    return value instanceof DateTime ? (isTime(value) ? value : (value.getTime() as DateTime)) : null;
  return parseTime(String(value));
};
