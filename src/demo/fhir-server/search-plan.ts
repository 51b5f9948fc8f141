import { FhirError } from './fhir-error.ts';
import type { Filter } from './filter.ts';
import { filterOf } from './filter.ts';
import { parseReference } from './match-reference.ts';
import type { SearchParam } from './page-token.ts';
import type { SearchParameter } from './search-parameter.ts';
import { searchParametersOf } from './search-parameters.ts';
import { splitUnescaped } from './search-value.ts';
import type { SortKey } from './sort.ts';

/** What a search asks for, checked and ready to run. */
export interface SearchPlan {
  readonly filters: readonly Filter[];
  /** Ids of the patients asked for, when an index can narrow the search to them. */
  readonly patients: readonly string[] | undefined;
  readonly sort: readonly SortKey[];
  readonly includes: readonly { readonly parameter: SearchParameter; readonly target: string | undefined }[];
  readonly count: number;
  readonly countOnly: boolean;
  /** The parameters that were honoured, for the self link. */
  readonly used: readonly SearchParam[];
  /** What was not honoured, in words. */
  readonly ignored: readonly string[];
}

const DEFAULT_COUNT = 50;
const MOST_COUNT = 1000;
/** They change nothing here: a total is always given and JSON is the only format. */
const WITHOUT_EFFECT = new Set(['_total', '_format', '_pretty']);

/**
 * Reads the parameters of a search on one type.
 * @throws FhirError 400 for a value that cannot be read.
 */
export function planSearch(type: string, params: readonly SearchParam[], ownBase: string): SearchPlan {
  const known = searchParametersOf(type);
  const filters: Filter[] = [];
  const sort: SortKey[] = [];
  const includes: SearchPlan['includes'][number][] = [];
  const used: SearchParam[] = [];
  const ignored: string[] = [];
  let patients: readonly string[] | undefined;
  let count = DEFAULT_COUNT;
  let countOnly = false;

  for (const [key, value] of params) {
    const colon = key.indexOf(':');
    const name = colon < 0 ? key : key.slice(0, colon);
    const modifier = colon < 0 ? undefined : key.slice(colon + 1);
    const parameter = known.get(name);
    if (parameter !== undefined) {
      filters.push(filterOf(parameter, modifier, value, ownBase));
      if (name === 'patient' && modifier === undefined) patients = idsIn(value, ownBase);
    } else if (key === '_count') {
      count = countOf(value);
      countOnly ||= count === 0;
    } else if (key === '_summary' && (value === 'count' || value === 'false')) {
      countOnly ||= value === 'count';
    } else if (key === '_sort') {
      const { keys, unknown } = sortKeys(value, known);
      sort.push(...keys);
      ignored.push(...unknown.map((one) => `_sort=${one}`));
      if (keys.length === 0) continue;
    } else if (key === '_include') {
      const include = includeOf(type, value, known);
      if (include === undefined) {
        ignored.push(`_include=${value}`);
        continue;
      }
      includes.push(include);
    } else if (!WITHOUT_EFFECT.has(key)) {
      ignored.push(key === '_summary' ? `_summary=${value}` : key);
      continue;
    }
    used.push([key, value]);
  }
  return { filters, patients, sort, includes, count, countOnly, used, ignored };
}

function idsIn(value: string, ownBase: string): readonly string[] {
  return splitUnescaped(value, ',').flatMap((one) => parseReference(one, ownBase)?.id ?? []);
}

function countOf(value: string): number {
  if (!/^\d+$/.test(value)) {
    throw new FhirError(400, 'value', `_count: expected a whole number from 0, got '${value}'`);
  }
  return Math.min(Number(value), MOST_COUNT);
}

function sortKeys(
  value: string,
  known: ReadonlyMap<string, SearchParameter>,
): { keys: readonly SortKey[]; unknown: readonly string[] } {
  const keys: SortKey[] = [];
  const unknown: string[] = [];
  for (const one of value.split(',')) {
    const descending = one.startsWith('-');
    const parameter = known.get(descending ? one.slice(1) : one);
    if (parameter === undefined) unknown.push(one);
    else keys.push({ parameter, descending });
  }
  return { keys, unknown };
}

function includeOf(
  type: string,
  value: string,
  known: ReadonlyMap<string, SearchParameter>,
): SearchPlan['includes'][number] | undefined {
  const [source, name = '', target, ...rest] = value.split(':');
  const parameter = known.get(name);
  if (source !== type || parameter?.kind !== 'reference' || rest.length > 0) return undefined;
  return { parameter, target };
}
