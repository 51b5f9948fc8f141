import type { BundleEntry, CodeableConcept, Coding, FhirResource, Medication, Reference } from 'fhir/r4.js';
import { relativeReference } from '../fhir/reference.ts';
import { codeKey } from '../terminology/systems.ts';

/** Finds `Type/id` for a reference as it stands in the data; undefined when it cannot be brought to that form. */
export type ReferenceResolver = (reference: string) => string | undefined;

/** Resolves by fullUrl first (`urn:uuid:…` and absolute), then by the shape of the URL. */
export const createReferenceResolver = (entries: readonly BundleEntry[]): ReferenceResolver => {
  const byUrl = new Map<string, string>();
  for (const { fullUrl, resource } of entries)
    if (fullUrl && resource?.id) byUrl.set(fullUrl, `${resource.resourceType}/${resource.id}`);
  return (reference) => byUrl.get(reference) ?? relativeReference(reference);
};

/** A copy whose references read `Type/id`; what needs no change is shared with the original. */
export const withRelativeReferences = <T>(value: T, resolve: ReferenceResolver): T => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let items: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const next: unknown = withRelativeReferences(value[i], resolve);
      if (next !== value[i]) {
        items ??= [...value];
        items[i] = next;
      }
    }
    return (items ?? value) as T;
  }
  let copy: Record<string, unknown> | undefined;
  // Not by Object.entries: nearly every resource is gone through and nearly none is changed.
  for (const key in value) {
    const item: unknown = value[key];
    const next =
      key === 'reference' && typeof item === 'string' && !item.startsWith('#')
        ? (resolve(item) ?? item)
        : typeof item === 'object'
          ? withRelativeReferences(item, resolve)
          : item;
    if (next !== item) {
      copy ??= { ...value } as Record<string, unknown>;
      copy[key] = next;
    }
  }
  return (copy ?? value) as T;
};

/** The resources that carry `medication[x]`. */
export type MedicationBearer = FhirResource & {
  medicationCodeableConcept?: CodeableConcept;
  medicationReference?: Reference;
  contained?: FhirResource[];
};

const medicationTypes = new Set([
  'MedicationRequest',
  'MedicationStatement',
  'MedicationAdministration',
  'MedicationDispense',
]);

export const bearsMedication = (resource: FhirResource): resource is MedicationBearer =>
  medicationTypes.has(resource.resourceType);

/**
 * The concept of the medication itself, wherever the resource keeps it: inline, in a contained Medication, or in
 * another resource of the record; undefined when the resource names none or the reference leads nowhere.
 */
export const medicationConcept = (resource: MedicationBearer, find: FindResource): CodeableConcept | undefined => {
  if (resource.medicationCodeableConcept) return resource.medicationCodeableConcept;
  const display = resource.medicationReference?.display;
  return referredMedication(resource, find)?.code ?? (display == null ? undefined : { text: display });
};

/** What a compounded Medication, contained or referred to, lists as its ingredients; those that are Medications by their code. */
export const medicationParts = (resource: MedicationBearer, find: FindResource): readonly CodeableConcept[] => {
  const { ingredient, contained } = referredMedication(resource, find) ?? {};
  const all = [...(resource.contained ?? []), ...((contained ?? []) as FhirResource[])];
  return [ingredient ?? []].flat().flatMap((part) => {
    if (part?.itemCodeableConcept) return [part.itemCodeableConcept];
    if (!part?.itemReference) return [];
    const { reference, display } = part.itemReference;
    const item = lookUp(reference, all, find) as Medication | undefined;
    return item?.code ?? (display == null ? [] : { text: display });
  });
};

type FindResource = (reference: string) => FhirResource | undefined;

const referredMedication = (resource: MedicationBearer, find: FindResource): Medication | undefined => {
  const target = lookUp(resource.medicationReference?.reference, resource.contained, find);
  return target?.resourceType === 'Medication' ? target : undefined;
};

const lookUp = (
  reference: string | undefined,
  contained: readonly FhirResource[] | undefined,
  find: FindResource,
): FhirResource | undefined =>
  reference?.startsWith('#')
    ? contained?.find((each) => each?.id === reference.slice(1))
    : reference
      ? find(reference)
      : undefined;

/** The concept with further codings, none twice. */
export const withCodings = (concept: CodeableConcept, more: readonly Coding[]): CodeableConcept => {
  // Requests hold null among the codings, and one object where the list should be.
  const codings = [concept.coding ?? []].flat().filter((coding) => coding != null);
  const present = new Set(codings.map(({ system, code }) => codeKey(system, code)));
  const added = more.filter(({ system, code }) => !present.has(codeKey(system, code)));
  return added.length === 0 ? concept : { ...concept, coding: [...codings, ...added] };
};
