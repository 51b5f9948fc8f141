import type { FhirResource, Resource } from 'fhir/r4.js';
import { type CdsService, servicesOf } from '../../src/cds-hooks/discovery.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';

export const hookInstance = 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea';
const rxnorm = 'http://www.nlm.nih.gov/research/umls/rxnorm';

/** The service of a rule set at a hook. */
export const serviceAt = (ruleSet: RuleSet, hook: string): CdsService => {
  const service = servicesOf(ruleSet).find((each) => each.hook === hook);
  if (!service) throw new Error(`no service at ${hook}`);
  return service;
};

export const resource = (resourceType: string, id: string, elements: object = {}): FhirResource =>
  ({ resourceType, id, ...elements }) as unknown as FhirResource;

/** A woman of 56, for whom screening for colorectal cancer is overdue when nothing else is on record. */
export const patient = (id = 'p', elements: object = {}): FhirResource =>
  resource('Patient', id, { gender: 'female', birthDate: '1970-03-04', ...elements });

export const subjectOf = (patientId: string) => ({ subject: { reference: `Patient/${patientId}` } });

/** A colonoscopy that covers at the moment of the tests. */
export const colonoscopy = (patientId = 'p', elements: object = {}): FhirResource =>
  resource('Procedure', `${patientId}-colonoscopy`, {
    status: 'completed',
    ...subjectOf(patientId),
    code: { coding: [{ system: 'http://snomed.info/sct', code: '73761001', display: 'Colonoscopy' }] },
    performedDateTime: '2022-05-09',
    ...elements,
  });

export const drug = (code: string, display: string) => ({
  medicationCodeableConcept: { coding: [{ system: rxnorm, code, display }], text: display },
});
export const warfarinTablet = drug('855332', 'warfarin sodium 5 MG Oral Tablet');
const ibuprofenTablet = drug('197806', 'ibuprofen 600 MG Oral Tablet');

/** Warfarin that the patient takes. */
export const warfarin = (patientId = 'p', elements: object = {}): FhirResource =>
  resource('MedicationRequest', `${patientId}-warfarin`, {
    status: 'active',
    intent: 'order',
    ...subjectOf(patientId),
    ...warfarinTablet,
    authoredOn: '2026-06-01',
    ...elements,
  });

/** A draft of ibuprofen. */
export const ibuprofen = (patientId = 'p', elements: object = {}): FhirResource =>
  resource('MedicationRequest', 'draft-1', {
    status: 'draft',
    intent: 'order',
    ...subjectOf(patientId),
    ...ibuprofenTablet,
    ...elements,
  });

export const searchset = (resources: readonly Resource[], link?: readonly object[]) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  total: resources.length,
  ...(resources.length > 0 && { entry: resources.map((each) => ({ resource: each })) }),
  ...(link && { link }),
});

/** Every key of a service's templates, filled from a chart. */
export const prefetchOf = (service: CdsService, chart: readonly Resource[]): Record<string, unknown> =>
  Object.fromEntries(
    service.prefetch.map(({ key, type }) => {
      const own = chart.filter(({ resourceType }) => resourceType === type);
      return [key, type === 'Patient' ? own[0] : searchset(own)];
    }),
  );

export type RequestBody = {
  hook: string;
  hookInstance: string;
  fhirServer?: string;
  fhirAuthorization?: object;
  context: Record<string, unknown>;
  prefetch?: Record<string, unknown>;
};

/** A request for Patient/p from a practitioner, without prefetch unless given. */
export const requestAt = (hook: string, { context, ...elements }: Partial<RequestBody> = {}): RequestBody => ({
  hook,
  hookInstance,
  ...elements,
  context: { userId: 'Practitioner/dr-okoye', patientId: 'p', encounterId: 'e', ...context },
});

export const draftsOf = (...drafts: readonly Resource[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: drafts.map((each) => ({ resource: each })),
});

export const patientView = (elements?: Partial<RequestBody>): RequestBody => requestAt('patient-view', elements);

export const orderSign = (drafts: readonly Resource[], { context, ...elements }: Partial<RequestBody> = {}) =>
  requestAt('order-sign', { ...elements, context: { draftOrders: draftsOf(...drafts), ...context } });

export const orderSelect = (drafts: readonly Resource[], { context, ...elements }: Partial<RequestBody> = {}) =>
  requestAt('order-select', {
    ...elements,
    context: {
      selections: drafts.map(({ resourceType, id }) => `${resourceType}/${id}`),
      draftOrders: draftsOf(...drafts),
      ...context,
    },
  });

/** What an EHR gives with a token for one patient. */
export const authorization = (token: string, elements: object = {}) => ({
  access_token: token,
  token_type: 'Bearer',
  expires_in: 300,
  scope: 'patient/*.read',
  subject: 'carehook',
  patient: 'p',
  ...elements,
});
