import type { Library } from 'cql-execution';
import { mendFlatten, mendIntervals, mendSorting } from '../../../src/cql/mend.ts';
import { canonicalSystem } from '../../../src/terminology/systems.ts';

/**
 * A known deviation of stock's, allowed only where it vanishes once this is mended and nothing else: in what stock sees of
 * the record, or in its libraries.
 */
export interface AllowedDifference {
  readonly id: string;
  readonly reason: string;
  /** What stock sees in place of a value of JSON; called from the inside out with the value's key. */
  readonly json?: (key: string, value: unknown) => unknown;
  readonly library?: (library: Library) => void;
}

/** Where stock and ours may differ; all other engines must agree without any of this. */
export const allowedDifferences: readonly AllowedDifference[] = [
  {
    id: 'utc',
    reason: 'a time stored in UTC is read in the clinic’s zone by us, and as it stands by stock',
    json: (_, value) => (typeof value === 'string' && utc.test(value) ? inClinicZone(value) : value),
  },
  {
    id: 'null-coding',
    reason: 'requests hold null among the codings; stock throws, we take it for a coding of which nothing is known',
    json: (key, value) =>
      key === 'coding' && Array.isArray(value) && value.includes(null) ? value.map((each) => each ?? {}) : value,
  },
  {
    id: 'coding-without-list',
    reason: 'requests hold one coding where the list should be; stock throws, we read it as a list of one',
    json: (key, value) => (key === 'coding' && !Array.isArray(value) && value != null ? [value] : value),
  },
  {
    id: 'system',
    reason: 'a code system has several addresses; stock knows the one of the value set, we know them all',
    json: (key, value) => (key === 'system' && typeof value === 'string' ? canonicalSystem(value) : value),
  },
  {
    id: 'sort',
    reason:
      'stock compares dates as text and takes equal ones for unequal, and throws where a list that is sorted holds null',
    library: mendSorting,
  },
  {
    id: 'flatten',
    reason: 'stock gives lists as they are where one of those to flatten is null; we leave the null out',
    library: mendFlatten,
  },
  {
    id: 'intervals',
    reason:
      'of bounds that do not compare stock takes the first one’s; we take the more precise, and the one that is known',
    library: mendIntervals,
  },
];

/** The zone of the evaluation, which has no summer time: stock reads a time without offset in the process's zone of today. */
export const clinicZone = 'Etc/GMT+5';

const utc = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/;

/** The same moment as precisely as it was written. */
const inClinicZone = (text: string): string => {
  const local = text.replace(/(Z|\+00:00)$/, '');
  const shifted = new Date(Date.parse(local.length === 16 ? `${local}:00Z` : `${local}Z`) - 5 * 3_600_000);
  return Number.isNaN(shifted.getTime()) ? text : `${shifted.toISOString().slice(0, local.length)}-05:00`;
};

export interface Mend {
  /** JSON of a record as stock sees it. */
  json<T>(value: T): T;
  /** A value of CQL over the record, with what stands in it of the record as stock sees that. */
  value(value: unknown): unknown;
  /** The allowed differences that changed something. */
  readonly used: ReadonlySet<string>;
}

/** Mends the JSON of one record. */
export const createMend = (allowed: readonly AllowedDifference[]): Mend => {
  const used = new Set<string>();
  const known = new Map<unknown, unknown>();
  const visit = (key: string, each: unknown): unknown => {
    let next = each;
    if (Array.isArray(each)) {
      const items = each.map((item) => visit('', item));
      if (items.some((item, i) => item !== each[i])) next = items;
    } else if (typeof each === 'object' && each !== null) {
      const entries = Object.entries(each).map(([name, item]) => [name, visit(name, item)] as const);
      if (entries.some(([name, item]) => item !== (each as Record<string, unknown>)[name]))
        next = Object.fromEntries(entries);
    }
    for (const { id, json } of allowed) {
      const mended = json ? json(key, next) : next;
      if (mended !== next) used.add(id);
      next = mended;
    }
    if (typeof each === 'object' && next !== each) known.set(each, next);
    return next;
  };
  const substitute = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (known.has(value)) return known.get(value);
    if (Array.isArray(value)) return value.map(substitute);
    if ('resourceType' in value || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, substitute(item)]));
  };
  return { used, value: substitute, json: (value) => visit('', value) as typeof value };
};
