import { DateTime, Quantity } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allTrue, anyTrue, count, max, min, mode, product, sum } from '../../../src/cql/runtime/aggregate.ts';
import { roundToStep } from '../../../src/cql/runtime/decimal.ts';
import {
  avg,
  geometricMean,
  median,
  populationStdDev,
  populationVariance,
  stdDev,
  variance,
} from '../../../src/cql/runtime/statistics.ts';
import { decimals } from './arbitraries.ts';

const q = (value: number, unit: string) => new Quantity(value, unit);
const oneToFive = [1, 2, 3, 4, 5];
const all = [
  sum,
  product,
  min,
  max,
  mode,
  avg,
  median,
  variance,
  populationVariance,
  stdDev,
  populationStdDev,
  geometricMean,
];

describe('an aggregate gives', () => {
  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['null of nothing', all.flatMap((of) => [of(null), of([]), of([null])]), Array(36).fill(null)],
    ['counts without nulls', [count([1, null, 2]), count(null)], [2, 0]],
    [
      'sums',
      [
        sum([6, 2, null]),
        sum([0.1, 0.2]),
        sum([6n, 2n]),
        sum([q(1, 'mL'), q(2, 'mL')]),
        sum([q(1, 'g'), q(500, 'mg')]),
      ],
      [8, 0.3, 8n, q(3, 'mL'), q(1.5, 'g')],
    ],
    [
      'null beyond the range',
      [sum([2 ** 31 - 1, 1], 'Integer'), product([2 ** 31 - 1, 2], 'Integer'), sum([2n ** 63n - 1n, 1n])],
      [null, null, null],
    ],
    [
      'null for units that do not convert, and for a mixture',
      [sum([q(1, 'g'), q(1, 'mL')]), min([q(1, 'g'), q(1, 'mL')]), sum([q(1, 'g'), 1]), avg([1, q(1, 'g')])],
      [null, null, null, null],
    ],
    ['products', [product([2, 3, 4]), product([5n, 4n]), product([q(2, 'mg'), q(3, 'mg')])], [24, 20n, q(6, 'mg')]],
    [
      'the least and the greatest',
      [
        min([5, 1, null]),
        max(['hi', 'zebra', 'bye']),
        max([5n, 12n]),
        max([q(1, 'g'), q(2000, 'mg')]),
        String(max([new DateTime(2012, 10, 5), new DateTime(2012, 10, 6)])),
      ],
      [1, 'zebra', 12n, q(2000, 'mg'), '2012-10-06'],
    ],
    [
      'the most frequent',
      [mode([2, 1, 8, 2, 9, 1, 9, 9]), mode([1, 2]), mode([q(1, 'g'), q(2, 'g'), q(2000, 'mg')])],
      [9, 1, q(2, 'g')],
    ],
    [
      'means',
      [
        avg([1, 2, 3, 6]),
        avg([1n, 2n]),
        median([6, 5, 4, 3, 2, 1]),
        median([3, 1, 2]),
        avg([q(1, 'g'), q(500, 'mg')]),
        geometricMean([2, 8]),
      ],
      [3, 1.5, 3.5, 2, q(0.75, 'g'), 4],
    ],
    [
      'deviations',
      [variance(oneToFive), populationVariance(oneToFive), stdDev(oneToFive), populationStdDev(oneToFive)],
      [2.5, 2, 1.58113883, roundToStep(Math.SQRT2)],
    ],
    ['deviations of one', [variance([1]), stdDev([q(1, 'g')]), populationVariance([1])], [null, null, 0]],
    [
      'truths',
      [
        allTrue([true, null]),
        allTrue([true, false]),
        allTrue(null),
        anyTrue([null, true]),
        anyTrue([false]),
        anyTrue(null),
      ],
      [true, false, true, true, false, false],
    ],
  ])('%s', (_, results, expected) => expect(results).toEqual(expected));

  it('says what it expected of a sum of texts', () =>
    expect(() => sum(['a'])).toThrow('aggregate: expected numbers or quantities, got string'));

  it('a mean between the least and the greatest, and changes no list', () => {
    fc.assert(
      fc.property(fc.array(decimals, { minLength: 1 }), (list) => {
        const before = [...list];
        for (const middle of [avg(list), median(list)] as number[]) {
          expect(middle).toBeGreaterThanOrEqual((min(list) as number) - 1e-7);
          expect(middle).toBeLessThanOrEqual((max(list) as number) + 1e-7);
        }
        expect(list).toEqual(before);
      }),
    );
  });
});
