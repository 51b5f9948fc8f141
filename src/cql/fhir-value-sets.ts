import type { ValueSet as FhirValueSet, ValueSetComposeInclude, ValueSetExpansionContains } from 'fhir/r4.js';
import { createCodeSet } from '../terminology/code-set.ts';
import { codesOfExpansion } from '../terminology/expand-value-set.ts';
import { canonicalSystem, codeKey } from '../terminology/systems.ts';
import { compareVersions } from './library-versions.ts';
import type { ValueSet, ValueSets } from './value-sets.ts';

type ValueSetCode = ValueSet['codes'][number];

/** Codes by key, and the systems of which every code belongs to the set; both as `codeKey` has them. */
interface Content {
  readonly codes: ReadonlyMap<string, ValueSetCode>;
  readonly systems: ReadonlySet<string>;
}

/** Where the codes cannot be known; the message is told to whoever needs them. */
class NotExpandable extends Error {}

/**
 * Value sets from FHIR ValueSet resources, by canonical URL (the highest version of each) and by `url|version`: the codes
 * of the expansion where there is one, else of the definition, as far as it can be read without a terminology server. One
 * whose codes cannot be known says so in `notExpandable`.
 */
export const fhirValueSets = (resources: readonly FhirValueSet[]): ValueSets => {
  const byCanonical = new Map<string, FhirValueSet>();
  const lowestFirst = resources.toSorted((a, b) => compareVersions(a.version ?? '', b.version ?? ''));
  for (const resource of lowestFirst) {
    if (!resource.url) continue;
    byCanonical.set(resource.url, resource);
    if (resource.version) byCanonical.set(`${resource.url}|${resource.version}`, resource);
  }
  const made = new Map<FhirValueSet, ValueSet>();
  return new Map(
    [...byCanonical].map(([canonical, resource]) => {
      const set = made.get(resource) ?? toValueSet(resource, byCanonical);
      made.set(resource, set);
      return [canonical, set];
    }),
  );
};

const toValueSet = (resource: FhirValueSet, others: ReadonlyMap<string, FhirValueSet>): ValueSet => {
  const url = resource.url ?? '';
  const title = resource.title ?? resource.name ?? url;
  try {
    const { codes, systems } = contentOf(resource, others, []);
    return {
      url,
      title,
      codes: [...codes.values()],
      ...createCodeSet(codes.values(), systems),
      ...(systems.size > 0 && { systems: [...systems] }),
    };
  } catch (thrown) {
    if (!(thrown instanceof NotExpandable)) throw thrown;
    const notExpandable = `the value set ${url}${resource.version ? `|${resource.version}` : ''} ("${title}"): ${thrown.message}`;
    return { url, title, codes: [], ...createCodeSet([]), notExpandable };
  }
};

const contentOf = (
  resource: FhirValueSet,
  others: ReadonlyMap<string, FhirValueSet>,
  path: readonly FhirValueSet[],
): Content => {
  const { expansion } = resource;
  if (expansion && (expansion.contains || !resource.compose)) {
    const content = expanded(expansion.contains ?? []);
    const count = content.codes.size;
    if (expansion.total !== undefined && count < expansion.total && !hasAbstract(expansion.contains ?? []))
      throw new NotExpandable(`its expansion is a part: ${count} of ${expansion.total} codes`);
    return content;
  }
  if (path.includes(resource)) throw new NotExpandable(`the value sets it is made of include ${resource.url} again`);
  if (!resource.compose) throw new NotExpandable('expected an expansion or a compose, it has neither');
  const read = (includes: readonly ValueSetComposeInclude[] | undefined) =>
    union((includes ?? []).map((include) => included(include, others, [...path, resource])));
  return minus(read(resource.compose.include), read(resource.compose.exclude));
};

const expanded = (contains: readonly ValueSetExpansionContains[]): Content => ({
  codes: codesOfExpansion(contains),
  systems: new Set(),
});

const hasAbstract = (contains: readonly ValueSetExpansionContains[]): boolean =>
  contains.some(({ abstract, contains: inner }) => abstract === true || hasAbstract(inner ?? []));

/** What an include or exclude names: by FHIR the codes that all of its parts have. */
const included = (
  { system, concept, filter, valueSet }: ValueSetComposeInclude,
  others: ReadonlyMap<string, FhirValueSet>,
  path: readonly FhirValueSet[],
): Content => {
  const parts: Content[] = (valueSet ?? []).map((canonical) => {
    const other = others.get(canonical);
    if (!other) throw new NotExpandable(`it is made of ${canonical}, which is not here`);
    return contentOf(other, others, path);
  });
  if (filter && filter.length > 0) {
    const words = filter.map(({ property, op, value }) => `${property} ${op} ${value}`).join(' and ');
    throw new NotExpandable(`its filter "${words}" on ${system} needs a terminology server: expected an expansion`);
  }
  if (concept && concept.length > 0)
    parts.push({
      codes: new Map(
        concept.map(({ code, display }) => [
          codeKey(system, code),
          { system: system ?? '', code, display: display ?? code },
        ]),
      ),
      systems: new Set(),
    });
  else if (system !== undefined)
    parts.push({ codes: new Map(), systems: new Set([canonicalSystem(system) ?? system]) });
  return parts.length === 0 ? nothing : parts.reduce(intersection);
};

const nothing: Content = { codes: new Map(), systems: new Set() };

const union = (contents: readonly Content[]): Content => ({
  codes: new Map(contents.flatMap(({ codes }) => [...codes])),
  systems: new Set(contents.flatMap(({ systems }) => [...systems])),
});

const holds = ({ codes, systems }: Content, [key, { system }]: readonly [string, ValueSetCode]): boolean =>
  codes.has(key) || systems.has(canonicalSystem(system) ?? system);

const intersection = (a: Content, b: Content): Content => ({
  codes: new Map([...[...a.codes].filter((code) => holds(b, code)), ...[...b.codes].filter((code) => holds(a, code))]),
  systems: a.systems.intersection(b.systems),
});

const minus = (from: Content, without: Content): Content => {
  const systems = from.systems.difference(without.systems);
  const excluded = [...without.codes.values()].find(({ system }) => systems.has(canonicalSystem(system) ?? system));
  if (excluded)
    throw new NotExpandable(`it excludes ${excluded.code} from all of ${excluded.system}: expected an expansion`);
  return { codes: new Map([...from.codes].filter((code) => !holds(without, code))), systems };
};
