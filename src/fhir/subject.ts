import type { FhirResource } from 'fhir/r4.js';

/**
 * The reference by which a resource says whose it is, from the elements of the FHIR R4 Patient compartment that this
 * project reads; undefined when the type has none (Medication, Practitioner) or the element is absent.
 */
export const subjectReference = (resource: FhirResource): string | undefined => {
  const { subject, patient, beneficiary } = resource as {
    subject?: { reference?: string };
    patient?: { reference?: string };
    beneficiary?: { reference?: string };
  };
  return (subject ?? patient ?? beneficiary)?.reference;
};
