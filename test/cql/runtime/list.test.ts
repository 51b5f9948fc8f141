import { DateTime, Interval, Quantity } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equal } from '../../../src/cql/runtime/equality.ts';
import * as list from '../../../src/cql/runtime/list.ts';
import * as of from '../../../src/cql/runtime/list-operators.ts';
import { values } from './arbitraries.ts';

describe('the operators on a list give', () => {
  it.each<[string, readonly unknown[], readonly unknown[]]>([
    [
      'exists',
      [list.exists([null]), list.exists([]), list.exists(null), list.exists([null, 0])],
      [false, false, false, true],
    ],
    [
      'the first and the last',
      [list.first([null, 1]), list.first([]), list.first(null), list.last([1, 2]), list.last([])],
      [null, null, null, 2, null],
    ],
    [
      'an element or character by its place',
      [
        list.indexer([1, 2], 1),
        list.indexer([1], 1),
        list.indexer([1], -1),
        list.indexer('ab', 1),
        list.indexer(null, 0),
        list.indexer([1], null),
      ],
      [2, null, null, 'b', null, null],
    ],
    [
      'lengths',
      [list.length([null, 1]), list.length('ab'), list.length(null), list.length(null, 'List')],
      [2, 2, null, 0],
    ],
    [
      'places',
      [list.indexOf([1, 2], 2), list.indexOf([1], 3), list.indexOf([1, null], null), list.indexOf(null, 1)],
      [1, -1, null, null],
    ],
    [
      'slices',
      [
        list.slice([1, 2, 3], 1),
        list.slice([1, 2, 3], 0, 2),
        list.slice([1, 2], 2),
        list.slice([1, 2], -1),
        list.slice([1, 2], 0, -1),
        list.slice(null, 1),
      ],
      [[2, 3], [1, 2], [], [], [], null],
    ],
    [
      'a flat list',
      [list.flatten([[1, 2], null, [3]]), list.flatten([1, [2]]), list.flatten([[null], [null]]), list.flatten(null)],
      [[1, 2, 3], [1, [2]], [null, null], null],
    ],
    ['the only element', [list.singletonFrom([1]), list.singletonFrom([]), list.singletonFrom(null)], [1, null, null]],
    ['a list of one or none', [list.toList(1), list.toList(null)], [[1], []]],
  ])('%s', (_, results, expected) => expect(results).toEqual(expected));

  it('no only element of several', () =>
    expect(() => list.singletonFrom([1, 2])).toThrow('SingletonFrom: expected at most one element, got 2'));
});

describe('the operators on lists or intervals give', () => {
  const [oneToThree, twoToFive] = [new Interval(1, 3), new Interval(2, 5)];
  const time = (ms: number | null) => new DateTime(0, 1, 1, 15, 59, 59, ms, null);

  it.each<[string, readonly unknown[], readonly unknown[]]>([
    [
      'unions',
      [
        of.union([1, 2], [2, 3]),
        of.union([1, 1], null),
        of.union(null, [null, null]),
        of.union(null, null),
        of.union(null, null, 'List'),
      ],
      [[1, 2, 3], [1], [null], null, []],
    ],
    [
      'intersections',
      [of.intersect([1, 2, 2, null], [2, null, 3]), of.intersect([1], null), of.intersect(null, [1])],
      [[2, null], null, null],
    ],
    [
      'differences',
      [of.except([1, 2, 2, 3, null], [3, null]), of.except([1, 1], null), of.except(null, [1])],
      [[1, 2], [1], null],
    ],
    [
      'whether one is in a list',
      [
        of.contains(['a', null], null),
        of.contains(['a'], null),
        of.contains(null, 1),
        of.isIn(1, [1]),
        of.isIn(1, null),
        of.isIn(new Quantity(1, 'g'), [new Quantity(1000, 'mg')]),
      ],
      [true, false, false, true, false, true],
    ],
    [
      'whether a list has all of another',
      [
        of.includes([1, 2], [2]),
        of.includes([1, 2], [3]),
        of.includes([null], [null]),
        of.includes([1], []),
        of.includes(null, [1]),
        of.includes([1], null),
        of.includedIn([1], [1, 2]),
        of.includes([1, 2], 2),
      ],
      [true, false, true, true, null, null, true, true],
    ],
    [
      'whether a list has all of another and more',
      [
        of.properIncludes([1, 2], [2]),
        of.properIncludes([1], [1]),
        of.properIncludes([1], []),
        of.properIncludedIn([1], [1, 2]),
        of.properIncludes(null, [1]),
      ],
      [true, false, true, true, null],
    ],
    [
      'whether a list has one and another',
      [
        of.properContains(['a', 'b'], 'a'),
        of.properContains(['a', 'a'], 'a'),
        of.properContains(['a'], 'a'),
        of.properContains(['a', 'b'], 'c'),
        of.properContains(null, 'a'),
        of.properIn('a', ['b', 'a']),
      ],
      [true, false, false, false, false, true],
    ],
    [
      'whether a list has one and another where there are nulls',
      [
        of.properContains(['a', null], 'a'),
        of.properContains(['a', 'b', null], 'a'),
        of.properContains(['s', null], null),
        of.properContains(['s'], null),
        of.properContains([null, null], null),
      ],
      [null, true, true, false, false],
    ],
    [
      'whether a list has one and another where precision does not tell',
      [
        of.properContains([time(999), time(1)], time(null)),
        of.properContains([time(null), new DateTime(0, 1, 1, 20)], time(null)),
      ],
      [null, true],
    ],
    [
      'the same of intervals',
      [
        String(of.union(oneToThree, twoToFive)),
        String(of.intersect(oneToThree, twoToFive)),
        equal(of.except(oneToThree, twoToFive), new Interval(1, 1)),
        of.contains(oneToThree, 2),
        of.isIn(4, oneToThree),
        of.includes(oneToThree, new Interval(2, 3)),
        of.properIncludes(oneToThree, oneToThree),
        of.contains(oneToThree, null),
        of.union(oneToThree, null),
        of.except(oneToThree, null),
      ],
      ['[1, 5]', '[2, 3]', true, true, false, true, false, null, null, null],
    ],
  ])('%s', (_, results, expected) => expect(results).toEqual(expected));

  it('a union that has both lists, each element once', () => {
    fc.assert(
      fc.property(fc.array(values), fc.array(values), (a, b) => {
        const both = of.union(a, b) as readonly unknown[];
        expect(of.includes(both, a)).toBe(true);
        expect(of.includes(both, b)).toBe(true);
        expect(of.union(both, both)).toEqual(both);
        expect([...(of.intersect(a, b) as unknown[]), ...(of.except(a, b) as unknown[])]).toHaveLength(
          (of.union(a, []) as unknown[]).length,
        );
      }),
    );
  });

  it('the same membership by key and by comparison', () => {
    fc.assert(
      fc.property(fc.array(values), values, (a, item) => {
        expect(of.includes(a, [item])).toBe(a.some((element) => equal(element, item) === true));
      }),
    );
  });
});
