import { Date as CqlDate, DateTime, type Interval, Quantity } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../../src/cql/runtime/interval.ts';
import * as exported from '../../../src/cql/runtime/interval-relations.ts';
import { dates, dateTimes, intervalsOf, precisions } from './temporal-arbitraries.ts';

const moment = (text: string): DateTime => DateTime.parse(text) as DateTime;
const day = (text: string): CqlDate => CqlDate.parse(text) as CqlDate;
const days = (low: string, high: string): Interval => interval(day(low), day(high));
const since = (low: unknown): Interval => interval(low, null, true, false);
const unknown = interval(null, null, false, false);

const relations = { ...exported };
type Relation = Exclude<keyof typeof relations, 'intervalProperContains'>;

it.each<[Relation, string, unknown, unknown, string | undefined, boolean | null]>([
  ['before', 'an interval and what begins after it', interval(1, 5), interval(6, 9), undefined, true],
  ['before', 'a point and an interval', 5, interval(5, 9, false, true), undefined, true],
  ['before', 'an end that is not known', since(1), interval(6, 9), undefined, null],
  ['after', 'a start after an end that may be before', interval(6, 9), interval(null, 5, false, true), undefined, true],
  ['after', 'Longs', interval(6n, 9n), interval(1n, 5n), undefined, true],
  [
    'after',
    'a date and an interval that ends before',
    day('2020-02-01'),
    days('2019-01-01', '2020-01-31'),
    undefined,
    true,
  ],
  ['after', 'the same month', day('2020-02-20'), day('2020-02-01'), 'month', false],
  ['sameAs', 'intervals written differently', interval(1, 5), interval(0, 6, false, false), undefined, true],
  ['sameAs', 'other starts and an end not known', since(1), since(2), undefined, false],
  ['sameAs', 'alike starts and an end not known', since(1), interval(1, 5), undefined, null],
  ['sameAs', 'dates to the month', days('2020-01-01', '2020-02-01'), days('2020-01-31', '2020-02-29'), 'month', true],
  ['sameAs', 'all there is', interval(null, null), interval(null, null), undefined, true],
  ['sameAs', 'all there is and some', interval(null, null), interval(1, 5), undefined, false],
  ['sameOrBefore', 'an interval that ends where another begins', interval(1, 5), interval(5, 9), undefined, true],
  ['sameOrBefore', 'two moments', moment('2020-01-01T10Z'), moment('2020-01-01T10:30Z'), 'hour', true],
  ['sameOrAfter', 'a point and an interval', 5, interval(1, 5), undefined, true],
  ['sameOrAfter', 'a start that is not known', interval(null, 5, false, true), interval(0, 1), undefined, null],
  ['intervalIncludes', 'a part', interval(1, 9), interval(2, 9, false, false), undefined, true],
  ['intervalIncludes', 'a point', interval(1, 9), 9, undefined, true],
  [
    'intervalIncludes',
    'from the least quantity',
    interval(null, new Quantity(5, 'g')),
    interval(new Quantity(1, 'g'), new Quantity(2000, 'mg')),
    undefined,
    true,
  ],
  ['intervalProperIncludes', 'itself', interval(1, 9), interval(0, 10, false, false), undefined, false],
  [
    'intervalProperIncludes',
    'all of what is bounded',
    interval(null, null, true, true, 'Integer'),
    interval(1, 9),
    undefined,
    true,
  ],
  ['intervalProperIncludes', 'an end', interval(1, 9), 9, undefined, false],
  ['intervalProperIncludes', 'a point inside', interval(1, 9), 5, undefined, true],
  [
    'overlaps',
    'whole Decimals with a gap between open bounds',
    interval(1, 5, true, false, 'Decimal'),
    interval(4.5, 9, true, true, 'Decimal'),
    undefined,
    true,
  ],
  ['overlaps', 'neighbours', interval(1, 5), interval(6, 9), undefined, false],
  ['overlaps', 'an end not known', since(1), interval(6, 9), undefined, null],
  ['overlaps', 'an end not known that would have to lie earlier', since(10), interval(6, 9), undefined, false],
  ['overlaps', 'nothing known', unknown, interval(6, 9), undefined, null],
  ['overlaps', 'all there is', interval(null, null), interval(6, 9), undefined, true],
  [
    'overlaps',
    'an end not known on the same day',
    since(moment('2020-01-01T10:00Z')),
    interval(moment('2020-01-01T12:00Z'), null),
    'day',
    true,
  ],
  ['overlapsBefore', 'one that begins earlier', interval(1, 6), interval(5, 9), undefined, true],
  ['overlapsBefore', 'all there is', interval(null, null), interval(5, 9), undefined, true],
  ['overlapsBefore', 'one inside', interval(6, 7), interval(5, 9), undefined, false],
  ['overlapsAfter', 'one that ends later', interval(6, 12), interval(5, 9), undefined, true],
  ['overlapsAfter', 'all there is', interval(5, 9), interval(null, null), undefined, false],
  ['meets', 'neighbours', interval(1, 5), interval(6, 9), undefined, true],
  ['meets', 'neighbouring Longs', interval(6n, 9n), interval(1n, 5n), undefined, true],
  [
    'meets',
    'an open bound and a closed one',
    interval(1, 5, true, false, 'Decimal'),
    interval(5, 9, true, true, 'Decimal'),
    undefined,
    true,
  ],
  [
    'meetsBefore',
    'days that follow',
    days('2020-01-01', '2020-02-29'),
    days('2020-03-01', '2020-04-01'),
    undefined,
    true,
  ],
  [
    'meetsBefore',
    'months that follow, at days that do not',
    days('2020-01-01', '2020-02-15'),
    days('2020-03-15', '2020-04-01'),
    'month',
    true,
  ],
  ['meetsAfter', 'what ends with time itself', interval(1, 5), interval(6, null), undefined, false],
  [
    'meetsAfter',
    'what is not known',
    interval(moment('2020-01-01T10:00Z'), null),
    since(moment('2019-01-01T10:00Z')),
    'day',
    null,
  ],
  ['starts', 'bounds written differently', interval(1, 5), interval(0, 9, false, true), undefined, true],
  ['starts', 'one that ends later', interval(1, 10), interval(1, 9), undefined, false],
  ['ends', 'one that ends with it', interval(5, 9), interval(1, 10, true, false), undefined, true],
  ['ends', 'an end not known', interval(5, 9), unknown, undefined, null],
])('%s: %s', (relation, _, a, b, precision, expected) => {
  expect(relations[relation](a as Interval, b as Interval, precision)).toBe(expected);
});

