import { Date as CqlDate, Interval } from 'cql-execution';
import { compareDates } from './date-time.ts';
import { closedHigh, closedLow, end, intervalContains, start } from './interval.ts';
import { and, not, or } from './logic.ts';
import {
  comparePoints,
  neighbour,
  pointAtLeast,
  pointAtMost,
  pointGreater,
  pointLess,
  pointsEqual,
  pointTypeOf,
} from './points.ts';

const firstPoint = (value: unknown): unknown => (value instanceof Interval ? closedLow(value) : value);
const lastPoint = (value: unknown): unknown => (value instanceof Interval ? closedHigh(value) : value);

/** Whether a point or interval ends before another begins. */
export const before = (a: unknown, b: unknown, precision?: string): boolean | null =>
  a == null || b == null ? null : pointLess(lastPoint(a), firstPoint(b), precision);

/** Whether a point or interval begins after another ends. */
export const after = (a: unknown, b: unknown, precision?: string): boolean | null =>
  a == null || b == null ? null : pointGreater(firstPoint(a), lastPoint(b), precision);

/** Whether two points, or the starts and the ends of two intervals, are the same to a precision. */
export const sameAs = (a: unknown, b: unknown, precision?: string): boolean | null => {
  if (a == null || b == null) return null;
  if (!(a instanceof Interval || b instanceof Interval)) return same(a, b, precision);
  if (isBoundless(a) || isBoundless(b)) return isBoundless(a) && isBoundless(b);
  return and(same(startOf(a), startOf(b), precision), same(endOf(a), endOf(b), precision));
};

const same = (a: unknown, b: unknown, precision: string | undefined): boolean | null => {
  if (a == null || b == null) return null;
  const compared = comparePoints(a, b, precision);
  return compared === null ? null : compared === 0;
};

const startOf = (value: unknown): unknown => (value instanceof Interval ? start(value) : value);
const endOf = (value: unknown): unknown => (value instanceof Interval ? end(value) : value);

/** Whether a point or interval ends before or when another begins. */
export const sameOrBefore = (a: unknown, b: unknown, precision?: string): boolean | null => {
  const [left, right] = [endOf(a), startOf(b)];
  return left == null || right == null ? null : pointAtMost(left, right, precision);
};

/** Whether a point or interval begins after or when another ends. */
export const sameOrAfter = (a: unknown, b: unknown, precision?: string): boolean | null => {
  const [left, right] = [startOf(a), endOf(b)];
  return left == null || right == null ? null : pointAtLeast(left, right, precision);
};

/** From the least to the greatest value there is: `Interval[null, null]`. */
const isBoundless = (value: unknown): boolean => value instanceof Interval && Boolean(value.isBoundlessInterval);

/** Neither end is known: `Interval(null, null)`. */
const isUnknown = (value: unknown): boolean => value instanceof Interval && value.isUnknownInterval;

/** Whether all of an interval, or a point, lies in another interval. */
export const intervalIncludes = (a: Interval, b: unknown, precision?: string): boolean | null => {
  if (!(b instanceof Interval)) return intervalContains(a, b, precision);
  return and(pointAtMost(closedLow(a), closedLow(b), precision), pointAtLeast(closedHigh(a), closedHigh(b), precision));
};

/** Whether an interval includes another and more. */
export const intervalProperIncludes = (a: Interval, b: unknown, precision?: string): boolean | null => {
  if (!(b instanceof Interval)) return intervalProperContains(a, b, precision);
  return and(intervalIncludes(a, b, precision), not(intervalIncludes(b, a, precision)));
};

/** Whether a point lies between the ends of an interval and is neither. */
export const intervalProperContains = (of: Interval, point: unknown, precision?: string): boolean | null =>
  point == null
    ? null
    : and(pointLess(closedLow(of), point, precision), pointGreater(closedHigh(of), point, precision));

interface ClosedOnDates {
  readonly low: CqlDate;
  readonly high: CqlDate;
}

