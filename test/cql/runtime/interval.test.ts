import { Date as CqlDate, DateTime, type Interval, Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minDecimal } from '../../../src/cql/runtime/decimal.ts';
import {
  closedHigh,
  closedLow,
  end,
  interval,
  intervalContains,
  intervalEquals,
  intervalEquivalent,
  pointFrom,
  size,
  start,
  width,
} from '../../../src/cql/runtime/interval.ts';
import { datePrecisions, dates, dateTimes, intervalsOf, precisions } from './temporal-arbitraries.ts';

const moment = (text: string): DateTime => DateTime.parse(text) as DateTime;
const day = (text: string): CqlDate => CqlDate.parse(text) as CqlDate;
const gram = (value: number) => new Quantity(value, 'g');

describe('the first and last point of an interval', () => {
  it.each<[string, Interval, unknown, unknown]>([
    ['closed Integers', interval(1, 5), 1, 5],
    ['open Integers', interval(1, 5, false, false), 2, 4],
    ['open whole Decimals', interval(1, 5, false, false, 'Decimal'), 1.00000001, 4.99999999],
    ['open Longs', interval(1n, 5n, false, false), 2n, 4n],
    ['open quantities', interval(gram(1), gram(5), false, false), gram(1.00000001), gram(4.99999999)],
    ['open months', interval(day('2020-01'), day('2020-05'), false, false), day('2020-02'), day('2020-04')],
    ['no bound at all', interval(null, null, true, true, 'Integer'), -2147483648, 2147483647],
    ['no bound of Longs', interval(null, 3n), -(2n ** 63n), 3n],
    ['no upper bound of dates', interval(day('2020-01-01'), null), day('2020-01-01'), day('9999-12-31')],
    ['an unknown upper bound', interval(1, null, true, false), 1, new Uncertainty(1, 2147483647)],
    ['unknown bounds of no type', interval(null, null, false, false), null, null],
    ['no bound of the type Any', interval(null, null, true, false, 'Any'), null, null],
  ])('of %s', (_, of, first, last) => {
    expect(closedLow(of)).toEqual(first);
    expect(closedHigh(of)).toEqual(last);
  });

  it('are the start and the end, null where the bound is not known', () => {
    expect(start(interval(1, 5, false, true))).toBe(2);
    expect(end(interval(1, null, true, false))).toBeNull();
    expect(start(interval(null, gram(5)))).toEqual(gram(minDecimal));
    expect(start(null)).toBeNull();
  });

  it('puts the end of time on the clock it is given', () => {
    expect(end(interval(moment('2020-01-01T00:00Z'), null), -5)).toEqual(
      new DateTime(9999, 12, 31, 23, 59, 59, 999, -5),
    );
    expect(end(interval(moment('2020-01-01T00:00Z'), moment('2021-01-01T00:00Z')), -5)).toEqual(
      moment('2021-01-01T00:00Z'),
    );
  });

  it('refuses a bound beyond which there is nothing', () => {
    expect(() => closedLow(interval(2147483647, null, false, true))).toThrow('Successor');
  });
});

describe('pointFrom', () => {
  it('gives the only point', () => {
    expect(pointFrom(interval(1, 1))).toBe(1);
    expect(pointFrom(interval(1, 3, false, false))).toBe(2);
    expect(pointFrom(interval(null, null))).toBeNull();
  });

  it('refuses an interval of more', () => {
    expect(() => pointFrom(interval(1, 2))).toThrow('one point');
  });
});

describe('width and size', () => {
  it.each<[string, Interval, unknown, unknown]>([
    ['Integers', interval(1, 5), 4, 5],
    ['open Integers', interval(1, 5, false, false), 2, 3],
    ['Longs', interval(1n, 5n), 4n, 5n],
    ['Decimals', interval(1, 5, true, true, 'Decimal'), 4, 4.00000001],
    ['quantities', interval(gram(1), gram(5)), gram(4), gram(4.00000001)],
    ['an unknown bound', interval(1, null, true, false), null, null],
  ])('of %s', (_, of, wide, large) => {
    expect(width(of)).toEqual(wide);
    expect(size(of)).toEqual(large);
  });

  it('are not defined for dates', () => {
    expect(() => width(interval(day('2020-01-01'), day('2020-01-02')))).toThrow('Width');
    expect(() => size(interval(day('2020-01-01'), null))).toThrow('Size');
  });
});

