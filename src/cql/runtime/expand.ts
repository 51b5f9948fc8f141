import { Date as CqlDate, Interval, Quantity } from 'cql-execution';
import { compareUnits, convertToCQLDateUnit } from 'cql-execution/lib/util/units.js';
import { move } from './add-duration.ts';
import { type Field, fields, isTemporal, precisionOf, type Temporal } from './calendar.ts';
import { collapse } from './collapse.ts';
import { compareDates } from './date-time.ts';
import { decimalDigits, decimalStep, roundToStep } from './decimal.ts';
import { closedHigh, closedLow } from './interval.ts';
import { convertValue, unitOf } from './quantity.ts';

type Maybe<T> = T | null | undefined;

/** An expansion longer than this is a mistake in a rule, and would fill the memory. */
const mostPieces = 1_000_000;

/**
 * The intervals cut into pieces of `per` (one point unless given); of one interval the first points of the pieces. Null
 * where a bound is not known or `per` does not fit the points.
 *
 * @throws Error when the points are of several types or the pieces too many
 */
export const expand = (of: Maybe<Interval | readonly Maybe<Interval>[]>, per?: Maybe<Quantity>): unknown[] | null => {
  if (of == null) return null;
  if (of instanceof Interval) return pieces([of], per)?.map(({ low }) => low as unknown) ?? null;
  return pieces(of.filter((each) => each != null) as Interval[], per);
};

const pieces = (intervals: readonly Interval[], per: Maybe<Quantity>): Interval[] | null => {
  const found: Interval[] = [];
  for (const interval of collapse(intervals, per) ?? []) {
    if (interval.low == null || interval.high == null) return null;
    const some = piecesOf(interval, per);
    if (some === null) return null;
    for (const piece of some) found.push(piece);
  }
  return found;
};

const piecesOf = (interval: Interval, per: Maybe<Quantity>): Interval[] | null => {
  const [low, high] = [closedLow(interval), closedHigh(interval)];
  if (isTemporal(low) && isTemporal(high)) return temporalPieces(low, high, per);
  if (low instanceof Quantity && high instanceof Quantity) return quantityPieces(low, high, per);
  if (typeof low === 'number' && typeof high === 'number')
    return per == null || per.unit == null || per.unit === '' || per.unit === '1'
      ? numberPieces(low, high, per?.value ?? 1, (value) => value)
      : null;
  if (typeof low === 'bigint' && typeof high === 'bigint')
    return numberPieces(Number(low), Number(high), Math.trunc(per?.value ?? 1), BigInt);
  throw new Error('Expand: expected intervals of one type of points');
};

const temporalPieces = (low: Temporal, high: Temporal, per: Maybe<Quantity>): Interval[] | null => {
  const named = per == null ? precisionOf(low) : convertToCQLDateUnit(per.unit);
  const unit = (named === 'week' ? 'day' : named) as Field | undefined;
  const depth = unit === undefined ? -1 : fields.indexOf(unit);
  const count = Math.trunc(per?.value ?? 1) * (named === 'week' ? 7 : 1);
  if (unit === undefined || depth < 0 || (low instanceof CqlDate && depth > 2) || count < 1) return null;
  // Less is known of the bounds than the pieces would say.
  if (low[unit as keyof Temporal] == null || high[unit as keyof Temporal] == null) return [];
  const end = high.reducedPrecision(unit) as Temporal;
  const found: Interval[] = [];
  let first: Temporal | null = low.reducedPrecision(unit) as Temporal;
  while (first !== null) {
    const last: Temporal | null = move(first, count - 1, unit);
    if (last === null || !((compareDates(last, end) ?? 1) <= 0)) break;
    add(found, new Interval(first, last));
    first = move(first, count, unit);
  }
  return found;
};

const add = (found: Interval[], piece: Interval): void => {
  if (found.length >= mostPieces) throw new Error(`Expand: expected at most ${mostPieces} pieces, got more`);
  found.push(piece);
};

const quantityPieces = (low: Quantity, high: Quantity, per: Maybe<Quantity>): Interval[] | null => {
  const [unit, perUnit] = [unitOf(low), per == null ? unitOf(low) : unitOf(per)];
  // The finer of the two units is that of the pieces.
  const finer = (compareUnits(unit, perUnit) ?? 0) > 0 ? perUnit : unit;
  const from = convertValue(low.value, unit, finer);
  const to = convertValue(high.value, unitOf(high), finer);
  const size = convertValue(per?.value ?? 1, perUnit, finer);
  if (from === null || to === null || size === null) return null;
  return numberPieces(from, to, size, (value) => new Quantity(value, finer));
};

const numberPieces = (low: number, high: number, per: number, point: (value: number) => unknown): Interval[] | null => {
  if (!(per > 0)) return null;
  const digits = decimalDigits(per);
  // A bound finer than `per` is cut to its precision; a Decimal has at most eight digits.
  const cut = (value: number) => (digits === 0 ? Math.trunc(value) : roundToStep(value));
  const from = cut(low);
  // One whole number is all that begins with it: 10 per 0.1 is 10.0 to 10.9.
  const isOneWhole = digits > 0 && low === high && Number.isInteger(low);
  const step = digits === 0 ? 1 : isOneWhole ? 10 ** -digits : decimalStep;
  const to = isOneWhole ? roundToStep(low + 1 - step) : cut(high);
  const found: Interval[] = [];
  for (let first = from; ; first = roundToStep(first + per)) {
    const last = roundToStep(first + per - step);
    if (last > to) return found;
    add(found, new Interval(point(first), point(last)));
  }
};
