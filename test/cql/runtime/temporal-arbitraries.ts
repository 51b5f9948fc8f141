import { Date as CqlDate, DateTime, Interval } from 'cql-execution';
import fc from 'fast-check';

/** Few different fields, so that many are alike, and the ends of months and days among them. */
const years = fc.constantFrom(2019, 2020, 2021);
const months = fc.constantFrom(1, 2, 3, 12);
const days = fc.constantFrom(1, 2, 28, 29, 30, 31);
const hours = fc.constantFrom(0, 1, 12, 23);
const minutes = fc.constantFrom(0, 30, 59);
const seconds = fc.constantFrom(0, 59);
const milliseconds = fc.constantFrom(0, 1, 999);
const offsets = fc.constantFrom(0, 0, -5, 5.5, 2, 1);

const upTo = (count: number, ...parts: number[]): (number | null)[] =>
  parts.map((part, at) => (at < count ? part : null));

const existing = (year: number, month: number, day: number): number =>
  Math.min(day, new globalThis.Date(globalThis.Date.UTC(year, month, 0)).getUTCDate());

/** DateTimes of every precision at several offsets. */
export const dateTimes = fc
  .tuple(
    fc.tuple(years, months, days, hours, minutes, seconds, milliseconds),
    offsets,
    fc.constantFrom(7, 7, 7, 1, 2, 3, 4, 5, 6),
  )
  .map(([[year, month, day, ...time], offset, count]) => {
    const [y, mo, d, h, mi, s, ms] = upTo(count, year, month, existing(year, month, day), ...time);
    return new DateTime(y, mo, d, h, mi, s, ms, offset);
  });

/** Dates of every precision. */
export const dates = fc
  .tuple(years, months, days, fc.constantFrom(3, 3, 3, 2, 1))
  .map(([year, month, day, count]) => new CqlDate(...upTo(count, year, month, existing(year, month, day))));

/** Times of every precision. */
export const times = fc
  .tuple(hours, minutes, seconds, milliseconds, fc.constantFrom(4, 4, 3, 2, 1))
  .map(([hour, minute, second, millisecond, count]) => {
    const [h, mi, s, ms] = upTo(count, hour, minute, second, millisecond);
    return new DateTime(0, 1, 1, h, mi, s, ms, null);
  });

export const datePrecisions = fc.constantFrom(undefined, 'year', 'month', 'day');
export const timePrecisions = fc.constantFrom(undefined, 'hour', 'minute', 'second', 'millisecond');
export const precisions = fc.constantFrom(undefined, 'year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond');

/** Intervals of points with any closed or open bounds, of which some are null; the low one is not after the high one. */
export const intervalsOf = <T>(
  points: fc.Arbitrary<T>,
  isAfter: (a: T, b: T) => boolean | null,
): fc.Arbitrary<Interval> =>
  fc
    .tuple(fc.option(points, { freq: 5 }), fc.option(points, { freq: 5 }), fc.boolean(), fc.boolean())
    .map(([low, high, lowClosed, highClosed]) =>
      low != null && high != null && isAfter(low, high)
        ? new Interval(high, low, lowClosed, highClosed)
        : new Interval(low, high, lowClosed, highClosed),
    );
