import * as z from 'zod';
import { FhirError } from './fhir-error.ts';

export type SearchParam = readonly [name: string, value: string];

/** A page of a search: what was asked, and how many matches come before it. */
export interface Page {
  readonly params: readonly SearchParam[];
  readonly offset: number;
}

const PAGE = z.object({
  params: z.array(z.tuple([z.string(), z.string()])).readonly(),
  offset: z.int().nonnegative(),
});

/** Writes a page as the opaque value of a `next` link; the link carries all, so the server keeps nothing. */
export function pageToken(page: Page): string {
  return Buffer.from(JSON.stringify(page)).toString('base64url');
}

/**
 * Reads what `pageToken` wrote.
 * @throws FhirError 400 when the value did not come from a `next` link of this server.
 */
export function pageOf(token: string): Page {
  try {
    return PAGE.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw new FhirError(400, 'value', `_page: expected the value of a next link of this server, got '${token}'`);
  }
}
