import { Date as CqlDate, DateTime, Interval, Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { isTemporal } from './calendar.ts';
import { decimalStep, roundToStep } from './decimal.ts';
import { unexpected } from './kind.ts';
import { and } from './logic.ts';
import {
  comparePoints,
  greatestPoint,
  leastPoint,
  neighbour,
  pointAtLeast,
  pointAtMost,
  pointGreater,
  pointLess,
  pointsEqual,
  pointTypeOf,
} from './points.ts';

type Maybe<T> = T | null | undefined;

/**
 * An interval from `low` to `high`. A null bound that is closed is the end of the point type, an open one is not known;
 * the point type (`Integer` …) counts where the bounds do not show it. Where both bounds are null it is every point of the
 * type only if a bound was cast to it, as cql-execution has it: an order without dates is no order since the year 1.
 */
export const interval = (
  low: unknown,
  high: unknown,
  lowClosed: Maybe<boolean> = true,
  highClosed: Maybe<boolean> = true,
  pointType?: string,
  isCast = true,
): Interval => {
  const [from, to] = [low ?? null, high ?? null];
  // 1.0 is the same number as 1: only its type tells that 1.00000001 comes next.
  const needed =
    pointType !== undefined &&
    (pointType.endsWith('Decimal') || (isCast && from === null && to === null && !pointType.endsWith('Any')));
  return needed
    ? new Interval(from, to, lowClosed, highClosed, qualified(pointType))
    : new Interval(from, to, lowClosed, highClosed);
};

/** As the library names types. */
const qualified = (type: string): string =>
  type.startsWith('{') ? type : `{urn:hl7-org:elm-types:r1}${type.replace(/^System\./, '')}`;

/** The least point of an interval; an Uncertainty where the bound is not known, null where not even the type is. */
export const closedLow = (of: Interval): unknown => {
  const { low, lowClosed } = of;
  if (low != null) return lowClosed ? low : neighbour(low, 1, pointTypeOf(of));
  const type = pointTypeOf(of);
  if (type === undefined) return null;
  const least = leastPoint(type, unitLike(of.high));
  return lowClosed ? least : new Uncertainty(least, of.high == null ? greatestPoint(type) : closedHigh(of));
};

/** The greatest point of an interval, as `closedLow` gives the least. */
export const closedHigh = (of: Interval): unknown => {
  const { high, highClosed } = of;
  if (high != null) return highClosed ? high : neighbour(high, -1, pointTypeOf(of));
  const type = pointTypeOf(of);
  if (type === undefined) return null;
  const greatest = greatestPoint(type, unitLike(of.low));
  return highClosed ? greatest : new Uncertainty(of.low == null ? leastPoint(type) : closedLow(of), greatest);
};

/** The ends of all DateTimes are on one clock, so that the last moment of one interval is that of another. */
const unitLike = (bound: unknown): unknown => (bound instanceof Quantity ? bound : undefined);

/** The starting point of an interval; null where it is not known. `offset` is that of the least DateTime there is. */
export const start = (of: Maybe<Interval>, offset?: number): unknown => {
  if (of == null || (of.low == null && !of.lowClosed)) return null;
  return of.low == null ? placed(closedLow(of), offset) : closedLow(of);
};

/** The ending point of an interval; null where it is not known. `offset` is that of the greatest DateTime there is. */
export const end = (of: Maybe<Interval>, offset?: number): unknown => {
  if (of == null || (of.high == null && !of.highClosed)) return null;
  return of.high == null ? placed(closedHigh(of), offset) : closedHigh(of);
};

const placed = (point: unknown, offset: number | undefined): unknown => {
  // The extreme was made for this call: nothing else has it.
  if (offset !== undefined && point instanceof DateTime && point.timezoneOffset !== null) point.timezoneOffset = offset;
  return point;
};

/**
 * The only point of an interval; null where the bounds are not known.
 *
 * @throws Error when it has more than one
 */
export const pointFrom = (of: Maybe<Interval>): unknown => {
  const [from, to] = [start(of), end(of)];
  if (from == null || to == null) return null;
  if (pointsEqual(from, to) !== true) throw new Error('PointFrom: expected an interval of one point, got one of more');
  return from;
};

/**
 * How far the end of an interval is from its start; null where a bound is not known.
 *
 * @throws Error for dates and times, or where the bounds have different units
 */
export const width = (of: Maybe<Interval>): unknown => extent(of, 'Width', 0);

/**
 * How many points an interval has, as its width and one point.
 *
 * @throws Error for dates and times, or where the bounds have different units
 */
export const size = (of: Maybe<Interval>): unknown => extent(of, 'Size', 1);

const extent = (of: Maybe<Interval>, operator: string, points: 0 | 1): unknown => {
  if (of == null) return null;
  if (isTemporal(of.low ?? of.high)) throw unexpected(operator, 'an interval of numbers', of.low ?? of.high);
  const [from, to] = [closedLow(of), closedHigh(of)];
  const smallest = pointTypeOf(of) === 'Integer' ? 1 : decimalStep;
  if (typeof from === 'number' && typeof to === 'number') return roundToStep(to - from + points * smallest);
  if (typeof from === 'bigint' && typeof to === 'bigint') return to - from + BigInt(points);
  if (!(from instanceof Quantity && to instanceof Quantity)) return null;
  if (from.unit !== to.unit) throw new Error(`${operator}: expected bounds of one unit, got two`);
  return new Quantity(roundToStep(to.value - from.value + points * smallest), from.unit);
};

/** Whether a point lies in an interval, to a precision; false without an interval, null where the bounds do not decide. */
export const intervalContains = (of: Maybe<Interval>, point: unknown, precision?: string): boolean | null => {
  if (of == null) return false;
  if (point == null) return null;
  if (point instanceof Interval) throw unexpected('Contains', 'a point', point);
  const { low, high, lowClosed, highClosed } = of;
  if (low !== null && high !== null) {
    const below = comparePoints(low, point, precision);
    const above = comparePoints(high, point, precision);
    if (below !== null && above !== null) {
      if ((lowClosed ? below <= 0 : below < 0) && (highClosed ? above >= 0 : above > 0)) return true;
      if (precision === undefined) return (lowClosed === true && below === 0) || (highClosed === true && above === 0);
      if ((below > 0 || above < 0) && isOnOneClock(low, high, point)) return false;
    }
  }
  // A closed bound is in the interval, though its precision may decide no order, or its clock show another day.
  if ((lowClosed && pointsEqual(low, point)) || (highClosed && pointsEqual(high, point))) return true;
  const from =
    low == null ? lowClosed || null : lowClosed ? pointAtMost(low, point, precision) : pointLess(low, point, precision);
  const to =
    high == null
      ? highClosed || null
      : highClosed
        ? pointAtLeast(high, point, precision)
        : pointGreater(high, point, precision);
  return and(from, to);
};

/** Whether three points are Dates, or DateTimes of one offset: their fields alone decide their order. */
const isOnOneClock = (a: unknown, b: unknown, c: unknown): boolean =>
  a instanceof DateTime
    ? b instanceof DateTime &&
      c instanceof DateTime &&
      a.timezoneOffset === b.timezoneOffset &&
      a.timezoneOffset === c.timezoneOffset
    : a instanceof CqlDate && b instanceof CqlDate && c instanceof CqlDate;

/** Whether two intervals have the same points; null where that is not known, false for what is no interval. */
export const intervalEquals = (a: Interval, b: unknown): boolean | null =>
  b instanceof Interval
    ? and(pointsEqual(closedLow(a), closedLow(b)), pointsEqual(closedHigh(a), closedHigh(b)))
    : false;

/** Whether two intervals have equivalent starts and ends: those of neither known are alike. */
export const intervalEquivalent = (a: Interval, b: unknown): boolean =>
  b instanceof Interval && pointsAlike(start(a), start(b)) && pointsAlike(end(a), end(b));

const pointsAlike = (a: unknown, b: unknown): boolean =>
  a == null || b == null ? a == null && b == null : pointsEqual(a, b) === true;
