import { isObject } from './resource.ts';

/** A reference split up: `base` is undefined for our own server, `type` for a bare id. */
export interface ReferenceParts {
  readonly base: string | undefined;
  readonly type: string | undefined;
  readonly id: string;
}

const REFERENCE = /^(?:(.+)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/;
const ID = /^[A-Za-z0-9.-]{1,64}$/;

/** Reads `123`, `Patient/123` or an absolute URL, with or without version; `ownBase` counts as no base. */
export function parseReference(text: string, ownBase: string): ReferenceParts | undefined {
  if (ID.test(text)) return { base: undefined, type: undefined, id: text };
  const match = REFERENCE.exec(text);
  if (match === null) return undefined;
  const [, base, type, id] = match;
  return { base: base === ownBase ? undefined : base, type, id: id ?? '' };
}

/** Tells whether a Reference element leads to what was asked for; a bare id asks for any of the target types. */
export function referenceMatches(
  wanted: ReferenceParts,
  targets: readonly string[],
  element: unknown,
  ownBase: string,
): boolean {
  const found = isObject(element) ? element.reference : undefined;
  const parts = typeof found === 'string' ? parseReference(found, ownBase) : undefined;
  if (parts === undefined || parts.type === undefined) return false;
  if (targets.length > 0 && !targets.includes(parts.type)) return false;
  const sameType = wanted.type === undefined || wanted.type === parts.type;
  return sameType && wanted.id === parts.id && wanted.base === parts.base;
}
