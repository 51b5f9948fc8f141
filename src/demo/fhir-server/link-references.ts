import { FhirError } from './fhir-error.ts';
import { isObject } from './resource.ts';

/**
 * Gives a copy in which every reference to another entry's fullUrl is the reference it stands for.
 * @throws FhirError 400 for a `urn:` reference that no entry has, or a conditional one: stored, it would lead nowhere.
 */
export function linkReferences(value: unknown, byFullUrl: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => linkReferences(item, byFullUrl));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      name === 'reference' && typeof child === 'string' ? linked(child, byFullUrl) : linkReferences(child, byFullUrl),
    ]),
  );
}

function linked(reference: string, byFullUrl: ReadonlyMap<string, string>): string {
  const target = byFullUrl.get(reference);
  if (target !== undefined) return target;
  if (/^urn:/.test(reference)) {
    throw new FhirError(400, 'not-found', `expected an entry with the fullUrl '${reference}', got none`, 'resource');
  }
  if (/^[A-Z][A-Za-z]+\?/.test(reference)) {
    throw new FhirError(400, 'not-supported', `expected Type/id or a fullUrl, got '${reference}'`, 'resource');
  }
  return reference;
}
