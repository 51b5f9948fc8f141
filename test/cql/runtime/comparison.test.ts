import { Date as CqlDate, DateTime, Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, greater, greaterOrEqual, less, lessOrEqual } from '../../../src/cql/runtime/comparison.ts';
import { compareForSort } from '../../../src/cql/runtime/sort.ts';
import { dateTimes, moments, quantities, values } from './arbitraries.ts';

describe('less, greater and their or-equals', () => {
  it.each<[string, unknown, unknown, number | null]>([
    ['numbers', 1, 2, -1],
    ['equal numbers', 2, 2, 0],
    ['Longs', 9007199254740993n, 9007199254740992n, 1],
    ['texts', 'a', 'aa', -1],
    ['null', null, 1, null],
    ['1 m and 10 cm', new Quantity(1, 'm'), new Quantity(10, 'cm'), 1],
    ['the tiny and the huge', new Quantity(1, 'ng'), new Quantity(0, 'kg'), 1],
    ['litres and grams', new Quantity(1, 'L'), new Quantity(1, 'g'), null],
    ['international units', new Quantity(5, '[iU]'), new Quantity(6, '[iU]'), -1],
    ['fever in Celsius and Fahrenheit', new Quantity(38, 'Cel'), new Quantity(100, '[degF]'), 1],
    ['a year and a day in it', new CqlDate(2020), new CqlDate(2020, 5, 1), null],
    ['a year and a day after it', new CqlDate(2020), new CqlDate(2021, 5, 1), -1],
    ['moments at two offsets', new DateTime(2020, 1, 1, 23, 0, 0, 0, -5), new DateTime(2020, 1, 2, 1, 0, 0, 0, 0), 1],
    ['a number and a text', 1, 'a', null],
  ])('compare %s', (_, a, b, expected) => {
    const known = expected !== null;
    expect(less(a, b)).toBe(known ? expected < 0 : null);
    expect(lessOrEqual(a, b)).toBe(known ? expected <= 0 : null);
    expect(greater(a, b)).toBe(known ? expected > 0 : null);
    expect(greaterOrEqual(a, b)).toBe(known ? expected >= 0 : null);
  });

  it('are null where a span of possible values does not decide', () => {
    const span = new Uncertainty(18, 49);
    expect([less(10, span), less(30, span), less(50, span)]).toEqual([true, null, false]);
    expect([lessOrEqual(18, span), greaterOrEqual(49, span), greaterOrEqual(48, span)]).toEqual([true, true, null]);
    expect(greater(span, new Uncertainty(1, 17))).toBe(true);
    expect(less(span, new Uncertainty(5, null))).toBe(null);
  });

  it.each([
    ['quantities', quantities],
    ['moments', moments],
    ['dates of any precision', dateTimes],
  ] as [string, fc.Arbitrary<unknown>][])('are antisymmetric for %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        const [there, back] = [compare(a, b), compare(b, a)];
        expect(back === null ? null : Math.sign(back)).toBe(there === null ? null : 0 - Math.sign(there));
      }),
    );
  });
});

describe('compareForSort', () => {
  const sorted = (list: readonly unknown[]) => list.toSorted(compareForSort).map(String);

  it('puts null first', () => expect(sorted([2, null, 1])).toEqual(['null', '1', '2']));

  it('takes dates for moments', () => {
    const [early, late] = [new DateTime(2020, 1, 2, 1, 0, 0, 0, 0), new DateTime(2020, 1, 1, 23, 0, 0, 0, -5)];
    expect(compareForSort(early, late)).toBeLessThan(0);
  });

  it('puts the less precise first of two that begin alike', () => {
    const dates = [
      new DateTime(2012, 10, 5, 10),
      new DateTime(2012, 1, 1),
      new DateTime(2012, 1, 1, 12),
      new DateTime(2012),
    ];
    expect(sorted(dates).map((text) => text.slice(0, 13))).toEqual([
      '2012',
      '2012-01-01',
      '2012-01-01T12',
      '2012-10-05T10',
    ]);
  });

  it('takes a whole second for the same moment as its first millisecond', () =>
    expect(compareForSort(new DateTime(2020, 1, 1, 1, 1, 1, null, 0), new DateTime(2020, 1, 1, 1, 1, 1, 0, 0))).toBe(
      0,
    ));

  it('sorts quantities by what they are and not by their units', () =>
    expect(sorted([new Quantity(2, 'g'), new Quantity(10, 'mg')])).toEqual(["10 'mg'", "2 'g'"]));

  const anyDate = fc.oneof(dateTimes, moments);

  it('orders any dates totally, and any values at least in both directions', () => {
    fc.assert(
      fc.property(anyDate, anyDate, anyDate, (a, b, c) => {
        if (compareForSort(a, b) <= 0 && compareForSort(b, c) <= 0) expect(compareForSort(a, c)).toBeLessThanOrEqual(0);
      }),
    );
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(Math.sign(compareForSort(a, b))).toBe(-Math.sign(compareForSort(b, a)) + 0);
      }),
    );
  });

  it('agrees with less where less is certain', () => {
    fc.assert(
      fc.property(dateTimes, dateTimes, (a, b) => {
        if (less(a, b) === true) expect(compareForSort(a, b)).toBeLessThan(0);
      }),
    );
  });
});
