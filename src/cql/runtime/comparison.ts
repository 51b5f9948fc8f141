import { Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { isTemporal } from './calendar.ts';
import { compareDates } from './date-time.ts';
import { untagged } from './fhir-value.ts';
import { compareQuantities } from './quantity.ts';

/** Which of two values is the smaller: below 0, 0 or above 0; null where they do not compare or are not precise enough. */
export const compare = (a: unknown, b: unknown): number | null => {
  if (a == null || b == null) return null;
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (isTemporal(a) && isTemporal(b)) return a.isDate === b.isDate ? compareDates(a, b) : null;
  if (a instanceof Quantity && b instanceof Quantity) return compareQuantities(a, b);
  if (isWhole(a) && isWhole(b)) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [untagged(a), untagged(b)];
  return left === a && right === b ? null : compare(left, right);
};

const isWhole = (value: unknown): value is bigint | number => typeof value === 'bigint' || typeof value === 'number';

const isUncertain = (value: unknown): value is Uncertainty => value instanceof Uncertainty;

/** Whether the first is certainly less, certainly not less, or neither, where one is a span of possible values. */
const uncertainLess = (a: unknown, b: unknown): boolean | null => {
  const [low, high] = bounds(a);
  const [otherLow, otherHigh] = bounds(b);
  const possible = less(low, otherHigh);
  // An open end of a span is a null, which may be anything.
  const certain = less(high, otherLow);
  return certain === true ? true : possible === false ? false : null;
};

const bounds = (value: unknown): readonly [unknown, unknown] =>
  isUncertain(value) ? [value.low, value.high] : [value, value];

const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);

/** Whether the first is less than the second; null where that is not certain. */
export const less = (a: unknown, b: unknown): boolean | null => {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (isUncertain(a) || isUncertain(b)) return uncertainLess(a, b);
  const compared = compare(a, b);
  return compared === null ? null : compared < 0;
};

/** Whether the first is less than the second or equal to it; null where that is not certain. */
export const lessOrEqual = (a: unknown, b: unknown): boolean | null => {
  if (typeof a === 'number' && typeof b === 'number') return a <= b;
  if (isUncertain(a) || isUncertain(b)) return negated(uncertainLess(b, a));
  const compared = compare(b, a);
  return compared === null ? null : compared >= 0;
};

/** Whether the first is greater than the second; null where that is not certain. */
export const greater = (a: unknown, b: unknown): boolean | null => less(b, a);

/** Whether the first is greater than the second or equal to it; null where that is not certain. */
export const greaterOrEqual = (a: unknown, b: unknown): boolean | null => lessOrEqual(b, a);
