import { getOrCompute } from './get-or-compute.ts';

/** Where "now" comes from; nothing below the composition roots reads the wall clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A time zone, whose offsets are kept by the quarter of an hour so that many instants are read quickly. */
export interface Zone {
  /** The minutes by which the zone is ahead of UTC at an instant. */
  offsetMinutes(epochMs: number): number;
}

/**
 * @param timeZone IANA name
 * @throws RangeError when the zone is not an IANA time zone
 */
export const createZone = (timeZone: string): Zone => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const byQuarter = new Map<number, number>();
  const read = (epochMs: number): number => {
    const name = format.formatToParts(epochMs).find((part) => part.type === 'timeZoneName')?.value;
    // Before there were time zones an offset has seconds ("GMT-04:56:02"): year 1 is how some systems write "never".
    const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::\d{2})?)?$/.exec(name ?? '');
    if (!match) throw new RangeError(`expected an offset such as GMT-05:00 for time zone ${timeZone}, got ${name}`);
    return (match[1] === '-' ? -1 : 1) * (Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0));
  };
  // No zone changes its offset but at a quarter of an hour.
  return { offsetMinutes: (epochMs) => getOrCompute(byQuarter, Math.floor(epochMs / 900_000), () => read(epochMs)) };
};

/**
 * The minutes by which a time zone is ahead of UTC at an instant.
 *
 * @throws RangeError when the zone is not an IANA time zone
 */
export const offsetMinutes = (instant: Date, timeZone: string): number =>
  getOrCompute(zones, timeZone, () => createZone(timeZone)).offsetMinutes(instant.getTime());

/** By name: making one takes longer than most rules. */
const zones = new Map<string, Zone>();

/** The calendar day (YYYY-MM-DD) on which an instant falls in a time zone. */
export const localDate = (instant: Date, timeZone: string): string =>
  new Date(instant.getTime() + offsetMinutes(instant, timeZone) * 60_000).toISOString().slice(0, 10);
