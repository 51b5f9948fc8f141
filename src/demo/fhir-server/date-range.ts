import { isObject } from './resource.ts';

/** Milliseconds since 1970, `end` excluded; a FHIR date is as long as its precision (search, "implicit range"). */
export interface DateRange {
  readonly start: number;
  readonly end: number;
}

export const DATE_PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const;
export type DatePrefix = (typeof DATE_PREFIXES)[number];

const FORM = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** Reads a FHIR date, dateTime or instant of any precision (no zone is UTC); undefined when it is none. */
export function parseDateRange(text: string): DateRange | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const start = utc(Number(year), Number(month ?? 1), Number(day ?? 1));
  const date = new Date(start);
  if (date.getUTCMonth() + 1 !== Number(month ?? 1) || date.getUTCDate() !== Number(day ?? 1)) return undefined;
  if (month === undefined) return { start, end: utc(Number(year) + 1, 1, 1) };
  if (day === undefined) return { start, end: utc(Number(year), Number(month) + 1, 1) };
  if (hour === undefined) return { start, end: utc(Number(year), Number(month), Number(day) + 1) };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  const offset = zoneMinutes(zone);
  if (offset === undefined) return undefined;
  const at = start + (Number(hour) * 60 + Number(minute) - offset) * 60_000;
  if (second === undefined) return { start: at, end: at + 60_000 };
  const atSecond = at + Number(second) * 1000;
  if (fraction === undefined) return { start: atSecond, end: atSecond + 1000 };
  const atFraction = atSecond + Number(fraction.slice(0, 3).padEnd(3, '0'));
  return { start: atFraction, end: atFraction + 10 ** (3 - Math.min(fraction.length, 3)) };
}

/** Gives the range of an element: a date string or a Period, open ends being infinite; undefined when neither. */
export function rangeOfElement(value: unknown): DateRange | undefined {
  if (typeof value === 'string') return parseDateRange(value);
  if (!isObject(value)) return undefined;
  const { start, end } = value;
  if (start === undefined && end === undefined) return undefined;
  const from = start === undefined ? Number.NEGATIVE_INFINITY : boundary(start)?.start;
  const to = end === undefined ? Number.POSITIVE_INFINITY : boundary(end)?.end;
  return from === undefined || to === undefined ? undefined : { start: from, end: to };
}

/** Compares an element with a search value by the prefix's definition (R4 search, "Prefixes"). */
export function dateMatches(prefix: DatePrefix, element: DateRange, search: DateRange): boolean {
  const contained = search.start <= element.start && element.end <= search.end;
  switch (prefix) {
    case 'eq':
      return contained;
    case 'ne':
      return !contained;
    case 'gt':
      return element.end > search.end;
    case 'lt':
      return element.start < search.start;
    case 'ge':
      return element.end > search.end || contained;
    case 'le':
      return element.start < search.start || contained;
    case 'sa':
      return element.start >= search.end;
    case 'eb':
      return element.end <= search.start;
  }
}

function boundary(value: unknown): DateRange | undefined {
  return typeof value === 'string' ? parseDateRange(value) : undefined;
}

/** Date.UTC reads the years 0 to 99 as 1900 to 1999; this does not. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
