import type { Bundle, BundleEntry, Resource } from 'fhir/r4.js';
import { FhirError, outcome } from './fhir-error.ts';
import { parseReference } from './match-reference.ts';
import type { SearchParam } from './page-token.ts';
import { pageOf, pageToken } from './page-token.ts';
import { isObject, valuesAt } from './resource.ts';
import type { SearchPlan } from './search-plan.ts';
import { planSearch } from './search-plan.ts';
import { sortResources } from './sort.ts';
import type { Store, StoredResource } from './store.ts';

export interface SearchContext {
  /** The FHIR base as the client sees it, without a slash at its end. */
  readonly base: string;
  /** With `Prefer: handling=strict` a parameter that would be ignored is an error. */
  readonly strict: boolean;
}

/**
 * Answers a search on one type with one page of a searchset.
 * @throws FhirError 400 for a value that cannot be read, and for an unknown parameter when strict.
 */
export function search(
  store: Store,
  type: string,
  asked: readonly SearchParam[],
  { base, strict }: SearchContext,
): Bundle<Resource> {
  const token = asked.find(([name]) => name === '_page')?.[1];
  const { params, offset } = token === undefined ? { params: asked, offset: 0 } : pageOf(token);
  const plan = planSearch(type, params, base);
  if (strict && plan.ignored.length > 0) {
    const names = plan.ignored.join(', ');
    throw new FhirError(400, 'not-supported', `expected parameters that search on ${type} knows, got ${names}`);
  }
  const found = matchesOf(store, type, plan);
  const self = token === undefined ? plan.used : [['_page', token] as const];
  const link = [{ relation: 'self', url: urlOf(base, type, self) }];
  const bundle = { resourceType: 'Bundle', type: 'searchset', total: found.length, link } as const;
  if (plan.countOnly) return { ...bundle, ...withEntries(ignoredEntries(type, plan)) };

  const page = sortResources(found, plan.sort).slice(offset, offset + plan.count) as readonly StoredResource[];
  const end = offset + page.length;
  if (end < found.length) {
    const next = pageToken({ params: plan.used, offset: end });
    link.push({ relation: 'next', url: urlOf(base, type, [['_page', next]]) });
  }
  const entries = [
    ...page.map((resource) => entryOf(base, resource, 'match')),
    ...includesOf(store, page, plan, base).map((resource) => entryOf(base, resource, 'include')),
    ...ignoredEntries(type, plan),
  ];
  return { ...bundle, ...withEntries(entries) };
}

/** Gives the current resources that a search matches, in the order of their arrival. */
export function matchesOf(store: Store, type: string, plan: SearchPlan): readonly StoredResource[] {
  return store.list(type, plan.patients).filter((resource) => plan.filters.every((filter) => filter(resource)));
}

function includesOf(
  store: Store,
  page: readonly StoredResource[],
  { includes }: SearchPlan,
  base: string,
): readonly StoredResource[] {
  const found = new Map<string, StoredResource>();
  for (const { parameter, target } of includes) {
    const references = page.flatMap((resource) => parameter.paths.flatMap((path) => valuesAt(resource, path)));
    for (const reference of references) {
      const text = isObject(reference) && typeof reference.reference === 'string' ? reference.reference : '';
      const parts = parseReference(text, base);
      if (parts?.type === undefined || parts.base !== undefined) continue;
      if (target !== undefined && parts.type !== target) continue;
      const resource = store.versions(parts.type, parts.id).at(-1);
      if (resource !== undefined && !page.includes(resource)) found.set(`${parts.type}/${parts.id}`, resource);
    }
  }
  return [...found.values()];
}

function entryOf(base: string, resource: StoredResource, mode: 'match' | 'include'): BundleEntry<Resource> {
  return { fullUrl: `${base}/${resource.resourceType}/${resource.id}`, resource, search: { mode } };
}

function ignoredEntries(type: string, { ignored }: SearchPlan): readonly BundleEntry<Resource>[] {
  if (ignored.length === 0) return [];
  const words = `search on ${type} knows nothing of these and went on without them: ${ignored.join(', ')}`;
  return [{ resource: outcome('warning', 'not-supported', words), search: { mode: 'outcome' } }];
}

/** FHIR forbids empty arrays. */
function withEntries(entries: readonly BundleEntry<Resource>[]): { entry?: BundleEntry<Resource>[] } {
  return entries.length === 0 ? {} : { entry: [...entries] };
}

function urlOf(base: string, type: string, params: readonly SearchParam[]): string {
  const query = new URLSearchParams(params.map(([name, value]): [string, string] => [name, value])).toString();
  return query === '' ? `${base}/${type}` : `${base}/${type}?${query}`;
}
