import { Date as CqlDate, DateTime, type Interval, Quantity } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collapse } from '../../../src/cql/runtime/collapse.ts';
import { expand } from '../../../src/cql/runtime/expand.ts';
import { interval, intervalContains } from '../../../src/cql/runtime/interval.ts';
import { intervalsOf } from './temporal-arbitraries.ts';

const day = (text: string): CqlDate => CqlDate.parse(text) as CqlDate;
const days = (low: string, high: string): Interval => interval(day(low), day(high));
const decimals = (low: number, high: number): Interval => interval(low, high, true, true, 'Decimal');
const grams = (low: number, high: number): Interval => interval(new Quantity(low, 'g'), new Quantity(high, 'g'));
const time = (hour: number, minute: number): DateTime => new DateTime(0, 1, 1, hour, minute, null, null, null);
const per = (value: number, unit = '1'): Quantity => new Quantity(value, unit);

describe('collapse', () => {
  it.each<[string, (Interval | null)[], Quantity | null, Interval[]]>([
    ['overlapping', [interval(4, 8), interval(1, 5)], null, [interval(1, 8)]],
    ['neighbouring', [interval(1, 5), interval(6, 8)], null, [interval(1, 8)]],
    ['apart', [interval(7, 8), interval(1, 5)], null, [interval(1, 5), interval(7, 8)]],
    ['no further apart than asked', [interval(1, 5), interval(7, 8)], per(2), [interval(1, 8)]],
    ['Longs', [interval(4n, 8n), interval(1n, 5n)], null, [interval(1n, 8n)]],
    ['one inside another', [interval(1, 8), interval(2, 3)], null, [interval(1, 8)]],
    ['whole Decimals apart', [decimals(1, 2), decimals(3, 4)], null, [decimals(1, 2), decimals(3, 4)]],
    ['with the bound of the later', [interval(1, 5), interval(4, 8, true, false)], null, [interval(1, 8, true, false)]],
    [
      'days that follow',
      [days('2020-02-01', '2020-02-29'), days('2020-03-01', '2020-03-05')],
      null,
      [days('2020-02-01', '2020-03-05')],
    ],
    [
      'days within a week',
      [days('2020-02-01', '2020-02-20'), days('2020-02-27', '2020-03-05')],
      per(1, 'week'),
      [days('2020-02-01', '2020-03-05')],
    ],
    [
      'what goes on without end',
      [interval(day('2020-01-01'), null), days('2020-02-01', '2020-03-05')],
      null,
      [interval(day('2020-01-01'), null)],
    ],
    [
      'quantities of two units',
      [grams(1, 2), interval(per(1500, 'mg'), per(3000, 'mg'))],
      null,
      [interval(per(1, 'g'), per(3000, 'mg'))],
    ],
    ['nulls and what is not known', [null, interval(null, null, false, false), interval(1, 2)], null, [interval(1, 2)]],
    ['nothing', [], null, []],
  ])('%s', (_, intervals, within, expected) => {
    expect(collapse(intervals, within)).toEqual(expected);
  });

  it('gives null for null and leaves what it is given', () => {
    expect(collapse(null)).toBeNull();
    const given = [interval(4, 8), interval(1, 5)];
    collapse(given);
    expect(given).toEqual([interval(4, 8), interval(1, 5)]);
  });

  it('keeps every point and no other, in intervals that are apart and in order', () => {
    const points = fc.integer({ min: 0, max: 20 });
    const intervals = intervalsOf(points, (a, b) => a > b).filter(
      ({ low, high, lowClosed, highClosed }) =>
        low != null && high != null && (low < high - 1 || Boolean(lowClosed && highClosed)),
    );
    fc.assert(
      fc.property(fc.array(intervals, { maxLength: 6 }), points, (given, point) => {
        const collapsed = collapse(given) as Interval[];
        const isIn = (list: readonly Interval[]) => list.some((each) => intervalContains(each, point));
        expect(isIn(collapsed)).toBe(isIn(given));
        for (const [at, each] of collapsed.entries())
          if (at > 0) expect(each.toClosed().low).toBeGreaterThan(collapsed[at - 1]?.toClosed().high + 1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('expand', () => {
  it.each<[string, Interval[], Quantity | null, Interval[]]>([
    ['Integers', [interval(1, 3)], null, [interval(1, 1), interval(2, 2), interval(3, 3)]],
    ['by two, without the rest', [interval(1, 5)], per(2), [interval(1, 2), interval(3, 4)]],
    ['Longs', [interval(1n, 2n)], null, [interval(1n, 1n), interval(2n, 2n)]],
    ['open bounds', [interval(0, 3, false, false)], null, [interval(1, 1), interval(2, 2)]],
    [
      'days by weeks',
      [days('2020-02-20', '2020-03-05')],
      per(1, 'week'),
      [days('2020-02-20', '2020-02-26'), days('2020-02-27', '2020-03-04')],
    ],
    [
      'days by months',
      [days('2020-01-31', '2020-02-01')],
      per(1, 'month'),
      [days('2020-01', '2020-01'), days('2020-02', '2020-02')],
    ],
    ['months by days, of which nothing is known', [days('2020-01', '2020-02')], per(1, 'day'), []],
    [
      'the last hour of the day',
      [interval(time(22, 0), time(23, 30))],
      per(1, 'hour'),
      [22, 23].map((hour) => {
        const whole = new DateTime(0, 1, 1, hour, null, null, null, null);
        return interval(whole, whole);
      }),
    ],
    [
      'quantities by a finer unit',
      [grams(1, 1.002)],
      per(1, 'mg'),
      [1000, 1001, 1002].map((mg) => interval(per(mg, 'mg'), per(mg, 'mg'))),
    ],
    ['overlapping once', [interval(1, 2), interval(2, 3)], null, [interval(1, 1), interval(2, 2), interval(3, 3)]],
  ])('%s', (_, intervals, by, expected) => {
    expect(expand(intervals, by)).toEqual(expected);
  });

  it('gives of one interval the points', () => {
    expect(expand(interval(1, 10), per(2))).toEqual([1, 3, 5, 7, 9]);
    expect(expand(interval(10, 12.5), per(1))).toEqual([10, 11, 12]);
    expect(expand(days('2018-01-01', '2018-01-04'), per(2, 'days'))).toEqual([day('2018-01-01'), day('2018-01-03')]);
  });

  it('takes one whole number for all that begins with it', () => {
    expect(expand(interval(10, 10), per(0.5))).toEqual([10, 10.5]);
  });

  it('gives null where a bound is null or the length does not fit', () => {
    expect(expand(null)).toBeNull();
    expect(expand(interval(1, null))).toBeNull();
    expect(expand(interval(1, 5), per(1, 'day'))).toBeNull();
    expect(expand(days('2020-01-01', '2020-01-02'), per(1, 'hour'))).toBeNull();
    expect(expand(interval(1, 5), per(0))).toBeNull();
  });

  it('gives nothing of nothing', () => {
    expect(expand([])).toEqual([]);
    expect(expand([null])).toEqual([]);
  });

  it('refuses to fill the memory', () => {
    const century = interval(new DateTime(1950, 1, 1, 0, 0, 0, 0, 0), new DateTime(2050, 1, 1, 0, 0, 0, 0, 0));
    expect(() => expand(century)).toThrow('at most');
  });
});
