import { Quantity } from 'cql-execution';
import { isTemporal, precisionOf, type Temporal } from './calendar.ts';
import { compare } from './comparison.ts';
import { untagged } from './fhir-value.ts';
import { momentMs } from './moment.ts';

/**
 * The order of a sort clause: below 0 when the first comes first. Null comes before everything, dates are moments
 * whatever their offsets, and of two that begin alike the less precise comes first.
 */
export const compareForSort = (a: unknown, b: unknown): number => {
  if (a == null || b == null) return a == null ? (b == null ? 0 : -1) : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (isTemporal(a) && isTemporal(b)) return compareMoments(a, b);
  const [left, right] = [untagged(a), untagged(b)];
  if (left !== a || right !== b) return compareForSort(left, right);
  const compared = compare(a, b);
  if (compared !== null) return compared;
  // What does not compare, as litres and grams do not, is at least kept together.
  const [text, other] = [sortText(a), sortText(b)];
  return text < other ? -1 : text > other ? 1 : 0;
};

const compareMoments = (a: Temporal, b: Temporal): number => {
  const difference = momentMs(a) - momentMs(b);
  return difference === 0 ? rank(a) - rank(b) : difference;
};

const ranks = { year: 1, month: 2, day: 3, hour: 4, minute: 5, second: 6, millisecond: 6 } as const;

const rank = (value: Temporal): number => {
  const precision = precisionOf(value);
  return precision === undefined ? 0 : ranks[precision];
};

const sortText = (value: unknown): string =>
  value instanceof Quantity ? `${value.unit} ${value.value}` : String(value);
