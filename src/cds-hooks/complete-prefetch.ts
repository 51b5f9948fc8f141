import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import { CarehookError, messageOf } from '../errors.ts';
import { entriesOf, hasNextPage, illegibleIn, isError, isResource, outcomeText } from '../fhir/bundle.ts';
import { type FhirClient, FhirError } from '../fhir/client.ts';
import { searchForms } from '../fhir/search-forms.ts';
import { misshapenIn } from '../fhir/shape.ts';
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
  { prefetch, context: { patientId }, fhirServer }: CdsHooksRequest,
  templates: readonly PrefetchTemplate[],
  client: FhirClient | undefined,
  { signal, today }: { readonly signal: AbortSignal; readonly today: string },
): Promise<CompletedPrefetch> => {
  const parts = await Promise.all(
    templates.map(async (template): Promise<Part> => {
      const sent =
        prefetch && Object.hasOwn(prefetch, template.key)
          ? readSent(template, prefetch[template.key], patientId)
          : notSupplied(fhirServer !== undefined && !client);
      if (sent.lack === undefined || !client) return { template, ...sent };
      const fetched = await fetchType(template, { patientId, today, client, signal });
      // What was sent and is not whole still counts as found.
      return { template, ...fetched, entries: fetched.lack ? [...sent.entries, ...fetched.entries] : fetched.entries };
    }),
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
  /** A further page of the same search. */
  readonly more?: boolean;
  readonly lack?: Lack;
}

interface Part extends Value {
  readonly template: PrefetchTemplate;
}

const transient = (reason: string): Lack => ({ reason, standing: false });

const notSupplied = (serverNotListed: boolean): Value => ({
  entries: [],
  lack: {
    reason: serverNotListed ? "not supplied, and this service's settings do not list the FHIR server" : 'not supplied',
    standing: true,
  },
});

/** The value of a prefetch key. */
const readSent = (template: PrefetchTemplate, value: unknown, patientId: string): Value => {
  const sent = readValue(template, value);
  if (template.type !== 'Patient')
    return sent.more && !sent.lack ? { ...sent, lack: transient('only the first page of several') } : sent;
  const ids = patientIdsIn(sent);
  if (ids.length > 0 && !ids.includes(patientId))
    throw new CarehookError(
      'PATIENT_MISMATCH',
      'prefetch.patient: expected the patient that context.patientId names, got another',
    );
  // The patient is there, whatever a client means by null.
  return sent.lack || ids.length > 0 ? sent : { entries: [], lack: transient('prefetch.patient holds no Patient') };
};

const patientIdsIn = ({ entries }: Value): readonly string[] =>
  entries.flatMap(({ resource }) => (resource?.resourceType === 'Patient' ? (resource.id ?? []) : []));

const readValue = ({ type }: PrefetchTemplate, value: unknown): Value => {
  if (value === null) return { entries: [] };
  if (!isResource(value))
    return {
      entries: [],
      lack: transient(`expected a ${type} or a Bundle, got ${Array.isArray(value) ? 'an array' : typeof value}`),
    };
  if (value.resourceType === 'OperationOutcome') return { entries: [], lack: transient(outcomeText(value)) };
  if (value.resourceType === 'Bundle') return withoutMisshapen(readBundle(value));
  return value.resourceType === type
    ? withoutMisshapen({ entries: [{ resource: value }] })
    : { entries: [], lack: transient(`expected a ${type} or a Bundle, got a ${value.resourceType}`) };
};

/** What is not FHIR cannot be judged by; it is left out, and the type is less than whole. */
const withoutMisshapen = (value: Value): Value => {
  const faults: string[] = [];
  const entries = value.entries.filter(({ resource }) => {
    const found = resource && misshapenIn(resource as FhirResource);
    if (found) faults.push(`${resource.resourceType} is not as FHIR has it: ${found.path.join('.')}: ${found.what}`);
    return !found;
  });
  const [first] = faults;
  if (first === undefined) return value;
  const reason = faults.length === 1 ? `a ${first}` : `${faults.length} resources cannot be read, the first a ${first}`;
  return { ...value, entries, lack: value.lack ?? transient(reason) };
};

const readBundle = (bundle: Bundle): Value => {
  const entries = entriesOf(bundle);
  const more = hasNextPage(bundle);
  const illegible = illegibleIn(bundle);
  if (illegible !== undefined) return { entries, more, lack: transient(illegible) };
  for (const entry of entries) {
    const resource = entry.resource as FhirResource;
    if (resource.resourceType === 'OperationOutcome' && isError(resource))
      return { entries, more, lack: transient(outcomeText(resource)) };
  }
  return { entries, more };
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
  const refusedNow: string[] = [];
  let lack: Lack = transient('not asked');
  for (const search of searchesOf(template, patientId, today)) {
    if (client.refused.has(formOf(search))) continue;
    try {
      const first = await client.get(search.replace(/\|/g, '%7C'), signal);
      // Only now is it known that the form was at fault and not the patient's id or the token: it is not tried again.
      for (const form of refusedNow) client.refused.add(form);
      const found = await readPages(template, first, client, signal);
      return template.type === 'Patient' && !found.lack && !patientIdsIn(found).includes(patientId)
        ? { entries: [], lack: transient('the FHIR server gave another patient') }
        : found;
    } catch (thrown) {
      const refused = thrown instanceof FhirError && refusals.has(thrown.status ?? 0);
      lack = { reason: `not to be had from the FHIR server: ${messageOf(thrown)}`, standing: refused };
      if (!refused) break;
      refusedNow.push(formOf(search));
    }
  }
  return { entries: [], lack };
};

/** A search without its values: `Observation?patient&code&_count`. */
const formOf = (search: string): string => search.replace(/=[^&]*/g, '');

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
  let fault: Lack | undefined;
  let page: FhirResource | undefined = first;
  for (let pages = 1; page !== undefined; pages++) {
    const { entries: own, more, lack } = readValue(template, page);
    for (const entry of own) entries.push(entry);
    fault ??= lack;
    if (page.resourceType !== 'Bundle' || !more) return { entries, ...(fault && { lack: fault }) };
    if (pages === mostPages || entries.length >= mostResources) break;
    try {
      page = await client.nextPage(page, signal);
    } catch (thrown) {
      return { entries, lack: transient(`only the first ${pages} pages: ${messageOf(thrown)}`) };
    }
  }
  return { entries, lack: transient(`more than ${entries.length} resources, the rest was not read`) };
};
