import { Date as CqlDate, DateTime, type Interval, Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import {
  MAX_DATE_VALUE,
  MAX_DATETIME_VALUE,
  MAX_TIME_VALUE,
  MIN_DATE_VALUE,
  MIN_DATETIME_VALUE,
  MIN_TIME_VALUE,
} from 'cql-execution/lib/util/math.js';
import { move } from './add-duration.ts';
import { type Field, isTemporal, isTime, precisionOf, type Temporal } from './calendar.ts';
import { compareDates, datesEqual } from './date-time.ts';
import {
  decimalStep,
  maxDecimal,
  maxInteger,
  maxLong,
  minDecimal,
  minInteger,
  minLong,
  roundToStep,
} from './decimal.ts';
import { unexpected } from './kind.ts';
import { not } from './logic.ts';
import { compareQuantities, quantitiesEqual } from './quantity.ts';

/** A type whose values follow one another, so that intervals can have it. */
export type PointType = 'Integer' | 'Long' | 'Decimal' | 'Quantity' | 'DateTime' | 'Date' | 'Time';

/** Which of two points comes first: below 0 the left, above 0 the right, 0 neither, null where that is not known. */
export const comparePoints = (a: unknown, b: unknown, precision?: string): number | null => {
  if (isTemporal(a)) return isTemporal(b) ? compareDates(a, b, precision) : null;
  if (isNumeric(a)) return isNumeric(b) ? (a < b ? -1 : a > b ? 1 : 0) : null;
  return a instanceof Quantity && b instanceof Quantity ? compareQuantities(a, b) : null;
};

const isNumeric = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

/** Whether one point comes before another, either of which may be an Uncertainty; null where that is not known. */
export const pointLess = (a: unknown, b: unknown, precision?: string): boolean | null => {
  if (!(a instanceof Uncertainty || b instanceof Uncertainty)) {
    const compared = comparePoints(a, b, precision);
    return compared === null ? null : compared < 0;
  }
  const [low, high] = range(a);
  const [otherLow, otherHigh] = range(b);
  // An end that is not known lies as far out as can be.
  const atBest = low == null || otherHigh == null || less(low, otherHigh, precision);
  const atWorst = high != null && otherLow != null && less(high, otherLow, precision);
  return atBest === atWorst ? atBest : null;
};

/** Whether one point comes after another, either of which may be an Uncertainty; null where that is not known. */
export const pointGreater = (a: unknown, b: unknown, precision?: string): boolean | null => {
  if (a instanceof Uncertainty || b instanceof Uncertainty) return pointLess(b, a, precision);
  // Not `b` before `a`: the left one's clock counts where offsets differ, which moves a date without a time.
  const compared = comparePoints(a, b, precision);
  return compared === null ? null : compared > 0;
};

/** Whether one point comes before another or with it, either of which may be an Uncertainty; null where not known. */
export const pointAtMost = (a: unknown, b: unknown, precision?: string): boolean | null =>
  not(pointGreater(a, b, precision));

/** Whether one point comes after another or with it, either of which may be an Uncertainty; null where not known. */
export const pointAtLeast = (a: unknown, b: unknown, precision?: string): boolean | null =>
  not(pointLess(a, b, precision));

const range = (value: unknown): readonly [unknown, unknown] =>
  value instanceof Uncertainty ? [value.low, value.high] : [value, value];

const less = (a: unknown, b: unknown, precision: string | undefined): boolean | null => {
  const compared = comparePoints(a, b, precision);
  return compared === null ? null : compared < 0;
};

/** Whether two points are equal, either of which may be an Uncertainty; null where that is not known. */
export const pointsEqual = (a: unknown, b: unknown, precision?: string): boolean | null => {
  if (a == null || b == null) return null;
  if (precision === undefined && isTemporal(a) && isTemporal(b)) return datesEqual(a, b);
  if (a instanceof Uncertainty || b instanceof Uncertainty) {
    const [before, after] = [pointLess(a, b, precision), pointLess(b, a, precision)];
    if (before === true || after === true) return false;
    return before === null || after === null ? null : true;
  }
  if (a instanceof Quantity && b instanceof Quantity) return quantitiesEqual(a, b);
  const compared = comparePoints(a, b, precision);
  return compared === null ? null : compared === 0;
};

/** The point type of an interval: as declared, else as its bounds show; undefined where neither tells. */
export const pointTypeOf = (interval: Interval): PointType | undefined => {
  const declared: string | undefined = interval.defaultPointType;
  return declared === undefined ? typeOfPoint(interval.low ?? interval.high) : (unqualified(declared) as PointType);
};

const unqualified = (type: string): string => type.slice(type.lastIndexOf('}') + 1).replace(/^System\./, '');

const typeOfPoint = (point: unknown): PointType | undefined => {
  if (point instanceof Uncertainty) return typeOfPoint(point.low ?? point.high);
  if (typeof point === 'number') return Number.isInteger(point) ? 'Integer' : 'Decimal';
  if (typeof point === 'bigint') return 'Long';
  if (point instanceof DateTime) return isTime(point) ? 'Time' : 'DateTime';
  if (point instanceof CqlDate) return 'Date';
  return point instanceof Quantity ? 'Quantity' : undefined;
};

/**
 * The point after a point (`by` 1) or before it (`by` -1), at a precision of time where one is given.
 *
 * @throws Error when there is none
 */
export const neighbour = (point: unknown, by: 1 | -1, type: PointType | undefined, precision?: string): unknown => {
  if (point instanceof Uncertainty) {
    const [low, high] = [point.low, point.high].map((end) => orSelf(end, () => neighbour(end, by, type, precision)));
    return new Uncertainty(low, high);
  }
  const next = step(point, by, type, precision);
  const kind = type ?? typeOfPoint(point);
  const end = by === 1 ? greatestPoint(kind, point) : leastPoint(kind, point);
  if (next == null || (comparePoints(next, end) ?? 0) * by > 0)
    throw unexpected(by === 1 ? 'Successor' : 'Predecessor', 'a point that has one', point);
  return next;
};

/** An end of what is not known may be the end of the type, which has no neighbour. */
const orSelf = (point: unknown, next: () => unknown): unknown => {
  try {
    return point == null ? point : next();
  } catch {
    return point;
  }
};

const step = (point: unknown, by: 1 | -1, type: PointType | undefined, asked: string | undefined): unknown => {
  if (typeof point === 'number')
    return type === 'Decimal' || !Number.isInteger(point) ? nextDecimal(point, by) : point + by;
  if (typeof point === 'bigint') return point + BigInt(by);
  if (point instanceof Quantity) return new Quantity(nextDecimal(point.value, by), point.unit);
  if (!isTemporal(point)) return null;
  const precision = (asked as Field | undefined) ?? precisionOf(point);
  return precision === undefined ? null : move<Temporal>(point, by, precision);
};

/** A Decimal has eight digits behind the point; rounding undoes what binary fractions add. */
const nextDecimal = (value: number, by: 1 | -1): number => roundToStep(value + by * decimalStep);

/** The least value of a point type; `like` gives the unit of a Quantity and the offset of a DateTime. */
export const leastPoint = (type: PointType | undefined, like?: unknown): unknown =>
  extreme(type, like, minInteger, minLong, minDecimal, [MIN_DATETIME_VALUE, MIN_DATE_VALUE, MIN_TIME_VALUE]);

/** The greatest value of a point type; `like` gives the unit of a Quantity and the offset of a DateTime. */
export const greatestPoint = (type: PointType | undefined, like?: unknown): unknown =>
  extreme(type, like, maxInteger, maxLong, maxDecimal, [MAX_DATETIME_VALUE, MAX_DATE_VALUE, MAX_TIME_VALUE]);

const extreme = (
  type: PointType | undefined,
  like: unknown,
  integer: number,
  long: bigint,
  decimal: number,
  [dateTime, date, time]: readonly [DateTime | null, CqlDate | null, DateTime | undefined],
): unknown => {
  switch (type) {
    case 'Integer':
      return integer;
    case 'Long':
      return long;
    case 'Decimal':
      return decimal;
    case 'DateTime': {
      const end = dateTime?.copy();
      // The library's has the machine's offset.
      if (end) end.timezoneOffset = like instanceof DateTime ? like.timezoneOffset : 0;
      return end ?? null;
    }
    case 'Date':
      return date?.copy() ?? null;
    case 'Time':
      return time?.copy() ?? null;
    case 'Quantity':
      return like instanceof Quantity ? new Quantity(decimal, like.unit) : null;
    default:
      return null;
  }
};
