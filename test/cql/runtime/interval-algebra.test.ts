import { Date as CqlDate, DateTime, type Interval } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval, intervalContains, intervalEquals } from '../../../src/cql/runtime/interval.ts';
import { intervalExcept, intervalIntersect, intervalUnion } from '../../../src/cql/runtime/interval-algebra.ts';
import { dateTimes, intervalsOf } from './temporal-arbitraries.ts';

const operators = { intervalUnion, intervalIntersect, intervalExcept };
const day = (text: string): CqlDate => CqlDate.parse(text) as CqlDate;
const decimals = (low: number, high: number): Interval => interval(low, high, true, true, 'Decimal');

it.each<[keyof typeof operators, string, Interval | null, Interval | null, Interval | null]>([
  ['intervalUnion', 'of neighbours', interval(1, 5), interval(6, 9), interval(1, 9)],
  ['intervalUnion', 'of Longs', interval(1n, 5n), interval(3n, 9n), interval(1n, 9n)],
  ['intervalUnion', 'of what lies apart', interval(1, 5), interval(7, 9), null],
  ['intervalUnion', 'of whole Decimals, which 1 does not join', decimals(1, 5), decimals(6, 9), null],
  [
    'intervalUnion',
    'with an end not known',
    interval(1, 5),
    interval(4, null, true, false),
    interval(1, null, true, false),
  ],
  ['intervalIntersect', 'of overlapping', interval(1, 5), interval(3, 9, false, true), interval(3, 5, false, true)],
  [
    'intervalIntersect',
    'with an end not known',
    interval(1, 10),
    interval(5, null, true, false),
    interval(5, null, true, false),
  ],
  ['intervalIntersect', 'with no end', interval(1, 10), interval(5, null), interval(5, 10)],
  ['intervalIntersect', 'of neighbours', interval(1, 5), interval(6, 9), null],
  [
    'intervalIntersect',
    'of dates of which one is more precise',
    interval(day('2020'), day('2021')),
    interval(day('2020-05'), day('2021')),
    interval(day('2020-05'), day('2021')),
  ],
  ['intervalExcept', 'the end', interval(1, 10), interval(4, 10), interval(1, 4, true, false)],
  ['intervalExcept', 'the beginning', interval(1, 10), interval(1, 4), interval(4, 10, false, true)],
  ['intervalExcept', 'what lies apart', interval(1, 5), interval(7, 9), interval(1, 5)],
  ['intervalExcept', 'the middle', interval(1, 10), interval(4, 6), null],
  ['intervalExcept', 'all', interval(4, 6), interval(1, 10), null],
  ['intervalExcept', 'null', interval(4, 6), null, null],
])('%s %s', (operator, _, a, b, expected) => {
  expect(operators[operator](a, b)).toEqual(expected);
});

it('keeps the point type, so that bounds are closed by the step of a Decimal', () => {
  const rest = intervalExcept(decimals(1, 10), decimals(4, 10)) as Interval;
  expect(intervalEquals(rest, decimals(1, 3.99999999))).toBe(true);
});

describe('the points of intervals', () => {
  const points = fc.integer({ min: 0, max: 9 });
  const intervals = intervalsOf(points, (a, b) => a > b).filter(
    ({ low, high, lowClosed, highClosed }) =>
      low != null && high != null && (low < high - 1 || Boolean(lowClosed && highClosed)),
  );

  it('are of a union those of either, of an intersection those of both, of a difference those of one', () => {
    fc.assert(
      fc.property(intervals, intervals, points, (a, b, point) => {
        const [inA, inB] = [intervalContains(a, point), intervalContains(b, point)];
        const [union, common, rest] = [intervalUnion(a, b), intervalIntersect(a, b), intervalExcept(a, b)];
        if (union) expect(intervalContains(union, point)).toBe(inA || inB);
        expect(common !== null && intervalContains(common, point)).toBe(inA && inB);
        if (rest) expect(intervalContains(rest, point)).toBe(inA && !inB);
      }),
      { numRuns: 500 },
    );
  });

  it('are those the library finds', () => {
    const known = fc.oneof(
      intervals,
      intervalsOf(dateTimes, (a, b) => a.after(b)).filter(({ low, high }) => low != null && high != null),
    );
    fc.assert(
      fc.property(known, known, (a, b) => {
        fc.pre(a.low instanceof DateTime === b.low instanceof DateTime);
        expect(intervalUnion(a, b)).toEqual(a.union(b));
        expect(intervalIntersect(a, b)).toEqual(a.intersect(b));
        expect(intervalExcept(a, b)).toEqual(a.except(b));
      }),
      { numRuns: 500 },
    );
  });
});
