import type { Resource } from 'fhir/r4.js';

/** An element whose shape nobody has checked: what a client posted, or what a path led to. */
export type Json = { readonly [name: string]: unknown };

/** A resource as this server keeps it: the head is known, the rest is whatever the client sent. */
export type AnyResource = Resource & Json;

/** True for a JSON object, and false for null and for arrays. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gives the values as one flat list, with nothing for undefined and null. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.flatMap(listOf) : [value];
}

/** Gives every value at a dotted path, through arrays, and an empty list where the path leads nowhere. */
export function valuesAt(resource: Json, path: string): readonly unknown[] {
  let values: readonly unknown[] = [resource];
  for (const name of path.split('.')) {
    values = values.flatMap((value) => (isObject(value) ? listOf(value[name]) : []));
  }
  return values;
}

/** Tells whether a value nests deeper than `limit`, without recursing into what may be hostile. */
export function nestsDeeperThan(value: unknown, limit: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
