import { z } from 'zod';

/** A length of calendar time as manifests write it: `90 d`, `6 wk`, `27 mo`, `10 y`, `48 h`. */
export interface Duration {
  readonly value: number;
  readonly unit: 'h' | 'd' | 'wk' | 'mo' | 'y';
}

export const durationSchema = z.string().transform((text, context): Duration => {
  const match = /^(\d+) ?(h|d|wk|mo|y)$/.exec(text.trim());
  if (!match) {
    context.addIssue({
      code: 'custom',
      message: `expected a length of time such as "90 d" (h, d, wk, mo or y), got "${text}"`,
    });
    return z.NEVER;
  }
  return { value: Number(match[1]), unit: match[2] as Duration['unit'] };
});

/**
 * The calendar day that lies a duration after (or before) another; the last day of the month where the day does not
 * exist, as CQL 1.5 adds months and years. Hours count as started days.
 *
 * @param date YYYY-MM-DD
 */
export const addDuration = (date: string, { value, unit }: Duration, sign: 1 | -1 = 1): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  if (unit === 'mo' || unit === 'y') {
    const months = year * 12 + (month - 1) + sign * value * (unit === 'y' ? 12 : 1);
    const lastDay = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
    return isoDate(Math.floor(months / 12), months % 12, Math.min(day, lastDay));
  }
  const days = unit === 'h' ? Math.ceil(value / 24) : unit === 'wk' ? value * 7 : value;
  return isoDate(year, month - 1, day + sign * days);
};

/** The longer of two lengths of time, a month taken for 30 days and a year for 365. */
export const longer = (a: Duration, b: Duration): Duration => (roughDays(a) >= roughDays(b) ? a : b);

const roughDays = ({ value, unit }: Duration): number => value * { h: 1 / 24, d: 1, wk: 7, mo: 30, y: 365 }[unit];

/** The days from one calendar day to another; negative when the other is earlier. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

const isoDate = (year: number, monthIndex: number, day: number): string =>
  new Date(Date.UTC(year, monthIndex, day)).toISOString().slice(0, 10);
