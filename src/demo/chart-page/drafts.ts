import type { Bundle, Resource } from 'fhir/r4.js';
import { textOf } from './concept.ts';
import type { TransactionEntry } from './ehr-client.ts';

/** An order that is not signed; its id is the browser session's own. */
export interface Draft {
  readonly id: string;
  readonly resource: Resource;
}

interface OrderContext {
  readonly patientId: string;
  /** `Practitioner/id`. */
  readonly user: string;
  readonly now: Date;
}

const rxnorm = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const loinc = 'http://loinc.org';

/** What can be ordered besides medications. */
export const serviceOrders = [
  {
    id: 'fit',
    name: 'Fecal immunochemical test (FIT)',
    coding: {
      system: loinc,
      code: '29771-3',
      display: 'Hemoglobin.gastrointestinal [Presence] in Stool by Immunologic method',
    },
  },
  {
    id: 'colonoscopy',
    name: 'Colonoscopy',
    coding: { system: 'http://snomed.info/sct', code: '73761001', display: 'Colonoscopy' },
  },
  {
    id: 'mammogram',
    name: 'Screening mammogram, both breasts',
    coding: { system: loinc, code: '26175-0', display: 'MG Breast - bilateral Screening' },
  },
  {
    id: 'low-dose-ct',
    name: 'Low-dose CT of the chest for screening',
    coding: { system: loinc, code: '79086-5', display: 'CT Chest for screening WO contrast' },
  },
  {
    id: 'a1c',
    name: 'Hemoglobin A1c',
    coding: { system: loinc, code: '4548-4', display: 'Hemoglobin A1c/Hemoglobin.total in Blood' },
  },
  {
    id: 'inr',
    name: 'INR',
    coding: { system: loinc, code: '6301-6', display: 'INR in Platelet poor plasma by Coagulation assay' },
  },
] as const;

/** A draft of a medication; without a code it is an order in free text. */
export const draftMedication = (
  { code, name }: { readonly code?: string | undefined; readonly name: string },
  context: OrderContext,
): Resource =>
  order('MedicationRequest', context, {
    medicationCodeableConcept: {
      ...(code !== undefined && { coding: [{ system: rxnorm, code, display: name }] }),
      text: name,
    },
  });

/** A draft of one of `serviceOrders`; undefined for another id. */
export const draftService = (id: string, context: OrderContext): Resource | undefined => {
  const service = serviceOrders.find((each) => each.id === id);
  return service && order('ServiceRequest', context, { code: { coding: [service.coding], text: service.name } });
};

const order = (resourceType: string, { patientId, user, now }: OrderContext, elements: object): Resource =>
  ({
    resourceType,
    status: 'draft',
    intent: 'order',
    ...elements,
    subject: { reference: `Patient/${patientId}` },
    authoredOn: now.toISOString(),
    requester: { reference: user },
  }) as unknown as Resource;

/** The resource as a draft of this id. */
export const asDraft = (resource: Resource, id: string): Draft => ({ id, resource: { ...resource, id } });

export const referenceOf = ({ id, resource }: Draft): string => `${resource.resourceType}/${id}`;

/** What a person reads of an order. */
export const orderName = (resource: Resource): string => {
  const { medicationCodeableConcept, medicationReference, code } = resource as unknown as Record<string, object>;
  const reference = (medicationReference as { display?: string } | undefined)?.display;
  return textOf(medicationCodeableConcept ?? code) ?? reference ?? resource.resourceType;
};

/** `context.draftOrders` of a hook. */
export const draftBundle = (drafts: readonly Draft[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: drafts.map(({ resource }) => ({ resource: resource as never })),
});

/** The order as it stands once somebody has signed it. */
export const signed = (resource: Resource): Resource =>
  (resource as { status?: string }).status === 'draft' ? ({ ...resource, status: 'active' } as Resource) : resource;

/** What signing the drafts does on the FHIR server. */
export const signingEntries = (drafts: readonly Draft[]): readonly TransactionEntry[] =>
  drafts.map(({ resource }) => ({ method: 'POST', url: resource.resourceType, resource: signed(resource) }));
