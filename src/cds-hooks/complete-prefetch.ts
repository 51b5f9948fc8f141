import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import { CarehookError, messageOf } from '../errors.ts';
import { entriesOf, hasNextPage, isResource, outcomeText } from '../fhir/bundle.ts';
import { type FhirClient, FhirError } from '../fhir/client.ts';
import { searchForms } from '../fhir/search-forms.ts';
import type { Missing } from '../record/record.ts';
import { addDuration } from '../rules/duration.ts';
import type { PrefetchTemplate } from './prefetch-templates.ts';
import type { CdsHooksRequest } from './schema.ts';

/** What a request brought and what was fetched for it. */
export interface CompletedPrefetch {
  readonly entries: readonly BundleEntry[];
  readonly missing: readonly Missing[];
  /** Types that this client or server does not have; for the operator, not for the clinician. */
  readonly limits: readonly string[];
}

/** Pages that are followed, and resources that are taken, before the rest of a type is called missing. */
const mostPages = 50;
const mostResources = 50_000;

/**
 * The data of a service's templates: from the request's prefetch where it is whole, from the FHIR server where not, all
 * types at once. "No data" is null or an empty Bundle; an absent key, an OperationOutcome or a first page of several is
 * not (CDS Hooks 2.0, Prefetch Template).
 *
 * @throws PATIENT_MISMATCH when the prefetched Patient is not the context's
 */
export const completePrefetch = async (
  { prefetch, context }: CdsHooksRequest,
  templates: readonly PrefetchTemplate[],
  client: FhirClient | undefined,
  { signal, today }: { readonly signal: AbortSignal; readonly today: string },
): Promise<CompletedPrefetch> => {
  const parts = await Promise.all(
    templates.map(async (template): Promise<Part> => {
      const sent = prefetch && template.key in prefetch ? readValue(template, prefetch[template.key]) : notSupplied;
      if (sent.lack === undefined || !client) return { template, ...sent };
      const fetched = await fetchType(template, { patientId: context.patientId, today, client, signal });
      // What was sent and is not whole still counts as found.
      return { template, ...fetched, entries: fetched.lack ? [...sent.entries, ...fetched.entries] : fetched.entries };
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
    limits: parts.flatMap(({ template: { type, optional }, lack }) => (optional && lack?.standing ? [type] : [])),
    missing: parts.flatMap(({ template: { type, optional }, lack }) =>
      lack === undefined || (optional && lack.standing) ? [] : [{ what: type, types: [type], reason: lack.reason }],
    ),
  };
};

/** Why something is less than whole; standing when it will be so next time too. */
interface Lack {
  readonly reason: string;
  readonly standing: boolean;
}

interface Value {
  readonly entries: readonly BundleEntry[];
  readonly lack?: Lack;
}

interface Part extends Value {
  readonly template: PrefetchTemplate;
}

const transient = (reason: string): Lack => ({ reason, standing: false });

const notSupplied: Value = { entries: [], lack: { reason: 'not supplied', standing: true } };

const readValue = ({ type }: PrefetchTemplate, value: unknown): Value => {
  if (value === null) return { entries: [] };
  if (!isResource(value))
    return {
      entries: [],
      lack: transient(`expected a ${type} or a Bundle, got ${Array.isArray(value) ? 'an array' : typeof value}`),
    };
  if (value.resourceType === 'OperationOutcome') return { entries: [], lack: transient(outcomeText(value)) };
  if (value.resourceType !== 'Bundle')
    return value.resourceType === type
      ? { entries: [{ resource: value }] }
      : { entries: [], lack: transient(`expected a ${type} or a Bundle, got a ${value.resourceType}`) };
  return readBundle(value);
};

const readBundle = (bundle: Bundle): Value => {
  const entries = entriesOf(bundle);
  for (const entry of entries) {
    const resource = entry.resource as FhirResource;
    if (
      resource.resourceType === 'OperationOutcome' &&
      resource.issue?.some(({ severity }) => /^(error|fatal)$/.test(severity))
    )
      return { entries, lack: transient(outcomeText(resource)) };
  }
  return hasNextPage(bundle) ? { entries, lack: transient('only the first page of several') } : { entries };
};

/** Answers by which a server says that it cannot search so: the next form is tried. */
const refusals: ReadonlySet<number> = new Set([400, 403, 404, 405, 422, 501]);

interface Fetch {
  readonly patientId: string;
  readonly today: string;
  readonly client: FhirClient;
  readonly signal: AbortSignal;
}

const fetchType = async (template: PrefetchTemplate, { patientId, today, client, signal }: Fetch): Promise<Value> => {
  const forms = searchesOf(template, patientId, today);
  let lack: Lack = transient('not asked');
  // A server that has refused a form is not asked in that form again.
  for (let i = client.forms.get(template.type) ?? 0; i < forms.length; i++) {
    try {
      const first = await client.get((forms[i] as string).replace(/\|/g, '%7C'), signal);
      return await readPages(template, first, client, signal);
    } catch (thrown) {
      const refused = thrown instanceof FhirError && refusals.has(thrown.status ?? 0);
      lack = { reason: `not to be had from the FHIR server: ${messageOf(thrown)}`, standing: refused };
      if (!refused) break;
      if (i + 1 < forms.length) client.forms.set(template.type, i + 1);
    }
  }
  return { entries: [], lack };
};

/** The searches by which a server may be asked for what a template brings, best first. */
export const searchesOf = (
  { type, codes, lookBack }: PrefetchTemplate,
  patientId: string,
  today: string,
): readonly string[] =>
  searchForms(type, encodeURIComponent(patientId), {
    ...(codes && { codes }),
    ...(lookBack && { since: addDuration(today, lookBack, -1) }),
  });

const readPages = async (
  template: PrefetchTemplate,
  first: FhirResource,
  client: FhirClient,
  signal: AbortSignal,
): Promise<Value> => {
  const entries: BundleEntry[] = [];
  let page: FhirResource | undefined = first;
  for (let pages = 1; page !== undefined; pages++) {
    const value = readValue(template, page);
    for (const entry of value.entries) entries.push(entry);
    if (page.resourceType !== 'Bundle' || !hasNextPage(page)) return { ...value, entries };
    if (pages === mostPages || entries.length >= mostResources) break;
    try {
      page = await client.nextPage(page, signal);
    } catch (thrown) {
      return { entries, lack: transient(`only the first ${pages} pages: ${messageOf(thrown)}`) };
    }
  }
  return { entries, lack: transient(`more than ${entries.length} resources, the rest was not read`) };
};
