import type { FhirResource } from 'fhir/r4.js';
import { elementType, type ModelInfo } from '../cql/model-info.ts';
import { subjectReference } from '../fhir/subject.ts';
import type { ReferenceResolver } from '../record/normalise.ts';

/**
 * Whose a resource is: patients by id; `everybody` where its type belongs to no patient (Organization); `unsaid` where
 * the type says whose it is and this one does not.
 */
export type Owner = readonly string[] | 'everybody' | 'unsaid';

/** Finds the owner by the resource's subject, else by the patients it refers to anywhere (Task.for, Appointment). */
export const ownerOf = (resource: FhirResource, resolve: ReferenceResolver, model: ModelInfo): Owner => {
  if (resource.resourceType === 'Patient') return resource.id === undefined ? 'unsaid' : [resource.id];
  const subject: unknown = subjectReference(resource);
  if (typeof subject === 'string') return patientIn(subject, resolve);
  const referred = new Set<string>();
  collect(resource, resolve, referred);
  if (referred.size > 0) return [...referred];
  return belongsToPatients(model, resource.resourceType) ? 'unsaid' : 'everybody';
};

/** Whether resources of a type say whose they are. */
export const belongsToPatients = (model: ModelInfo, resourceType: string): boolean =>
  ['subject', 'patient', 'beneficiary'].some(
    (element) => elementType(model, `FHIR.${resourceType}`, element) === 'FHIR.Reference',
  );

const patientIn = (reference: string, resolve: ReferenceResolver): readonly string[] => {
  const [type, id] = (resolve(reference) ?? reference).split('/');
  return type === 'Patient' && id ? [id] : [];
};

const collect = (value: unknown, resolve: ReferenceResolver, found: Set<string>): void => {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value))
    if (key === 'reference' && typeof item === 'string') for (const id of patientIn(item, resolve)) found.add(id);
    else collect(item, resolve, found);
};
