/** Code systems by the short names that value set files use. */
export const codeSystems = {
  LOINC: 'http://loinc.org',
  RXNORM: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  NDC: 'http://hl7.org/fhir/sid/ndc',
  SNOMED: 'http://snomed.info/sct',
  ICD10CM: 'http://hl7.org/fhir/sid/icd-10-cm',
  ICD10PCS: 'http://www.cms.gov/Medicare/Coding/ICD10',
  HCPCS: 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  CVX: 'http://hl7.org/fhir/sid/cvx',
  OBSERVATION_INTERPRETATION: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  DISCHARGE_DISPOSITION: 'http://terminology.hl7.org/CodeSystem/discharge-disposition',
  CONDITION_CLINICAL: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
  CONDITION_VERIFICATION: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
} as const;

/** The system of the codes of units. */
export const ucum = 'http://unitsofmeasure.org';

export type CodeSystemName = keyof typeof codeSystems;

/** The classes of drugs of this project, by the ids of their value sets. */
export const drugClassSystem = 'http://carehook.org/fhir/CodeSystem/drug-class';

/** Other addresses under which EHRs send the same systems; brought to ours before codes are compared. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'urn:oid:2.16.840.1.113883.6.1': codeSystems.LOINC,
    'urn:oid:2.16.840.1.113883.6.88': codeSystems.RXNORM,
    'urn:oid:2.16.840.1.113883.6.69': codeSystems.NDC,
    'urn:oid:2.16.840.1.113883.6.96': codeSystems.SNOMED,
    'urn:oid:2.16.840.1.113883.6.90': codeSystems.ICD10CM,
    'urn:oid:2.16.840.1.113883.6.4': codeSystems.ICD10PCS,
    'urn:oid:2.16.840.1.113883.6.285': codeSystems.HCPCS,
    'urn:oid:2.16.840.1.113883.6.14': codeSystems.HCPCS,
    'urn:oid:2.16.840.1.113883.12.292': codeSystems.CVX,
    // The flags of HL7 v2 table 0078 are those of v3.
    'http://terminology.hl7.org/CodeSystem/v2-0078': codeSystems.OBSERVATION_INTERPRETATION,
    'http://hl7.org/fhir/v2/0078': codeSystems.OBSERVATION_INTERPRETATION,
    'http://www.icd10data.com/icd10pcs': codeSystems.ICD10PCS,
    'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets': codeSystems.HCPCS,
  }),
);

/** The address that this project uses for a code system, whichever of its addresses came. */
export const canonicalSystem = (system: string | undefined): string | undefined =>
  system === undefined ? undefined : (aliases.get(system) ?? system);

/** `system|code`, the key by which codes are compared everywhere. */
export const codeKey = (system: string | undefined, code: string | undefined): string =>
  `${canonicalSystem(system) ?? ''}|${code ?? ''}`;
