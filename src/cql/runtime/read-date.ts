import { Date as CqlDate, DateTime } from 'cql-execution';
import { atOffset, daysInMonth, instantMs } from './calendar.ts';

/** How a FHIR dateTime is placed in the zone of an evaluation. */
export interface ReadingZone {
  /** Hours by which the zone is ahead of UTC now: the offset of a text that has none. */
  readonly offset: number;
  /** Hours by which the zone is ahead of UTC at an instant. */
  offsetAt(epochMs: number): number;
  /** What becomes of a UTC time: `zone` reads it on the zone's clock at that instant, `utc` leaves it at offset 0. */
  readonly utcAs: 'zone' | 'utc';
}

/**
 * The DateTime that a FHIR dateTime or instant says, to the precision it has; null for nonsense. UTC says nothing of the
 * place (servers store so), so that it can be read in the evaluation's zone; any other offset is the place's own.
 */
export const readDateTime = (text: unknown, zone: ReadingZone): DateTime | null => {
  if (text == null) return null;
  const read = scan(String(text), zone.offset);
  if (read === null || zone.utcAs === 'utc' || !saysUtc(String(text))) return read;
  const offset = zone.offsetAt(instantMs(read));
  return offset === 0 ? read : atOffset(read, offset);
};

/** The DateTime that a text in CQL's syntax says, at `offset` (hours) unless it names its own; null for nonsense. */
export const parseDateTime = (text: unknown, offset: number): DateTime | null =>
  text == null ? null : scan(String(text), offset);

/** Whether a text with a time ends in Z, +00:00 or -00:00. */
const saysUtc = (text: string): boolean => {
  const last = text.length - 1;
  if (last < 11) return false;
  if (text.charCodeAt(last) === 90) return true;
  if (text.charCodeAt(last) !== 48 || last < 15) return false;
  return text.endsWith('+00:00') || text.endsWith('-00:00');
};

/** Two digits as a number, or -1: charCodeAt beyond the end is NaN, which no comparison lets through. */
const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const units = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : -1;
};

const four = (text: string): number => {
  const centuries = two(text, 0);
  const years = two(text, 2);
  return centuries < 0 || years < 0 ? -1 : centuries * 100 + years;
};

const dash = 45;
const colon = 58;

/** The usual forms digit by digit; all others by the library's parser, which takes ten times as long. */
const scan = (text: string, offset: number): DateTime | null => {
  const length = text.length;
  const year = four(text);
  if (year < 0) return unusual(text, offset);
  if (length === 4) return new DateTime(year, null, null, null, null, null, null, offset);
  const month = two(text, 5);
  if (text.charCodeAt(4) !== dash || month < 1 || month > 12) return unusual(text, offset);
  if (length === 7) return new DateTime(year, month, null, null, null, null, null, offset);
  const day = two(text, 8);
  if (text.charCodeAt(7) !== dash || day < 1 || (day > 28 && day > daysInMonth(year, month)))
    return unusual(text, offset);
  if (length === 10) return new DateTime(year, month, day, null, null, null, null, offset);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  const wrong =
    hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || text.charCodeAt(10) !== 84;
  if (wrong || text.charCodeAt(13) !== colon || text.charCodeAt(16) !== colon) return unusual(text, offset);
  let at = 19;
  let millisecond: number | null = null;
  if (text.charCodeAt(at) === 46) {
    let digit = text.charCodeAt(++at) - 48;
    if (!(digit >= 0 && digit <= 9)) return unusual(text, offset);
    millisecond = 0;
    // What is finer than a millisecond is cut off.
    for (let weight = 100; digit >= 0 && digit <= 9; digit = text.charCodeAt(++at) - 48) {
      millisecond += digit * weight;
      weight = weight === 100 ? 10 : weight === 10 ? 1 : 0;
    }
  }
  const own = offsetFrom(text, at, length);
  if (own === undefined) return unusual(text, offset);
  return new DateTime(year, month, day, hour, minute, second, millisecond, own ?? offset);
};

/** The offset that begins at a place and ends the text: null where there is none, undefined where it is no usual form. */
const offsetFrom = (text: string, at: number, length: number): number | null | undefined => {
  if (at === length) return null;
  const sign = text.charCodeAt(at);
  if (sign === 90 && at + 1 === length) return 0;
  if ((sign !== 43 && sign !== dash) || at + 6 !== length || text.charCodeAt(at + 3) !== colon) return undefined;
  const hours = two(text, at + 1);
  const minutes = two(text, at + 4);
  if (hours < 0 || minutes < 0) return undefined;
  const offset = hours + minutes / 60;
  return sign === dash && offset !== 0 ? -offset : offset;
};

const unusual = (text: string, offset: number): DateTime | null => {
  const parsed = DateTime.parse(text.replace(/Z$/, '+00:00'));
  if (!parsed) return null;
  // The library gives a text without offset the machine's, and -00:00 becomes -0.
  const hasOffset = /(Z|[+-]\d{2}(:?\d{2})?)$/.test(text.slice(10));
  parsed.timezoneOffset = hasOffset ? (parsed.timezoneOffset ?? 0) + 0 : offset;
  return parsed;
};

/** The Date that a FHIR date or a text in CQL's syntax says, to the precision it has; null for nonsense. */
export const readDate = (text: unknown): CqlDate | null => {
  if (text == null) return null;
  const value = String(text);
  const year = four(value);
  if (year < 0) return null;
  if (value.length === 4) return new CqlDate(year);
  const month = two(value, 5);
  if (value.charCodeAt(4) !== dash || month < 1 || month > 12) return null;
  if (value.length === 7) return new CqlDate(year, month);
  const day = two(value, 8);
  if (value.length !== 10 || value.charCodeAt(7) !== dash || day < 1 || day > daysInMonth(year, month)) return null;
  return new CqlDate(year, month, day);
};

/** The Date that a text in CQL's syntax says; null for nonsense. */
export const parseDate = (text: unknown): CqlDate | null => readDate(text);

/** The Time that a FHIR time says; null for nonsense. */
export const readTime = (text: unknown): DateTime | null => {
  if (text == null) return null;
  const time = scan(`0000-01-01T${text}`, 0);
  return time && time.hour !== null ? time.getTime() : null;
};

const timeSyntax = /^T?(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?$/;

/** The Time that a text in CQL's syntax says, with or without `T`; an offset is passed over; null for nonsense. */
export const parseTime = (text: unknown): DateTime | null => {
  const [, hour, minute, second, fraction] = timeSyntax.exec(text == null ? '' : String(text)) ?? [];
  const numbers = [hour, minute, second].map((part) => (part === undefined ? null : Number(part)));
  const [h = null, m = null, s = null] = numbers;
  if (h === null || h > 23 || (m ?? 0) > 59 || (s ?? 0) > 59) return null;
  const millisecond = fraction === undefined ? null : Number(`${fraction}00`.slice(0, 3));
  return new DateTime(0, 1, 1, h, m, s, millisecond, null);
};
