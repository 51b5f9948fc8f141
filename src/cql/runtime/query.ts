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

/** Each item in another form. */
export const mapList = (
  list: readonly unknown[] | null,
  form: (item: unknown) => unknown,
): readonly unknown[] | null => (list == null ? null : list.map(form));

/** A tuple in another form. */
export const mapTuple = (tuple: unknown, form: (tuple: Readonly<Record<string, unknown>>) => unknown): unknown =>
  tuple == null ? null : form(tuple as Readonly<Record<string, unknown>>);

/** The first that is not null. */
export const firstNonNull = (list: readonly unknown[] | null): unknown => list?.find((item) => item != null) ?? null;

type SortKey = readonly [key: (item: unknown) => unknown, direction: 1 | -1];

/** A sorted copy; what is equal by every key keeps its order. */
export const sortBy = (list: readonly unknown[], by: readonly SortKey[]): readonly unknown[] => {
  if (list.length < 2) return list;
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