describe('intervalContains', () => {
  const year = interval(moment('2025-01-01T00:00:00.000Z'), moment('2026-01-01T00:00:00.000Z'), true, false);

  it.each<[string, Interval | null, unknown, string | undefined, boolean | null]>([
    ['the start', year, moment('2025-01-01T00:00:00.000Z'), undefined, true],
    ['an open end', year, moment('2026-01-01T00:00:00.000Z'), undefined, false],
    ['a moment of another clock', year, moment('2025-12-31T19:00:00.000-05:00'), undefined, false],
    ['a day that may be before', year, new DateTime(2025, null, null, null, null, null, null, 0), undefined, null],
    ['a day to the year', year, new DateTime(2025, null, null, null, null, null, null, 0), 'year', true],
    ['a partial bound itself', interval(day('2020-01'), day('2020-05')), day('2020-05'), 'day', true],
    ['a point, no bound', interval(null, null), 5, undefined, true],
    ['a point, no bound known', interval(null, null, false, false), 5, undefined, null],
    ['a point past a known end', interval(null, 3, false, true), 5, undefined, false],
    [
      'a closed bound on another clock’s day',
      interval(moment('2020-01-01T00:00Z'), moment('2020-01-01T23:00-05:00')),
      moment('2020-01-02T04:00Z'),
      'day',
      true,
    ],
    ['a Long', interval(1n, 5n), 5n, undefined, true],
    ['what may be in', interval(1, 5), new Uncertainty(4, 6), undefined, null],
    ['what is in anyway', interval(1, 5), new Uncertainty(4, 5), undefined, true],
    ['null', year, null, undefined, null],
    ['a point without an interval', null, 5, undefined, false],
    ['a quantity in another unit', interval(gram(1), gram(5)), new Quantity(2000, 'mg'), undefined, true],
  ])('%s', (_, of, point, precision, expected) => {
    expect(intervalContains(of, point, precision)).toBe(expected);
  });

  it('refuses an interval as a point', () => {
    expect(() => intervalContains(year, year)).toThrow('point');
  });

  it.each([
    ['DateTimes', dateTimes, precisions],
    ['Dates', dates, datePrecisions],
  ] as const)('finds %s as the library does', (_, points, asked) => {
    const temporal = points as fc.Arbitrary<DateTime>;
    const intervals = intervalsOf(temporal, (a, b) => a.after(b));
    fc.assert(
      fc.property(intervals, temporal, asked, (of, point, precision) => {
        expect(intervalContains(of, point, precision)).toBe(of.contains(point, precision));
      }),
      { numRuns: 500 },
    );
  });
});

describe('intervalEquals', () => {
  it('compares the points, not how the bounds are written', () => {
    expect(intervalEquals(interval(1, 5), interval(0, 6, false, false))).toBe(true);
    expect(intervalEquals(interval(1n, 5n), interval(0n, 6n, false, false))).toBe(true);
    expect(intervalEquals(interval(1, 5), interval(1, null, true, false))).toBeNull();
    expect(intervalEquals(interval(1, 5), interval(2, null, true, false))).toBe(false);
    expect(intervalEquals(interval(1, 5), 5)).toBe(false);
  });

  it('calls unknown ends equivalent', () => {
    const since = interval(1, null, true, false);
    expect(intervalEquivalent(since, interval(1, null, true, false))).toBe(true);
    expect(intervalEquivalent(since, interval(1, 5))).toBe(false);
  });

  it('is as the library has it', () => {
    const intervals = intervalsOf(dateTimes, (a, b) => a.after(b));
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        expect(intervalEquals(a, b)).toBe(a.equals(b));
      }),
      { numRuns: 300 },
    );
  });
});
