import { FhirError } from './fhir-error.ts';
import type { Json } from './resource.ts';
import { isObject } from './resource.ts';

const METHODS = ['DELETE', 'POST', 'PUT', 'GET'] as const;

/** One entry of a batch or transaction, checked; `id` is what its URL names, `query` what follows the question mark. */
export interface BundleEntry {
  readonly method: (typeof METHODS)[number];
  readonly type: string;
  readonly id: string | undefined;
  readonly query: string | undefined;
  readonly fullUrl: string | undefined;
  readonly resource: unknown;
  readonly ifMatch: string | undefined;
  readonly ifNoneExist: string | undefined;
}

/** The order in which R4 wants a transaction processed. */
export const METHOD_ORDER: readonly string[] = METHODS;

/**
 * Reads one entry.
 * @throws FhirError 400 with the element that is wrong.
 */
export function readEntry(entry: unknown, base: string): BundleEntry {
  if (!isObject(entry)) throw new FhirError(400, 'structure', 'expected an entry as a JSON object');
  const { request, resource } = entry;
  if (!isObject(request)) throw new FhirError(400, 'required', 'expected a request with method and url', 'request');
  const method = METHODS.find((known) => known === request.method);
  if (method === undefined) {
    const got = JSON.stringify(request.method) ?? 'none';
    throw new FhirError(400, 'not-supported', `expected one of ${METHODS.join(' ')}, got ${got}`, 'request.method');
  }
  const { type, id, query } = targetOf(method, textOf(request, 'url') ?? '', base);
  if ((method === 'POST' || method === 'PUT') && resource === undefined) {
    throw new FhirError(400, 'required', `expected a resource for ${method}, got none`, 'resource');
  }
  return {
    ...{ method, type, id, query, resource },
    fullUrl: textOf(entry, 'fullUrl'),
    ifMatch: textOf(request, 'ifMatch'),
    ifNoneExist: textOf(request, 'ifNoneExist'),
  };
}

function targetOf(
  method: BundleEntry['method'],
  url: string,
  base: string,
): { type: string; id: string | undefined; query: string | undefined } {
  const relative = url.startsWith(`${base}/`) ? url.slice(base.length + 1) : url;
  const match = /^\/?([A-Z][A-Za-z]+)(?:\/([A-Za-z0-9.-]{1,64}))?(?:\?(.*))?$/.exec(relative);
  const [, type, id, query] = match ?? [];
  const fits = { POST: id === undefined && query === undefined, GET: true }[method as string] ?? id !== undefined;
  if (type === undefined || !fits || (id !== undefined && query !== undefined)) {
    const form = method === 'POST' ? 'Type' : method === 'GET' ? 'Type/id or Type?search' : 'Type/id';
    throw new FhirError(400, 'value', `expected a url of the form ${form} for ${method}, got '${url}'`, 'request.url');
  }
  return { type, id, query };
}

function textOf(object: Json, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new FhirError(400, 'structure', `expected a string, got ${JSON.stringify(value).slice(0, 80)}`, name);
}
