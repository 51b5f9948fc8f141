import type { Dosage, FhirResource } from 'fhir/r4.js';

/** Requests hold null in lists, and one object where the list should be; a null counts as absent everywhere. */
export const listed = <T>(value: T | readonly (T | null)[] | null | undefined): readonly T[] =>
  ([value ?? []].flat() as (T | null)[]).filter((each) => each != null);

/** The dosages of an order, a dispense, a statement or an administration. */
export const dosagesOf = (resource: FhirResource): readonly Dosage[] => {
  const { dosageInstruction, dosage } = resource as { dosageInstruction?: Dosage[]; dosage?: Dosage[] | Dosage };
  return listed(dosageInstruction ?? dosage);
};
