import { Date as CqlDate, DateTime } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  date,
  dateFrom,
  dateTime,
  dateTimeComponentFrom,
  time,
  timeFrom,
  timezoneOffsetFrom,
} from '../../../src/cql/runtime/date-parts.ts';
import { compareDates, datesEqual, datesEquivalent } from '../../../src/cql/runtime/date-time.ts';
import { datePrecisions, dates, dateTimes, precisions, timePrecisions, times } from './temporal-arbitraries.ts';

const moment = (text: string): DateTime => DateTime.parse(text) as DateTime;

describe('compareDates', () => {
  it.each<[string, string, string | undefined, number | null]>([
    ['2020-01-01T23:00:00.000-05:00', '2020-01-02T01:00:00.000+00:00', undefined, 1],
    ['2020-01-01T23:00:00.000-05:00', '2020-01-02T01:00:00.000+00:00', 'day', -1],
    ['2020-01-01T23:00:00.000-05:00', '2020-01-02T04:00:00.000+00:00', undefined, 0],
    ['2020-01-01T23:00:00.000-05:00', '2020-01-02T04:59:00.000+00:00', 'hour', 0],
    ['2020-01-01T10:00:00+00:00', '2020-01-01T10:00:00.000+00:00', undefined, null],
    ['2020-01-01T10:00:00+00:00', '2020-01-01T10:00:00.000+00:00', 'second', 0],
    ['2020-01-01T10+00:00', '2020-01-01T11:30+00:00', undefined, -1],
  ])('compares %s with %s to %s: %s', (a, b, precision, expected) => {
    expect(compareDates(moment(a), moment(b), precision)).toBe(expected);
  });

  it.each<[CqlDate, CqlDate, string | undefined, number | null]>([
    [new CqlDate(2020, 5), new CqlDate(2020, 5), undefined, 0],
    [new CqlDate(2020, 5), new CqlDate(2020, 5), 'day', null],
    [new CqlDate(2020, 5), new CqlDate(2020, 5, 1), undefined, null],
    [new CqlDate(2020, 5), new CqlDate(2020, 6, 1), undefined, -1],
    [new CqlDate(2020, 5), new CqlDate(2020, 6, 1), 'year', 0],
  ])('compares %s with %s to %s: %s', (a, b, precision, expected) => {
    expect(compareDates(a, b, precision)).toBe(expected);
  });

  it('takes a Date for that day on the clock of the DateTime it meets', () => {
    expect(compareDates(new CqlDate(2020, 1, 2), moment('2020-01-01T23:00:00.000-05:00'))).toBe(1);
    expect(compareDates(moment('2020-01-02T23:00:00.000-05:00'), new CqlDate(2020, 1, 2))).toBeNull();
  });

  it('refuses a precision that the type lacks', () => {
    expect(() => compareDates(new CqlDate(2020, 1, 1), new CqlDate(2020, 1, 1), 'hour')).toThrow('precision');
    expect(() => compareDates(moment('2020'), moment('2020'), 'week')).toThrow('precision');
  });

  const families = [
    ['DateTimes', dateTimes, precisions],
    ['Dates', dates, datePrecisions],
    ['Times', times, timePrecisions],
  ] as const;

  it.each(families)('orders %s as the library does', (_, values, asked) => {
    fc.assert(
      fc.property(values as fc.Arbitrary<DateTime>, values as fc.Arbitrary<DateTime>, asked, (a, b, precision) => {
        const compared = compareDates(a, b, precision);
        const is = (test: (sign: number) => boolean) => (compared === null ? null : test(compared));
        expect(is((sign) => sign < 0)).toBe(a.before(b, precision));
        expect(is((sign) => sign > 0)).toBe(a.after(b, precision));
        expect(is((sign) => sign <= 0)).toBe(a.sameOrBefore(b, precision));
        expect(is((sign) => sign >= 0)).toBe(a.sameOrAfter(b, precision));
        expect(is((sign) => sign === 0)).toBe(a.sameAs(b, precision));
      }),
      { numRuns: 500 },
    );
  });

  it.each(families)('finds %s equal and equivalent as the library does', (_, values) => {
    fc.assert(
      fc.property(values as fc.Arbitrary<DateTime>, values as fc.Arbitrary<DateTime>, (a, b) => {
        expect(datesEqual(a, b)).toBe(a.equals(b));
        expect(datesEquivalent(a, b)).toBe(a.equivalent(b));
      }),
      { numRuns: 500 },
    );
  });
});

describe('datesEqual', () => {
  it('takes seconds and milliseconds for one decimal', () => {
    expect(datesEqual(moment('2020-01-01T10:00:00Z'), moment('2020-01-01T10:00:00.000Z'))).toBe(true);
    expect(datesEqual(moment('2020-01-01T10:00:00Z'), moment('2020-01-01T10:00:00.001Z'))).toBe(false);
    expect(datesEqual(moment('2020-01-01T10:00Z'), moment('2020-01-01T10:00:00.000Z'))).toBeNull();
  });

  it('tells a Date from a DateTime', () => {
    expect(datesEqual(new CqlDate(2020, 1, 1), moment('2020-01-01'))).toBe(false);
  });
});

describe('what dates and times are made of', () => {
  it('makes a DateTime at its offset, null without a year', () => {
    expect(dateTime(2020, 2, 29, 10, null, null, null, -5)).toEqual(
      new DateTime(2020, 2, 29, 10, null, null, null, -5),
    );
    expect(dateTime(null, 2, 29, null, null, null, null, 0)).toBeNull();
  });

  it.each([
    ['a year', () => dateTime(10000, 1, 1)],
    ['a month', () => date(2020, 13)],
    ['a day', () => date(2021, 2, 29)],
    ['an hour', () => time(24)],
  ])('refuses %s out of its range', (_, make) => expect(make).toThrow('expected'));

  it('takes a DateTime apart as its own clock shows it', () => {
    const value = moment('2020-02-29T23:30:00.000-05:00');
    expect(dateFrom(value)).toEqual(new CqlDate(2020, 2, 29));
    expect(timeFrom(value)).toEqual(time(23, 30, 0, 0));
    expect(timezoneOffsetFrom(value)).toBe(-5);
    expect(dateTimeComponentFrom(value, 'day')).toBe(29);
    expect(dateTimeComponentFrom(new CqlDate(2020), 'month')).toBeNull();
  });

  it('gives null of null', () => {
    for (const part of [dateFrom, timeFrom, timezoneOffsetFrom]) expect(part(null)).toBeNull();
    expect(dateTimeComponentFrom(null, 'year')).toBeNull();
  });
});
