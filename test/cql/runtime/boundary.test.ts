import { Date as CqlDate, DateTime, Quantity } from 'cql-execution';
import { describe, expect, it } from 'vitest';
import { highBoundary, lowBoundary, precision } from '../../../src/cql/runtime/boundary.ts';
import { maxValue, minValue } from '../../../src/cql/runtime/limits.ts';

const eight = new DateTime(2014, 1, 1, 8, null, null, null, 0);
const halfPastTen = new DateTime(0, 1, 1, 10, 30, null, null, null);

describe('lowBoundary and highBoundary', () => {
  it.each<[string, unknown, number | null, string | null, string | null]>([
    ['a Decimal', 1.587, 8, '1.587', '1.58799999'],
    ['a Decimal at the finest precision', 1.58888, null, '1.58888', '1.58888999'],
    ['a Decimal at a coarser precision', 1.587, 2, '1.58', '1.58'],
    ['a year by months', new CqlDate(2014), 6, '2014-01', '2014-12'],
    ['a month by days', new CqlDate(2020, 2), 8, '2020-02-01', '2020-02-29'],
    ['an hour', eight, 17, '2014-01-01T08:00:00.000+00:00', '2014-01-01T08:59:59.999+00:00'],
    ['an hour by days', eight, 8, '2014-01-01', '2014-01-01'],
    ['a minute', halfPastTen, 9, '10:30:00.000', '10:30:59.999'],
    ['a Date by hours, which it does not have', new CqlDate(2014), 10, null, null],
    ['a Decimal by more digits than there are', 1.5, 9, null, null],
    ['null', null, 8, null, null],
  ])('find the ends of %s', (_, value, digits, low, high) => {
    const texts = [lowBoundary(value, digits), highBoundary(value, digits)].map((end) =>
      end === null ? null : String(end),
    );
    expect(texts).toEqual([low, high]);
  });
});

describe('precision', () => {
  it('counts digits', () =>
    expect([1.587, new CqlDate(2014), eight, halfPastTen, null].map(precision)).toEqual([3, 4, 10, 4, null]));

  it('says what it expected', () =>
    expect(() => precision('a')).toThrow('Precision: expected a Decimal, a date or a time'));
});

describe('minValue and maxValue', () => {
  it.each<[string, unknown, unknown]>([
    ['Integer', -(2 ** 31), 2 ** 31 - 1],
    ['Long', -(2n ** 63n), 2n ** 63n - 1n],
    ['Decimal', -1e20, 1e20],
    ['Quantity', new Quantity(-1e20, '1'), new Quantity(1e20, '1')],
    ['Date', new CqlDate(1, 1, 1), new CqlDate(9999, 12, 31)],
    ['DateTime', new DateTime(1, 1, 1, 0, 0, 0, 0, -5), new DateTime(9999, 12, 31, 23, 59, 59, 999, -5)],
    ['Time', new DateTime(0, 1, 1, 0, 0, 0, 0, null), new DateTime(0, 1, 1, 23, 59, 59, 999, null)],
  ])('give the ends of %s', (type, low, high) => {
    expect(minValue(type, -5)).toEqual(low);
    expect(maxValue(type, -5)).toEqual(high);
  });

  it('throw for a type without ends', () =>
    expect(() => minValue('Boolean')).toThrow('minimum: expected a type that has one, got Boolean'));
});
