/** The element that says what a resource is about, by resource type: a CodeableConcept, or the beginning of a choice's name. */
export const codedElements = {
  AllergyIntolerance: 'code',
  Condition: 'code',
  DiagnosticReport: 'code',
  Encounter: 'type',
  Immunization: 'vaccineCode',
  Medication: 'code',
  MedicationAdministration: 'medication',
  MedicationDispense: 'medication',
  MedicationRequest: 'medication',
  MedicationStatement: 'medication',
  Observation: 'code',
  Procedure: 'code',
  ServiceRequest: 'code',
} as const satisfies Readonly<Record<string, string>>;

export type CodedType = keyof typeof codedElements;

export const isCodedType = (resourceType: string): resourceType is CodedType =>
  Object.hasOwn(codedElements, resourceType);
