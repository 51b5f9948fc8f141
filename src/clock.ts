/** Where "now" comes from; nothing below the composition roots reads the wall clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/**
 * The minutes by which a time zone is ahead of UTC at an instant.
 *
 * @throws RangeError when the zone is not an IANA time zone
 */
export const offsetMinutes = (instant: Date, timeZone: string): number => {
  const name = zoneFormat(timeZone)
    .formatToParts(instant)
    .find((part) => part.type === 'timeZoneName')?.value;
  const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(name ?? '');
  if (!match) throw new RangeError(`expected an offset such as GMT-05:00 for time zone ${timeZone}, got ${name}`);
  return (match[1] === '-' ? -1 : 1) * (Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0));
};

/** The calendar day (YYYY-MM-DD) on which an instant falls in a time zone. */
export const localDate = (instant: Date, timeZone: string): string =>
  new Date(instant.getTime() + offsetMinutes(instant, timeZone) * 60_000).toISOString().slice(0, 10);

const zoneFormat = (timeZone: string) => new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
