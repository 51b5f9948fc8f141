import { Date as CqlDate, DateTime } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculateAge, calculateAgeAt, differenceBetween, durationBetween } from '../../../src/cql/runtime/duration.ts';
import { dates, dateTimes, times } from './temporal-arbitraries.ts';

const moment = (text: string): DateTime => DateTime.parse(text) as DateTime;
const day = (text: string): CqlDate => CqlDate.parse(text) as CqlDate;

const timeUnits = ['hour', 'minute', 'second', 'millisecond'];
const calendarUnits = ['year', 'month', 'week', 'day'];

/** The library gives an Uncertainty always, its expressions the one number where there is one. */
const known = (value: Uncertainty | null): unknown =>
  value?.isPoint() ? value.low + 0 : value && new Uncertainty(value.low + 0, value.high + 0);

describe('durationBetween', () => {
  it.each<[string, string, string, number]>([
    ['2020-02-29', '2021-02-28', 'year', 1],
    ['2020-02-29', '2021-02-27', 'year', 0],
    ['2020-01-31', '2020-02-29', 'month', 1],
    ['2020-03-31', '2020-02-29', 'month', -1],
    ['2020-01-01', '2020-01-14', 'week', 1],
    ['1899-12-31', '2000-01-01', 'day', 36525],
  ])('counts whole units from %s to %s in %s: %s', (a, b, unit, expected) => {
    expect(durationBetween(day(a), day(b), unit)).toBe(expected);
  });

  it('counts months on the clock of the earlier moment', () => {
    const from = moment('2020-01-31T23:00:00.000-05:00');
    expect(durationBetween(from, moment('2020-03-01T04:00:00.000+00:00'), 'month')).toBe(1);
    expect(durationBetween(from, moment('2020-03-01T03:59:59.999+00:00'), 'month')).toBe(0);
  });

  it('gives the least and the most where the precision does not decide', () => {
    expect(durationBetween(day('2014-01-15'), day('2014-02'), 'day')).toEqual(new Uncertainty(17, 44));
    expect(durationBetween(moment('2020-01-01T10:00:00Z'), moment('2020-01-01T10:00:01.500Z'), 'second')).toBe(1);
  });

  it('gives null for what is no date', () => {
    expect(durationBetween(null, day('2020'), 'year')).toBeNull();
    expect(durationBetween(day('2020'), 5, 'year')).toBeNull();
  });

  it('refuses what is no unit of time', () => {
    expect(() => durationBetween(day('2020-01-01'), day('2020-01-02'), 'g')).toThrow('precision');
  });
});

describe('differenceBetween', () => {
  it.each<[string, string, string, number]>([
    ['2020-12-31T23:59:59.999Z', '2021-01-01T00:00:00.000Z', 'year', 1],
    ['2020-01-31T23:59:59.999Z', '2020-02-01T00:00:00.000Z', 'month', 1],
    // 2020-01-04 was a Saturday: weeks begin on Sunday.
    ['2020-01-04T23:00:00.000Z', '2020-01-05T00:00:00.000Z', 'week', 1],
    ['2020-01-05T00:00:00.000Z', '2020-01-11T23:00:00.000Z', 'week', 0],
    // Days are those that each clock shows; hours are elapsed ones.
    ['2020-01-01T23:00:00.000-05:00', '2020-01-02T04:00:00.000+00:00', 'day', 1],
    ['2020-01-01T23:00:00.000-05:00', '2020-01-02T04:00:00.000+00:00', 'hour', 0],
  ])('counts the boundaries from %s to %s in %s: %s', (a, b, unit, expected) => {
    expect(differenceBetween(moment(a), moment(b), unit)).toBe(expected);
  });
});

describe.each([
  ['DateTimes', dateTimes, [...calendarUnits, ...timeUnits]],
  ['Dates', dates, calendarUnits],
  ['Times', times, timeUnits],
] as const)('between two %s', (_, values, units) => {
  const temporal = values as fc.Arbitrary<DateTime>;

  it('counts as the library does', () => {
    fc.assert(
      fc.property(temporal, temporal, fc.constantFrom(...units), (a, b, unit) => {
        expect(durationBetween(a, b, unit)).toEqual(known(a.durationBetween(b, unit)));
        expect(differenceBetween(a, b, unit)).toEqual(known(a.differenceBetween(b, unit)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('an age', () => {
  const now = moment('2026-02-28T12:00:00.000+01:00');

  it.each([
    ['1976-02-28', 'year', 50],
    ['1976-03-01', 'year', 49],
    // Born on a leap day: the birthday of other years is the last of February.
    ['1976-02-29', 'year', 50],
    ['2025-12-31', 'month', 2],
  ])('of one born on %s counts whole %ss', (born, precision, age) => {
    expect(calculateAge(day(born), now, precision)).toBe(age);
  });

  it('counts days to the moment, from midnight on the same clock', () => {
    expect(calculateAge(day('2026-02-27'), now, 'hour')).toEqual(new Uncertainty(12, 36));
  });

  it('is uncertain for a year of birth alone', () => {
    expect(calculateAge(day('1976'), now, 'year')).toEqual(new Uncertainty(49, 50));
  });

  it('is reckoned in days when asked at a Date', () => {
    expect(calculateAgeAt(moment('2000-05-05T23:00:00.000Z'), day('2020-05-05'), 'year')).toBe(20);
  });

  it('is null without a birth date or a date', () => {
    expect(calculateAge(null, now, 'year')).toBeNull();
    expect(calculateAgeAt(day('2000-01-01'), null, 'year')).toBeNull();
  });
});
