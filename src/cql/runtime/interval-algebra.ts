import { Interval } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { fields, isTemporal, precisionOf } from './calendar.ts';
import { closedHigh, closedLow } from './interval.ts';
import { meets, overlaps, overlapsAfter, overlapsBefore } from './interval-relations.ts';
import { pointAtLeast, pointAtMost } from './points.ts';

type Maybe = Interval | null | undefined;

/** One interval of all points of two that overlap or meet; null where they do neither or that is not known. */
export const intervalUnion = (a: Maybe, b: Maybe): Interval | null => {
  if (a == null || b == null || !(overlaps(a, b) || meets(a, b))) return null;
  const low = pick(lowOf(a), lowOf(b), 'first', 'coarser');
  return between(low, pick(highOf(a), highOf(b), 'last', 'coarser'), a, b);
};

/** The points that two intervals have in common; null where there are none or that is not known. */
export const intervalIntersect = (a: Maybe, b: Maybe): Interval | null => {
  if (a == null || b == null || !overlaps(a, b)) return null;
  const low = pick(lowOf(a), lowOf(b), 'last', 'finer');
  return between(low, pick(highOf(a), highOf(b), 'first', 'finer'), a, b);
};

/** The points of one interval that are not in another; null where these are no one interval or that is not known. */
export const intervalExcept = (a: Maybe, b: Maybe): Interval | null => {
  if (a == null || b == null) return null;
  const common = overlaps(a, b);
  if (common === false) return a;
  if (common === null) return null;
  const [more, less] = [overlapsBefore(a, b), overlapsAfter(a, b)];
  if (more === true && less === false)
    return between(lowOf(a), { bound: b.low, closed: !b.lowClosed, point: null }, a, b);
  if (less === true && more === false)
    return between({ bound: b.high, closed: !b.highClosed, point: null }, highOf(a), a, b);
  return null;
};

/** A bound as written, and the point it stands for. */
interface Bound {
  readonly bound: unknown;
  readonly closed: boolean;
  readonly point: unknown;
}

const lowOf = (of: Interval): Bound => ({ bound: of.low, closed: Boolean(of.lowClosed), point: closedLow(of) });
const highOf = (of: Interval): Bound => ({ bound: of.high, closed: Boolean(of.highClosed), point: closedHigh(of) });

const between = (low: Bound, high: Bound, a: Interval, b: Interval): Interval =>
  new Interval(low.bound, high.bound, low.closed, high.closed, a.defaultPointType ?? b.defaultPointType);

const unknownBound: Bound = { bound: null, closed: false, point: null };

/** The bound that comes first, or last; where partial dates do not tell which, the one of the precision asked for. */
const pick = (a: Bound, b: Bound, which: 'first' | 'last', precision: 'coarser' | 'finer'): Bound => {
  const [takes, leaves] = which === 'first' ? [pointAtMost, pointAtLeast] : [pointAtLeast, pointAtMost];
  if (takes(a.point, b.point)) return a;
  if (leaves(a.point, b.point)) return b;
  // A bound that is not known may lie on either side of the other.
  if (a.point instanceof Uncertainty || b.point instanceof Uncertainty) return unknownBound;
  const finer = depth(a) - depth(b);
  return (precision === 'coarser' ? finer > 0 : finer < 0) ? b : a;
};

const depth = ({ point }: Bound): number => (isTemporal(point) ? fields.indexOf(precisionOf(point) ?? 'year') : 0);
