import type { ValueSetExpansionContains } from 'fhir/r4.js';
import { type FhirClient, FhirError } from '../fhir/client.ts';
import { codeKey } from './systems.ts';

interface ExpansionCode {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

/** The codes of an expansion by their keys. An abstract entry heads a group and is no code that anything is recorded with. */
export const codesOfExpansion = (
  contains: readonly ValueSetExpansionContains[],
): ReadonlyMap<string, ExpansionCode> => {
  const codes = new Map<string, ExpansionCode>();
  const add = ({ system, code, display, abstract, contains: inner }: ValueSetExpansionContains): void => {
    if (code !== undefined && system !== undefined && abstract !== true)
      codes.set(codeKey(system, code), { system, code, display: display ?? code });
    for (const each of inner ?? []) add(each);
  };
  for (const each of contains) add(each);
  return codes;
};

/** How many codes are asked for at once. */
const pageSize = 1_000;

/** More codes than these are no value set that a rule should read. */
const mostCodes = 100_000;

/**
 * The codes of a value set as a terminology server expands it (`ValueSet/$expand`), page by page. Nothing is sent but the
 * value set's canonical URL.
 *
 * @throws FhirError as the client does, and where the expansion is a part, too large, or no expansion
 */
export const expandValueSet = async (
  client: FhirClient,
  canonical: string,
  signal: AbortSignal,
): Promise<readonly ExpansionCode[]> => {
  const [url, version] = canonical.split('|');
  const asked = new URLSearchParams({ url: url ?? '', ...(version && { valueSetVersion: version }) });
  const codes = new Map<string, ExpansionCode>();
  const met = new Set<string>();
  let entries = 0;
  for (;;) {
    const page = await client.get(`ValueSet/$expand?${asked}&offset=${entries}&count=${pageSize}`, signal);
    if (page.resourceType !== 'ValueSet' || !page.expansion)
      throw new FhirError(`expected a ValueSet with its expansion, got ${page.resourceType}`, 200);
    const { contains = [], total, extension = [] } = page.expansion;
    if (!Array.isArray(contains)) throw new FhirError('expected expansion.contains to be a list', 200);
    if (extension.some((each) => /\/valueset-(unclosed|toocostly)$/.test(each.url) && each.valueBoolean !== false))
      throw new FhirError('its expansion is a part: the server says that there are more codes', 200);
    const before = met.size;
    for (const [key, code] of codesOfExpansion(contains)) codes.set(key, code);
    if (codes.size > mostCodes || (total ?? 0) > mostCodes)
      throw new FhirError(`expected at most ${mostCodes} codes, it has ${total ?? 'more'}`, 200);
    const listed = flat(contains);
    entries += listed.length;
    for (const { system, code, display } of listed) met.add(`${codeKey(system, code)}|${display}`);
    if (total !== undefined && entries >= total) return [...codes.values()];
    if (met.size > before) continue;
    // Servers that do not know pages give the same again, or nothing.
    if (total !== undefined) throw new FhirError(`its expansion is a part: ${codes.size} of ${total} codes`, 200);
    return [...codes.values()];
  }
};

const flat = (contains: readonly ValueSetExpansionContains[]): readonly ValueSetExpansionContains[] =>
  contains.flatMap((each) => [each, ...flat(each.contains ?? [])]);
