import { equal } from './equality.ts';

type List = readonly unknown[] | null | undefined;

/** Whether the list has an element that is not null. */
export const exists = (list: List): boolean => {
  if (list == null) return false;
  for (const item of list) if (item != null) return true;
  return false;
};

/** The first element, which may be null. */
export const first = (list: List): unknown => list?.[0] ?? null;

/** The last element, which may be null. */
export const last = (list: List): unknown => list?.at(-1) ?? null;

/** The element of a list, or the character of a text, at a position counted from 0; null where there is none. */
export const indexer = (of: List | string, index: number | null | undefined): unknown =>
  of == null || index == null || index < 0 ? null : (of[index] ?? null);

/** How many elements a list or characters a text has; of a null list (`type` 'List') 0, of a null text null. */
export const length = (of: List | string, type?: string): number | null =>
  of == null ? (type === 'List' ? 0 : null) : of.length;

/** Where an element stands in a list, counted from 0; −1 where it does not. */
export const indexOf = (list: List, element: unknown): number | null => {
  if (list == null || element == null) return null;
  for (let i = 0; i < list.length; i++) if (equal(list[i], element) === true) return i;
  return -1;
};

/** The elements from a position up to another, which is left out; an impossible span is empty. */
export const slice = (list: List, start?: number | null, end?: number | null): readonly unknown[] | null => {
  if (list == null) return null;
  const [from, to] = [start ?? 0, end ?? list.length];
  return from < 0 || to < from ? [] : list.slice(from, to);
};

/** The elements of all lists in a list, null lists left out; a list of anything else as it is. */
export const flatten = (list: List): readonly unknown[] | null => {
  if (list == null) return null;
  return list.every((item) => item == null || Array.isArray(item)) ? list.flatMap((item) => item ?? []) : list;
};

/**
 * The only element, or null where there is none.
 *
 * @throws Error when there are several
 */
export const singletonFrom = (list: List): unknown => {
  if (list == null) return null;
  if (list.length > 1) throw new Error(`SingletonFrom: expected at most one element, got ${list.length}`);
  return list[0] ?? null;
};

/** The value as a list of one; no value as a list of none. */
export const toList = (value: unknown): readonly unknown[] => (value == null ? [] : [value]);
