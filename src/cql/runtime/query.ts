import { DateTime } from 'cql-execution';
import { instantMs } from './calendar.ts';
import type { EvaluationState } from './evaluation.ts';
import { compareForSort } from './sort.ts';

/** Whether a condition holds for any item; every item tried is counted as work. */
export const some = (
  list: readonly unknown[] | null,
  condition: (item: unknown) => boolean,
  e: EvaluationState,
): boolean => {
  if (list == null) return false;
  for (const item of list) {
    if (--e.work < 0) e.exhausted();
    if (condition(item)) return true;
  }
  return false;
};

/** What the first item for which a condition holds gives; null where there is none. Every item tried is counted. */
export const firstWhere = (
  list: readonly unknown[] | null,
  condition: (item: unknown) => boolean,
  result: (item: unknown) => unknown,
  e: EvaluationState,
): unknown => {
  if (list == null) return null;
  for (const item of list) {
    if (--e.work < 0) e.exhausted();
    if (condition(item)) return result(item) ?? null;
  }
  return null;
};

/** Items by the text or number that a join compares; what is null joins with nothing. */
export const indexBy = (
  list: readonly unknown[] | null,
  key: (item: unknown) => unknown,
  e: EvaluationState,
): ReadonlyMap<unknown, readonly unknown[]> => {
  const index = new Map<unknown, unknown[]>();
  for (const item of list ?? []) {
    if (--e.work < 0) e.exhausted();
    const at = key(item);
    if (at == null) continue;
    const items = index.get(at);
    if (items) items.push(item);
    else index.set(at, [item]);
  }
  return index;
};

/** The items that a row is joined with. */
export const joined = (index: ReadonlyMap<unknown, readonly unknown[]>, key: unknown): readonly unknown[] =>
  (key == null ? undefined : index.get(key)) ?? [];

/** Each item of a list in another form; null for what is no list, which a choice may hold. */
export const mapList = (list: unknown, form: (item: unknown) => unknown): readonly unknown[] | null =>
  Array.isArray(list) ? list.map((item) => form(item)) : null;

/** A tuple in another form; null for what is no tuple. */
export const mapTuple = (tuple: unknown, form: (tuple: Readonly<Record<string, unknown>>) => unknown): unknown =>
  typeof tuple === 'object' && tuple !== null ? form(tuple as Readonly<Record<string, unknown>>) : null;

/** The first that is not null. */
export const firstNonNull = (list: readonly unknown[] | null): unknown => list?.find((item) => item != null) ?? null;

const sortByOne = (list: readonly unknown[], [key, direction]: SortKey): readonly unknown[] => {
  const rows = list.map((item) => ({ item, key: key(item), at: 0 }));
  // Moments to the second are numbers, which sort quickest; what is equal so far is looked at whole.
  const areMoments = rows.every(({ key: each }) => isFullMoment(each));
  if (areMoments) for (const row of rows) row.at = instantMs(row.key as DateTime);
  rows.sort((a, b) => (a.at - b.at || compareForSort(a.key, b.key)) * direction);
  return rows.map(({ item }) => item);
};

const isFullMoment = (value: unknown): boolean => value instanceof DateTime && value.second !== null && !value.isTime();

type SortKey = readonly [key: (item: unknown) => unknown, direction: 1 | -1];

/** A sorted copy; what is equal by every key keeps its order. */
export const sortBy = (list: readonly unknown[], by: readonly SortKey[]): readonly unknown[] => {
  if (list.length < 2) return list;
  const [only] = by;
  if (only && by.length === 1) return sortByOne(list, only);
  const rows = list.map((item) => ({ item, keys: by.map(([key]) => key(item)) }));
  rows.sort((a, b) => {
    for (let i = 0; i < by.length; i++) {
      const order = compareForSort(a.keys[i], b.keys[i]) * (by[i] as SortKey)[1];
      if (order !== 0) return order;
    }
    return 0;
  });
  return rows.map(({ item }) => item);
};
