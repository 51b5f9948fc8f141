import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import { CarehookError, messageOf } from '../errors.ts';
import { entriesOf, hasNextPage, isResource, outcomeText } from '../fhir/bundle.ts';
import type { FhirClient } from '../fhir/client.ts';
import type { Missing } from '../record/record.ts';
import type { PrefetchTemplate } from './prefetch-templates.ts';
import type { CdsHooksRequest } from './schema.ts';

/** What a request brought and what was fetched for it. */
export interface CompletedPrefetch {
  readonly entries: readonly BundleEntry[];
  readonly missing: readonly Missing[];
}

/**
 * The data of a service's templates: from the request's prefetch where it is whole, from the FHIR server where not.
 * "No data" is null or an empty Bundle; an absent key, an OperationOutcome or a first page of several is not.
 *
 * @throws PATIENT_MISMATCH when the prefetched Patient is not the context's
 */
export const completePrefetch = async (
  { prefetch, context }: CdsHooksRequest,
  templates: readonly PrefetchTemplate[],
  client: FhirClient | undefined,
  signal: AbortSignal,
): Promise<CompletedPrefetch> => {
  const parts = await Promise.all(
    templates.map(async (template): Promise<Part> => {
      const sent = prefetch && template.key in prefetch ? readValue(template, prefetch[template.key]) : notSupplied;
      if (sent.reason === undefined || !client) return { template, ...sent };
      try {
        const answer = await client.get(fill(template.query, context), signal);
        return { template, ...(await readPages(template, answer, client, signal)) };
      } catch (thrown) {
        return { template, entries: sent.entries, reason: `not to be had from the FHIR server: ${messageOf(thrown)}` };
      }
    }),
  );
  const patients = parts.flatMap(({ template, entries }) =>
    template.type === 'Patient' ? entries.flatMap(({ resource }) => resource?.id ?? []) : [],
  );
  if (patients.length > 0 && !patients.includes(context.patientId))
    throw new CarehookError(
      'PATIENT_MISMATCH',
      'prefetch.patient: expected the patient that context.patientId names, got another',
    );
  return {
    entries: parts.flatMap(({ entries }) => entries),
    missing: parts.flatMap(({ template: { type }, reason }) =>
      reason === undefined ? [] : [{ what: type, types: [type], reason }],
    ),
  };
};

interface Value {
  readonly entries: readonly BundleEntry[];
  /** Why this is less than the whole; undefined when it is whole. */
  readonly reason?: string;
}

interface Part extends Value {
  readonly template: PrefetchTemplate;
}

const notSupplied: Value = { entries: [], reason: 'not supplied' };

const readValue = ({ type }: PrefetchTemplate, value: unknown): Value => {
  if (value === null) return { entries: [] };
  if (!isResource(value))
    return {
      entries: [],
      reason: `expected a ${type} or a Bundle, got ${Array.isArray(value) ? 'an array' : typeof value}`,
    };
  if (value.resourceType === 'OperationOutcome') return { entries: [], reason: outcomeText(value) };
  if (value.resourceType !== 'Bundle')
    return value.resourceType === type
      ? { entries: [{ resource: value }] }
      : { entries: [], reason: `expected a ${type} or a Bundle, got a ${value.resourceType}` };
  return readBundle(value);
};

/** Pages that are followed before the rest is called missing. */
const mostPages = 50;

const readPages = async (
  template: PrefetchTemplate,
  first: FhirResource,
  client: FhirClient,
  signal: AbortSignal,
): Promise<Value> => {
  const entries: BundleEntry[] = [];
  let page: FhirResource | undefined = first;
  for (let pages = 0; page !== undefined; pages++) {
    const value = readValue(template, page);
    entries.push(...value.entries);
    if (page.resourceType !== 'Bundle' || !hasNextPage(page)) return { ...value, entries };
    if (pages === mostPages) break;
    try {
      page = await client.nextPage(page, signal);
    } catch (thrown) {
      return { entries, reason: `only the first pages: ${messageOf(thrown)}` };
    }
  }
  return { entries, reason: `more than ${mostPages} pages` };
};

const readBundle = (bundle: Bundle): Value => {
  const entries = entriesOf(bundle);
  const failure = entries
    .map(({ resource }) => resource as FhirResource)
    .find(
      (resource) =>
        resource.resourceType === 'OperationOutcome' &&
        (resource.issue ?? []).some(({ severity }) => severity === 'error' || severity === 'fatal'),
    );
  if (failure?.resourceType === 'OperationOutcome') return { entries, reason: outcomeText(failure) };
  return hasNextPage(bundle) ? { entries, reason: 'only the first page of several' } : { entries };
};

/** The query with the context's fields in place of its tokens. */
const fill = (query: string, context: CdsHooksRequest['context']): string =>
  query
    .replace(/\{\{context\.(\w+)\}\}/g, (_, field: string) => encodeURIComponent(String(context[field] ?? '')))
    .replace(/\|/g, '%7C');