/** The usual interval: from one Date to another, both known. */
const isClosedOnDates = (value: unknown): value is ClosedOnDates =>
  value instanceof Interval &&
  value.lowClosed === true &&
  value.highClosed === true &&
  value.low instanceof CqlDate &&
  value.high instanceof CqlDate;

/** Whether two intervals, or an interval and a point, have a point in common. */
export const overlaps = (a: unknown, b: unknown, precision?: string): boolean | null => {
  if (isClosedOnDates(a) && isClosedOnDates(b)) {
    const [apart, away] = [compareDates(a.low, b.high, precision), compareDates(a.high, b.low, precision)];
    if (apart !== null && away !== null) return apart <= 0 && away >= 0;
  }
  if (a == null || b == null || isUnknown(a) || isUnknown(b)) return null;
  if (isBoundless(a) || isBoundless(b)) return true;
  return and(pointAtMost(firstPoint(a), lastPoint(b), precision), pointAtLeast(lastPoint(a), firstPoint(b), precision));
};

/** Whether one interval overlaps another and begins before it. */
export const overlapsBefore = (a: unknown, b: unknown, precision?: string): boolean | null => {
  if (a == null || b == null || isUnknown(a) || isUnknown(b)) return null;
  if (isBoundless(b)) return false;
  const low = firstPoint(b);
  if (isBoundless(a)) return beyond(low, -1, precision);
  return and(pointLess(firstPoint(a), low, precision), pointAtLeast(lastPoint(a), low, precision));
};

/** Whether one interval overlaps another and ends after it. */
export const overlapsAfter = (a: unknown, b: unknown, precision?: string): boolean | null => {
  if (a == null || b == null || isUnknown(a) || isUnknown(b)) return null;
  if (isBoundless(b)) return false;
  const high = lastPoint(b);
  if (isBoundless(a)) return beyond(high, 1, precision);
  return and(pointAtMost(firstPoint(a), high, precision), pointGreater(lastPoint(a), high, precision));
};

/** Whether there is a point beyond a point in a direction. */
const beyond = (point: unknown, by: 1 | -1, precision: string | undefined): boolean | null => {
  const end = new Interval(point, null, true, true);
  return by === 1
    ? pointLess(point, closedHigh(end), precision)
    : pointLess(closedLow(new Interval(null, point, true, true)), point, precision);
};

/** Whether one interval ends just before the other begins. */
export const meets = (a: Interval | null, b: Interval | null, precision?: string): boolean | null =>
  or(meetsBefore(a, b, precision), meetsAfter(a, b, precision));

/** Whether one interval ends just before another begins. */
export const meetsBefore = (a: Interval | null, b: Interval | null, precision?: string): boolean | null =>
  a == null || b == null ? null : adjoin(() => [closedHigh(a), closedLow(b)], -1, a, precision);

/** Whether one interval begins just after another ends. */
export const meetsAfter = (a: Interval | null, b: Interval | null, precision?: string): boolean | null =>
  a == null || b == null ? null : adjoin(() => [closedLow(a), closedHigh(b)], 1, a, precision);

/** Whether the first point is the neighbour of the second; nothing meets what ends where the type does. */
const adjoin = (
  points: () => readonly [unknown, unknown],
  by: 1 | -1,
  like: Interval,
  precision: string | undefined,
): boolean | null => {
  try {
    const [point, other] = points();
    return other == null ? null : pointsEqual(point, neighbour(other, by, pointTypeOf(like), precision), precision);
  } catch {
    return false;
  }
};

/** Whether one interval starts with another and ends before it or with it. */
export const starts = (a: Interval | null, b: Interval | null, precision?: string): boolean | null =>
  a == null || b == null
    ? null
    : and(pointsEqual(closedLow(a), closedLow(b), precision), pointAtMost(closedHigh(a), closedHigh(b), precision));

/** Whether one interval ends with another and starts after it or with it. */
export const ends = (a: Interval | null, b: Interval | null, precision?: string): boolean | null =>
  a == null || b == null
    ? null
    : and(pointAtLeast(closedLow(a), closedLow(b), precision), pointsEqual(closedHigh(a), closedHigh(b), precision));
