import { Interval, Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { timeUnit } from './add-duration.ts';
import { isTemporal, precisionOf } from './calendar.ts';
import { decimalStep, roundToStep } from './decimal.ts';
import { durationBetween } from './duration.ts';
import { closedHigh, closedLow } from './interval.ts';
import { comparePoints, pointAtMost, pointTypeOf } from './points.ts';
import { convertValue, unitOf } from './quantity.ts';

type Maybe<T> = T | null | undefined;

/**
 * The fewest intervals that have the same points, in their order: those that overlap, or are no further apart than `per`
 * (one point unless given), become one. Null intervals, and those of which neither end is known, are left out.
 */
export const collapse = (intervals: Maybe<readonly Maybe<Interval>[]>, per?: Maybe<Quantity>): Interval[] | null => {
  if (intervals == null) return null;
  const spans = intervals
    .filter((each) => each != null && !each.isUnknownInterval)
    .map((each) => spanOf(each as Interval));
  spans.sort((a, b) => order(a.first, b.first) || order(a.last, b.last));
  const collapsed: Span[] = [];
  let open: Span | undefined;
  for (const span of spans) {
    if (open === undefined) open = span;
    else if (isNear(open, span, per)) open = merged(open, span);
    else {
      collapsed.push(open);
      open = span;
    }
  }
  return (open ? [...collapsed, open] : collapsed).map(({ interval }) => interval);
};

/** An interval with its first and its last point, either of which may be an Uncertainty. */
interface Span {
  readonly interval: Interval;
  readonly first: unknown;
  readonly last: unknown;
}

const spanOf = (interval: Interval): Span => ({ interval, first: closedLow(interval), last: closedHigh(interval) });

/** A start that is not known comes first and an end that is not known comes last. */
const order = (a: unknown, b: unknown): number =>
  comparePoints(a instanceof Uncertainty ? a.low : a, b instanceof Uncertainty ? b.low : b) ?? 0;

/** Whether the later of two spans overlaps the earlier or is no further from it than `per`. */
const isNear = (a: Span, b: Span, per: Maybe<Quantity>): boolean => {
  if (pointAtMost(b.first, a.last) === true) return true;
  const [from, to] = [a.last, b.first];
  if (typeof from === 'number' && typeof to === 'number')
    return roundToStep(to - from) <= (per?.value ?? (pointTypeOf(a.interval) === 'Integer' ? 1 : decimalStep));
  if (typeof from === 'bigint' && typeof to === 'bigint') return Number(to - from) <= (per?.value ?? 1);
  if (from instanceof Quantity && to instanceof Quantity) {
    const end = convertValue(from.value, unitOf(from), unitOf(to));
    const gap = per == null ? decimalStep : convertValue(per.value, unitOf(per), unitOf(to));
    return end !== null && gap !== null && roundToStep(to.value - end) <= gap;
  }
  if (!isTemporal(from) || !isTemporal(to)) return false;
  const unit = per == null ? precisionOf(from) : timeUnit(per);
  const apart = unit === undefined ? null : durationBetween(from, to, unit);
  return apart !== null && (apart instanceof Uncertainty ? apart.high : apart) <= (per?.value ?? 1);
};

const merged = (a: Span, b: Span): Span => {
  if (pointAtMost(b.last, a.last) === true) return a;
  const interval = new Interval(
    a.interval.low,
    b.interval.high,
    a.interval.lowClosed,
    b.interval.highClosed,
    a.interval.defaultPointType ?? b.interval.defaultPointType,
  );
  return { interval, first: a.first, last: b.last };
};
