import { Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { greater, less } from './comparison.ts';
import { integerOrNull, longOrNull } from './decimal.ts';
import { distinctKey } from './distinct.ts';
import { type List, measuresOf, ofMeasures, present } from './measures.ts';

/** How many elements are not null. */
export const count = (list: List): number => present(list).length;

/** The sum of what is not null; null of nothing, of units that do not convert, and where it is out of range. */
export const sum = (list: List, type?: string): unknown =>
  fold(
    list,
    type,
    (a, b) => a + b,
    (a, b) => a + b,
  );

/** The product of what is not null, in the unit of the first; null of nothing and where it is out of range. */
export const product = (list: List, type?: string): unknown =>
  fold(
    list,
    type,
    (a, b) => a * b,
    (a, b) => a * b,
  );

const fold = (
  list: List,
  type: string | undefined,
  ofNumbers: (a: number, b: number) => number,
  ofLongs: (a: bigint, b: bigint) => bigint,
): unknown => {
  const items = present(list);
  // One uncertain number is its own sum; of several, what they add up to is not told.
  if (items.length === 1 && items[0] instanceof Uncertainty) return items[0];
  if (items.length > 0 && items.every((item) => typeof item === 'bigint')) return longOrNull(items.reduce(ofLongs));
  return ofMeasures(items, (values) => {
    const result = values.reduce(ofNumbers);
    return type === 'Integer' ? integerOrNull(result) : result;
  });
};

/** The least element; null of nothing and where units do not convert. */
export const min = (list: List): unknown => best(list, less);

/** The greatest element; null of nothing and where units do not convert. */
export const max = (list: List): unknown => best(list, greater);

const best = (list: List, isBetter: (a: unknown, b: unknown) => boolean | null): unknown => {
  const items = present(list);
  const [first] = items;
  if (first instanceof Quantity && measuresOf(items) === undefined) return null;
  let found: unknown = first ?? null;
  for (const item of items) if (isBetter(item, found) === true) found = item;
  return found;
};

/** The element that is there most often; of several the one that comes first. */
export const mode = (list: List): unknown => {
  const counts = new Map<unknown, { readonly item: unknown; times: number }>();
  let found: { readonly item: unknown; times: number } | undefined;
  for (const item of present(list)) {
    const key = distinctKey(item);
    const entry = counts.get(key) ?? { item, times: 0 };
    entry.times += 1;
    counts.set(key, entry);
  }
  for (const entry of counts.values()) if (found === undefined || entry.times > found.times) found = entry;
  return found?.item ?? null;
};

/** Whether all that is not null is true; true of nothing. */
export const allTrue = (list: List): boolean => present(list).every((item) => item === true);

/** Whether anything is true; false of nothing. */
export const anyTrue = (list: List): boolean => present(list).includes(true);
