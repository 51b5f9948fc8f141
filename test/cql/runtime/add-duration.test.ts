import { Date as CqlDate, DateTime, Quantity } from 'cql-execution';
import { doAddition, doSubtraction } from 'cql-execution/lib/datatypes/quantity.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDuration, subtractDuration } from '../../../src/cql/runtime/add-duration.ts';
import { isTime } from '../../../src/cql/runtime/calendar.ts';
import { dates, dateTimes, times } from './temporal-arbitraries.ts';

const moment = (text: string): DateTime => DateTime.parse(text) as DateTime;
const day = (text: string): CqlDate => CqlDate.parse(text) as CqlDate;

describe('addDuration', () => {
  it.each<[string, number, string, string]>([
    ['2021-01-31', 1, 'month', '2021-02-28'],
    ['2020-01-31', 1, 'month', '2020-02-29'],
    ['2020-02-29', 1, 'year', '2021-02-28'],
    ['2020-02-29', 4, 'a', '2024-02-29'],
    ['2020-12-31', 1, 'd', '2021-01-01'],
    ['2020-01-01', 2, 'wk', '2020-01-15'],
    ['2020-01-01', 25, 'hours', '2020-01-02'],
    ['2020', 25, 'months', '2022'],
    ['2020-05', 40, 'days', '2020-06'],
    ['2020-01-01', -1, 'day', '2019-12-31'],
    ['1900-02-28', 1, 'day', '1900-03-01'],
  ])('adds to %s %s %s: %s', (date, value, unit, expected) => {
    expect(addDuration(day(date), new Quantity(value, unit))).toEqual(day(expected));
  });

  it('keeps the offset and the precision', () => {
    expect(addDuration(moment('2020-03-29T01:30+01:00'), new Quantity(1, 'day'))).toEqual(
      moment('2020-03-30T01:30+01:00'),
    );
    expect(addDuration(moment('2020-01-01T10+00:00'), new Quantity(90, 'minutes'))).toEqual(
      moment('2020-01-01T11+00:00'),
    );
  });

  it('lets only whole units count above the second', () => {
    expect(addDuration(day('2020-01-31'), new Quantity(1.9, 'months'))).toEqual(day('2020-02-29'));
    expect(addDuration(moment('2020-01-01T00:00:00.000Z'), new Quantity(1.5, 'seconds'))).toEqual(
      moment('2020-01-01T00:00:01.500Z'),
    );
  });

  it('gives null where the result is out of range', () => {
    expect(addDuration(day('9999-12-31'), new Quantity(1, 'day'))).toBeNull();
    expect(subtractDuration(day('2005-10-10'), new Quantity(2005, 'years'))).toBeNull();
    expect(addDuration(new DateTime(0, 1, 1, 23, null, null, null, null), new Quantity(1, 'hour'))).toBeNull();
  });

  it.each(['g', '1', undefined])('refuses the unit %s, which is none of time', (unit) => {
    expect(() => addDuration(day('2020-01-01'), new Quantity(1, unit as string))).toThrow('unit of time');
  });
});

describe.each([
  ['DateTimes', dateTimes, ['year', 'months', 'a', 'mo', 'weeks', 'd', 'hours', 'min', 'second', 'milliseconds']],
  ['Dates', dates, ['year', 'months', 'a', 'mo', 'weeks', 'd', 'hours']],
  ['Times', times, ['h', 'minutes', 's', 'millisecond']],
] as const)('%s and lengths of time', (_, values, units) => {
  const temporal = values as fc.Arbitrary<DateTime>;
  const lengths = fc
    .tuple(fc.integer({ min: -800, max: 800 }), fc.constantFrom(...units))
    .map(([value, unit]) => new Quantity(value, unit));

  it('are added and subtracted as the library does', () => {
    // Beyond midnight the library gives a Time another day, which its Add then refuses.
    const inRange = (value: DateTime, result: DateTime) => (isTime(value) && !isTime(result) ? null : result);
    fc.assert(
      fc.property(temporal, lengths, (value, length) => {
        expect(addDuration(value, length)).toEqual(inRange(value, doAddition(value, length)));
        expect(subtractDuration(value, length)).toEqual(inRange(value, doSubtraction(value, length)));
      }),
      { numRuns: 300 },
    );
  });
});