it.each(Object.keys(relations).filter((name) => !name.startsWith('interval')) as Relation[])(
  '%s gives null where an operand is null',
  (relation) => {
    expect(relations[relation](null as never, interval(1, 5))).toBeNull();
    expect(relations[relation](interval(1, 5), null)).toBeNull();
  },
);

const integers = fc.integer({ min: 0, max: 9 });

describe('relations as the library has them', () => {
  const names = [
    ['intervalIncludes', 'includes'],
    ['intervalProperIncludes', 'properlyIncludes'],
    ...(['overlaps', 'overlapsBefore', 'overlapsAfter', 'before', 'after', 'sameOrBefore', 'sameOrAfter'] as const).map(
      (name) => [name, name] as const,
    ),
  ] as const;

  // Of two, neither overlaps the other before or after; the library gives null.
  const areBoundless = (a: Interval, b: Interval) => a.isBoundlessInterval && b.isBoundlessInterval;

  it.each(names)('%s of Integers, with bounds that are null', (ours, theirs) => {
    const intervals = intervalsOf(integers, (a, b) => a > b);
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        fc.pre(!areBoundless(a, b));
        expect(relations[ours](a, b)).toBe(a[theirs](b));
      }),
      { numRuns: 300 },
    );
  });

  it.each(names)('%s of DateTimes, with bounds that are null', (ours, theirs) => {
    const intervals = intervalsOf(dateTimes, (a, b) => a.after(b));
    // The library leaves the precision out of account where a bound is not known.
    const isOpenEnded = ({ low, high, lowClosed, highClosed }: Interval) =>
      (low === null && !lowClosed) || (high === null && !highClosed);
    fc.assert(
      fc.property(intervals, intervals, precisions, (a, b, precision) => {
        fc.pre(!areBoundless(a, b) && (precision === undefined || !(isOpenEnded(a) || isOpenEnded(b))));
        expect(relations[ours](a, b, precision)).toBe(a[theirs](b, precision));
      }),
      { numRuns: 300 },
    );
  });

  it.each(['meets', 'meetsBefore', 'meetsAfter'] as const)('%s, without a precision', (name) => {
    const intervals = fc.oneof(
      intervalsOf(integers, (a, b) => a > b),
      intervalsOf(dates, (a, b) => a.after(b)),
      intervalsOf(dateTimes, (a, b) => a.after(b)),
    );
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        fc.pre(a.pointType === b.pointType);
        expect(relations[name](a, b)).toBe(a[name](b));
      }),
      { numRuns: 500 },
    );
  });

  it('overlaps is symmetric', () => {
    const intervals = intervalsOf(dates, (a, b) => a.after(b));
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        expect(relations.overlaps(a, b)).toBe(relations.overlaps(b, a));
      }),
    );
  });
});
