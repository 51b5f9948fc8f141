import type { Bundle, Resource, BundleEntry as ResponseEntry } from 'fhir/r4.js';
import type { BundleEntry } from './bundle-entry.ts';
import { METHOD_ORDER, readEntry } from './bundle-entry.ts';
import { errorIn, FhirError, outcomeOf } from './fhir-error.ts';
import type { Answer } from './interactions.ts';
import { create, existingFor, found, knownType, read, remove, searchType, update } from './interactions.ts';
import { linkReferences } from './link-references.ts';
import { isObject } from './resource.ts';
import type { SearchContext } from './search.ts';
import type { Store, StoredResource } from './store.ts';

/**
 * Processes a batch, each entry by itself, or a transaction, all entries or none; answers in the order of the entries.
 * @throws FhirError for a body that is neither, and for the first entry of a transaction that fails.
 */
export function processBundle(store: Store, body: unknown, context: SearchContext): Bundle<Resource> {
  if (!isObject(body) || body.resourceType !== 'Bundle') {
    throw new FhirError(400, 'invalid', 'expected a Bundle of type batch or transaction', 'resourceType');
  }
  const { type, entry = [] } = body;
  if (type !== 'batch' && type !== 'transaction') {
    const got = JSON.stringify(type) ?? 'none';
    throw new FhirError(400, 'value', `expected type batch or transaction, got ${got.slice(0, 80)}`, 'Bundle.type');
  }
  if (!Array.isArray(entry)) throw new FhirError(400, 'structure', 'expected an array of entries', 'Bundle.entry');
  const entries = type === 'batch' ? batch(store, entry, context) : transaction(store, entry, context);
  return {
    ...{ resourceType: 'Bundle', type: `${type}-response` },
    ...(entries.length === 0 ? {} : { entry: [...entries] }),
  };
}

function batch(store: Store, raw: readonly unknown[], context: SearchContext): readonly ResponseEntry<Resource>[] {
  const answers: ResponseEntry<Resource>[] = [];
  const methods = raw.map((entry) => (isObject(entry) && isObject(entry.request) ? entry.request.method : undefined));
  for (const at of [...raw.keys()].sort((a, b) => rank(methods[a]) - rank(methods[b]))) {
    try {
      answers[at] = responseEntry(perform(store, readEntry(raw[at], context.base), context));
    } catch (error) {
      // A fault of the server's own is not the entry's to answer for.
      if (!(error instanceof FhirError)) throw error;
      const failure = errorIn(`Bundle.entry[${at}]`, error);
      answers[at] = { response: { status: String(failure.status), outcome: outcomeOf(failure) } };
    }
  }
  return answers;
}

function transaction(
  store: Store,
  raw: readonly unknown[],
  context: SearchContext,
): readonly ResponseEntry<Resource>[] {
  const entries = raw.map((entry, at) => located(at, () => readEntry(entry, context.base)));
  refuseTwins(entries);
  return store.atomically(() => {
    const answers: ResponseEntry<Resource>[] = [];
    const run = (methods: readonly string[], work: (entry: BundleEntry, at: number) => Answer) => {
      for (const method of methods) {
        for (const [at, entry] of entries.entries()) {
          if (entry.method === method) answers[at] = responseEntry(located(at, () => work(entry, at)));
        }
      }
    };
    run(['DELETE'], (entry) => perform(store, entry, context));
    // After the deletions, for what was deleted must not be found by ifNoneExist; before the rest, which refers to it.
    const targets = entries.map((entry, at) => located(at, () => targetOf(store, entry, context.base)));
    const byFullUrl = new Map(
      entries.flatMap(({ fullUrl, type }, at) => {
        const id = targets[at]?.id;
        return fullUrl === undefined || id === undefined ? [] : [[fullUrl, `${type}/${id}`]];
      }),
    );
    run(['POST', 'PUT', 'GET'], (entry, at) => {
      const { existing, id } = targets[at] ?? {};
      if (existing !== undefined) return found(existing);
      const resource = linkReferences(entry.resource, byFullUrl);
      return entry.method === 'POST'
        ? create(store, entry.type, resource, id)
        : perform(store, { ...entry, resource }, context);
    });
    return answers;
  });
}

function perform(store: Store, entry: BundleEntry, context: SearchContext): Answer {
  const { method, type, id, query, resource, ifMatch, ifNoneExist } = entry;
  if (method === 'POST') {
    const existing = existingFor(store, knownType(type), ifNoneExist, context.base);
    return existing === undefined ? create(store, type, resource) : found(existing);
  }
  if (id === undefined) return searchType(store, type, new URLSearchParams(query ?? ''), context);
  if (method === 'GET') return read(store, type, id);
  return method === 'PUT' ? update(store, type, id, resource, ifMatch) : remove(store, type, id, ifMatch);
}

interface Target {
  readonly id?: string | undefined;
  readonly existing?: StoredResource;
}

/** What an entry writes to, known before anything is written so that other entries can refer to it. */
function targetOf(store: Store, { method, type, id, ifNoneExist }: BundleEntry, base: string): Target {
  if (method === 'PUT') return { id };
  if (method !== 'POST') return {};
  const existing = existingFor(store, knownType(type), ifNoneExist, base);
  return existing === undefined ? { id: store.newId() } : { id: existing.id, existing };
}

/** Two entries with one identity have no order between them, and references to it two meanings: R4 has them fail. */
function refuseTwins(entries: readonly BundleEntry[]): void {
  const seen = new Set<string>();
  for (const [at, { method, type, id, fullUrl, ifNoneExist }] of entries.entries()) {
    const changed = method !== 'GET' && id !== undefined ? [`${type}/${id}`] : [];
    const conditional = method === 'POST' && ifNoneExist !== undefined ? [`${type}?${ifNoneExist}`] : [];
    const named = (method === 'POST' || method === 'PUT') && fullUrl !== undefined ? [`fullUrl ${fullUrl}`] : [];
    for (const name of [...changed, ...conditional, ...named]) {
      if (seen.has(name)) {
        const words = `expected each identity once in a transaction, got ${name} again`;
        throw errorIn(`Bundle.entry[${at}]`, new FhirError(400, 'invariant', words));
      }
      seen.add(name);
    }
  }
}

function located<T>(at: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof FhirError ? errorIn(`Bundle.entry[${at}]`, error) : error;
  }
}

function responseEntry({ status, resource, stored }: Answer): ResponseEntry<Resource> {
  const words = { 200: '200 OK', 201: '201 Created', 204: '204 No Content' }[status];
  if (stored === undefined) return { ...(resource === undefined ? {} : { resource }), response: { status: words } };
  const { versionId, lastUpdated } = stored.meta;
  const location = `${stored.resourceType}/${stored.id}/_history/${versionId}`;
  return {
    resource: stored,
    response: { status: words, location, etag: `W/"${versionId}"`, lastModified: lastUpdated },
  };
}

function rank(method: unknown): number {
  const at = METHOD_ORDER.indexOf(String(method));
  return at < 0 ? METHOD_ORDER.length : at;
}
