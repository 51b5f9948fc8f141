import type { Resource } from 'fhir/r4.js';
import { FhirError } from './fhir-error.ts';
import type { AnyResource } from './resource.ts';
import { isObject } from './resource.ts';
import type { SearchContext } from './search.ts';
import { matchesOf, search } from './search.ts';
import { RESOURCE_TYPES } from './search-parameters.ts';
import { planSearch } from './search-plan.ts';
import type { Store, StoredResource } from './store.ts';

/** The answer to one interaction, the same by itself and inside a Bundle. */
export interface Answer {
  readonly status: 200 | 201 | 204;
  readonly resource?: Resource;
  /** The resource and version that the answer is about; absent for searches and deletions. */
  readonly stored?: StoredResource;
}

const ID = /^[A-Za-z0-9.-]{1,64}$/;

/** @throws FhirError 404 for a type this server does not keep. */
export function knownType(type: string): string {
  if (RESOURCE_TYPES.includes(type)) return type;
  throw new FhirError(404, 'not-supported', `expected a resource type listed in /metadata, got '${type}'`);
}

/**
 * Reads the current version, or the one asked for.
 * @throws FhirError 404 when there never was one, 410 when it was deleted.
 */
export function read(store: Store, type: string, id: string, versionId?: string): Answer {
  const versions = store.versions(knownType(type), id);
  const at = versionId === undefined ? versions.length - 1 : /^\d{1,9}$/.test(versionId) ? Number(versionId) - 1 : -1;
  const name = versionId === undefined ? `${type}/${id}` : `${type}/${id}/_history/${versionId}`;
  if (at < 0 || at >= versions.length) throw new FhirError(404, 'not-found', `expected a known resource, got ${name}`);
  const stored = versions[at];
  if (stored === undefined) throw new FhirError(410, 'deleted', `${name} has been deleted`);
  return { status: 200, resource: stored, stored };
}

/**
 * Creates a resource under an id of the server's, or under one of the server's that was promised before.
 * @throws FhirError 400 for a body that is not of this type.
 */
export function create(store: Store, type: string, body: unknown, promised?: string): Answer {
  const resource = checkedResource(knownType(type), body);
  const stored = store.put(type, promised ?? store.newId(), resource);
  return { status: 201, resource: stored, stored };
}

/** Answers a conditional create that found its resource already there. */
export function found(stored: StoredResource): Answer {
  return { status: 200, resource: stored, stored };
}

/**
 * Finds the one resource that a conditional create would find, or none.
 * @throws FhirError 400 for a search it cannot honour in full, 412 when several match.
 */
export function existingFor(
  store: Store,
  type: string,
  ifNoneExist: string | undefined,
  base: string,
): StoredResource | undefined {
  if (ifNoneExist === undefined) return undefined;
  const query = ifNoneExist.slice(ifNoneExist.indexOf('?') + 1);
  const plan = planSearch(type, [...new URLSearchParams(query)], base);
  // Ignoring a criterion here would take a stranger for the resource that is meant.
  if (plan.filters.length === 0 || plan.ignored.length > 0) {
    throw new FhirError(400, 'invalid', `ifNoneExist: expected search parameters of ${type}, got '${ifNoneExist}'`);
  }
  const [first, second] = matchesOf(store, type, plan);
  if (second === undefined) return first;
  throw new FhirError(
    412,
    'multiple-matches',
    `ifNoneExist: expected at most one ${type}, '${ifNoneExist}' has several`,
  );
}

/**
 * Stores a new version under this id, the first one too.
 * @throws FhirError 400 for a body with another type or id, 412 when `ifMatch` is not the current version.
 */
export function update(store: Store, type: string, id: string, body: unknown, ifMatch: string | undefined): Answer {
  const resource = checkedResource(knownType(type), body);
  if (!ID.test(id)) {
    throw new FhirError(400, 'value', `expected an id of 1 to 64 letters, digits, '-' and '.', got '${id}'`);
  }
  if (resource.id !== id) {
    throw new FhirError(
      400,
      'invariant',
      `expected the id of the URL, '${id}', got '${String(resource.id)}'`,
      `${type}.id`,
    );
  }
  const before = store.versions(type, id).at(-1);
  checkVersion(before, `${type}/${id}`, ifMatch);
  const stored = store.put(type, id, resource);
  return { status: before === undefined ? 201 : 200, resource: stored, stored };
}

/**
 * Deletes a resource; one that is not there stays so, and that is no error.
 * @throws FhirError 412 when `ifMatch` is not the current version.
 */
export function remove(store: Store, type: string, id: string, ifMatch: string | undefined): Answer {
  const before = store.versions(knownType(type), id).at(-1);
  checkVersion(before, `${type}/${id}`, ifMatch);
  if (before !== undefined) store.remove(type, id);
  return { status: 204 };
}

/** Answers a search on one type. */
export function searchType(store: Store, type: string, query: URLSearchParams, context: SearchContext): Answer {
  return { status: 200, resource: search(store, knownType(type), [...query], context) };
}

function checkVersion(stored: StoredResource | undefined, name: string, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  const wanted = /^\s*(?:W\/)?"?([^"]*)"?\s*$/.exec(ifMatch)?.[1];
  const got = stored?.meta.versionId;
  if (got !== undefined && (wanted === got || wanted === '*')) return;
  const now = got === undefined ? 'is not there' : `is at version ${got}`;
  throw new FhirError(412, 'conflict', `${name}: If-Match expected version ${wanted ?? ifMatch}, the resource ${now}`);
}

function checkedResource(type: string, body: unknown): AnyResource {
  if (!isObject(body))
    throw new FhirError(400, 'structure', `expected a ${type} as a JSON object, got ${kindOf(body)}`);
  if (body.resourceType !== type) {
    const got = JSON.stringify(body.resourceType) ?? 'none';
    throw new FhirError(400, 'invalid', `expected resourceType '${type}', got ${got.slice(0, 80)}`, 'resourceType');
  }
  if (body.meta !== undefined && !isObject(body.meta)) {
    throw new FhirError(400, 'structure', `expected an object, got ${kindOf(body.meta)}`, `${type}.meta`);
  }
  return body as AnyResource;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
