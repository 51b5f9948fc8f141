import { Interval, Quantity } from 'cql-execution';
import { isTemporal, isTime, precisionOf, type Temporal } from './calendar.ts';
import { untagged } from './fhir-value.ts';
import { closedHigh, closedLow } from './interval.ts';
import { isResource } from './kind.ts';
import { momentMs } from './moment.ts';
import { quantityKey } from './unit-key.ts';

/**
 * A key that equal values share and others do not: for a Set or a Map. Numbers, texts and resources are their own key.
 * Values that may or may not be equal ("2020" and "2020-05") have different keys.
 */
export const distinctKey = (value: unknown): unknown => {
  if (value == null) return null;
  if (typeof value === 'string') return value.startsWith(mark) ? mark + JSON.stringify(value) : value;
  if (typeof value !== 'object' || isResource(value)) return value;
  const bare = untagged(value);
  return bare === value ? mark + keyText(value) : distinctKey(bare);
};

/** Sets keys that were made apart from texts that look like them. */
const mark = '\u0000';

const keyText = (value: unknown): string => {
  if (value == null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}L`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(keyText).join()}]`;
  if (isTemporal(value)) return dateKey(value);
  if (value instanceof Quantity) return `quantity ${quantityKey(value)}`;
  if (value instanceof Interval) return intervalKey(value);
  if (isResource(value)) return `#${numberOf(value)}`;
  const bare = untagged(value);
  return bare === value ? fieldsKey(value) : keyText(bare);
};

/** A field that is null is as good as one that is not there only where both values have it: so the name is kept. */
const fieldsKey = (value: object): string => {
  const fields = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).sort();
  const kind = value.constructor === Object ? '' : (value.constructor?.name ?? '');
  return `${kind}{${names.map((name) => `${JSON.stringify(name)}:${keyText(fields[name])}`).join()}}`;
};

/** Full DateTimes are moments, whatever their offsets; a day, month or year is itself on its own clock. */
const dateKey = (value: Temporal): string => {
  if (!('hour' in value)) return `date ${value}`;
  if (isTime(value)) return `time ${momentMs(value)} ${grain(value)}`;
  return value.hour == null ? `days ${value} ${value.timezoneOffset}` : `moment ${momentMs(value)} ${grain(value)}`;
};

/** Seconds and milliseconds count as one field. */
const grain = (value: Temporal): string => {
  const precision = precisionOf(value);
  return precision === 'second' ? 'millisecond' : (precision ?? '');
};

const intervalKey = (interval: Interval): string => {
  try {
    return `[${keyText(closedLow(interval))},${keyText(closedHigh(interval))}]`;
  } catch {
    // There is nothing before the least value and nothing after the greatest.
    return fieldsKey(interval);
  }
};

// Numbers for resources inside tuples. Held weakly: nothing of a patient stays here.
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

const numberOf = (resource: object): number => {
  const known = numbers.get(resource);
  if (known !== undefined) return known;
  lastNumber += 1;
  numbers.set(resource, lastNumber);
  return lastNumber;
};

type List = readonly unknown[];

/** The list without the elements that equal an earlier one; nulls count as equal. */
export const distinct = (list: List | null): List | null =>
  list == null ? null : list.length < 2 ? list : distinctOf([list]);

/** The elements of all lists, each once, in the order of their first appearance. */
export const distinctOf = (lists: readonly List[]): unknown[] => {
  const doubles = createDoubles();
  const kept: unknown[] = [];
  for (const list of lists) for (const item of list) if (!doubles(item)) kept.push(item ?? null);
  return kept;
};

/**
 * A test for whether a value equals one that it was asked about before. Tuples are told apart by one element that is
 * cheap to compare, and looked at whole only where that is the same.
 */
const createDoubles = (): ((value: unknown) => boolean) => {
  const seen = new Set<unknown>();
  const firsts = new Map<unknown, object | undefined>();
  /** Chosen with the first tuple; null where that has none. */
  let element: string | null | undefined;
  const isSeen = (value: unknown): boolean => {
    const key = distinctKey(value);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  };
  return (value) => {
    if (!isTuple(value)) return isSeen(value);
    if (element === undefined) element = tellingElement(value);
    if (element === null) return isSeen(value);
    const part = cheapKey(value[element]);
    if (!firsts.has(part)) {
      firsts.set(part, value);
      return false;
    }
    const first = firsts.get(part);
    if (first !== undefined) {
      firsts.set(part, undefined);
      isSeen(first);
    }
    return isSeen(value);
  };
};

const isTuple = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !isResource(value);

/** The element by which tuples are most likely told apart; null when none is cheap to compare. */
const tellingElement = (tuple: Readonly<Record<string, unknown>>): string | null => {
  let best: string | null = null;
  let bestWorth = 0;
  for (const name in tuple) {
    const worth = worthOf(tuple[name]);
    if (worth > bestWorth) [best, bestWorth] = [name, worth];
  }
  return best;
};

const worthOf = (value: unknown): number => {
  if (typeof value === 'string') return 2;
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return isResource(value) ? 4 : isTemporal(value) ? 3 : 0;
};

/** The same for equal values; others may share it. */
const cheapKey = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (isResource(value)) return value;
  return isTemporal(value) ? momentMs(value) : undefined;
};

/** A test for whether a list has an element equal to a value; null is in a list that has a null. */
export const membership = (list: List): ((value: unknown) => boolean) => {
  const keys = new Set(list.map(distinctKey));
  return (value) => keys.has(distinctKey(value));
};
