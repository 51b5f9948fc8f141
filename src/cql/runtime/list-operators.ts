import { Interval } from 'cql-execution';
import { isTemporal } from './calendar.ts';
import { compare } from './comparison.ts';
import { distinctOf, membership } from './distinct.ts';
import { equal } from './equality.ts';
import { intervalContains } from './interval.ts';
import { intervalExcept, intervalIntersect, intervalUnion } from './interval-algebra.ts';
import { intervalIncludes, intervalProperContains, intervalProperIncludes } from './interval-relations.ts';
import { and, not, or } from './logic.ts';

type List = readonly unknown[];
type Container = List | Interval | null | undefined;

const isList = (value: unknown): value is List => Array.isArray(value);

/** The elements of either list, each once, where a null list has none; of two intervals that meet or overlap, their span. */
export const union = (a: Container, b: Container, type?: string): List | Interval | null => {
  if (isList(a) || isList(b)) return distinctOf([isList(a) ? a : [], isList(b) ? b : []]);
  if (a == null || b == null) return a == null && b == null && type === 'List' ? [] : null;
  return intervalUnion(a, b);
};

/** The elements that both lists have, each once; of two intervals what they share. */
export const intersect = (a: Container, b: Container): List | Interval | null => {
  if (a == null || b == null) return null;
  if (!isList(a) || !isList(b)) return intervalIntersect(a as Interval, b as Interval);
  return distinctOf([a]).filter(membership(b));
};

/** The elements of the first list that are not in the second, each once; of intervals what is left of the first. */
export const except = (a: Container, b: Container): List | Interval | null => {
  if (a == null) return null;
  if (!isList(a)) return b == null ? null : intervalExcept(a, b as Interval);
  if (!isList(b)) return distinctOf([a]);
  const isOther = membership(b);
  return distinctOf([a]).filter((item) => !isOther(item));
};

/** Whether a list has an element equal to the item, or an interval the point; false without a list or interval. */
export const contains = (container: Container, item: unknown, precision?: string): boolean | null => {
  if (container == null) return false;
  return isList(container) ? listContains(container, item) : intervalContains(container, item, precision);
};

/** `contains` with its operands turned round. */
export const isIn = (item: unknown, container: Container, precision?: string): boolean | null =>
  contains(container, item, precision);

const listContains = (list: List, item: unknown): boolean =>
  item == null ? list.some((element) => element == null) : list.some((element) => equal(element, item) === true);

/** Whether a list has the item and another that differs from it, or an interval the point and more than that. */
export const properContains = (container: Container, item: unknown, precision?: string): boolean | null => {
  if (container == null) return false;
  if (!isList(container)) return intervalProperContains(container, item, precision);
  const [isThere, others] = [anyOf(container, (element) => same(element, item)), container];
  return and(
    isThere,
    anyOf(others, (element) => not(same(element, item))),
  );
};

/** `properContains` with its operands turned round. */
export const properIn = (item: unknown, container: Container, precision?: string): boolean | null =>
  properContains(container, item, precision);

/** Nulls are the same as each other; whether a null is the same as something else is not known, unless that is looked for. */
const same = (element: unknown, item: unknown): boolean | null => {
  if (item == null) return element == null;
  if (!isTemporal(element) || !isTemporal(item)) return equal(element, item);
  // Unlike `=`, which counts 10:00:00 for 10:00:00.000, the conformance expressions take it for not precise enough here.
  const compared = compare(element, item);
  return compared === null ? null : compared === 0;
};

const anyOf = (list: List, test: (element: unknown) => boolean | null): boolean | null =>
  list.reduce<boolean | null>((found, element) => (found === true ? true : or(found, test(element))), false);

/** Whether the first list has every element of the second, or the first interval every point of the second. */
export const includes = (a: Container, b: unknown, precision?: string): boolean | null => {
  if (a == null || b == null) return null;
  if (!isList(a)) return b instanceof Interval ? intervalIncludes(a, b, precision) : intervalContains(a, b, precision);
  return isList(b) ? listIncludes(a, b) : listContains(a, b);
};

/** `includes` with its operands turned round. */
export const includedIn = (a: unknown, b: Container, precision?: string): boolean | null => includes(b, a, precision);

const listIncludes = (a: List, b: List): boolean => b.length === 0 || b.every(membership(a));

/** `includes` where the first also has more than the second. */
export const properIncludes = (a: Container, b: unknown, precision?: string): boolean | null => {
  if (a == null || b == null) return null;
  if (isList(a)) return isList(b) ? a.length > b.length && listIncludes(a, b) : properContains(a, b, precision);
  return b instanceof Interval ? intervalProperIncludes(a, b, precision) : intervalProperContains(a, b, precision);
};

/** `properIncludes` with its operands turned round. */
export const properIncludedIn = (a: unknown, b: Container, precision?: string): boolean | null =>
  properIncludes(b, a, precision);
