import type { BundleEntry, CodeableConcept, FhirResource } from 'fhir/r4.js';
import { buildRecord, type PatientRecord, type RecordInput } from '../../src/record/record.ts';
import { loadVocabulary } from '../../src/rules/vocabulary.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { rulesDir } from './rule-set.ts';

/** The shipped table of drugs. */
export const { vocabulary } = await loadVocabulary(rulesDir);
export const { medications } = vocabulary;

/** The shipped analytes. */
export const { analytes } = (await loadVocabulary(rulesDir)).vocabulary;

export const now = new Date('2026-11-21T10:00:00-05:00');

/** Drugs of the shipped table by the name that tests use for them. */
export const drugs = {
  warfarin: { code: '855332', text: 'warfarin sodium 5 MG Oral Tablet' },
  ibuprofen: { code: '197806', text: 'ibuprofen 600 MG Oral Tablet' },
  naproxen: { code: '198014', text: 'naproxen 500 MG Oral Tablet' },
  omeprazole: { code: '198051', text: 'omeprazole 20 MG Delayed Release Oral Capsule' },
  diclofenacGel: { code: '855633', text: 'diclofenac sodium 0.01 MG/MG Topical Gel' },
  ketorolacDrops: { code: '860107', text: 'ketorolac tromethamine 5 MG/ML Ophthalmic Solution' },
  naproxenEsomeprazole: { code: '994008', text: 'esomeprazole 20 MG / naproxen 500 MG Delayed Release Oral Tablet' },
} as const;

export const concept = (drug: keyof typeof drugs): CodeableConcept => ({
  coding: [{ system: codeSystems.RXNORM, code: drugs[drug].code }],
  text: drugs[drug].text,
});

/** A resource of `Patient/p`; tests give only the elements they are about. */
export const resource = (resourceType: string, elements: object = {}): FhirResource =>
  ({ resourceType, subject: { reference: 'Patient/p' }, ...elements }) as unknown as FhirResource;

export const order = (drug: keyof typeof drugs, elements: object = {}): FhirResource =>
  resource('MedicationRequest', {
    id: drug,
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: concept(drug),
    ...elements,
  });

export interface RecordOptions extends Partial<Omit<RecordInput, 'entries' | 'drafts'>> {
  readonly patient?: object;
  readonly drafts?: readonly FhirResource[];
}

/** The record of `Patient/p`, born in 1960 unless told otherwise. */
export const recordOf = (
  chart: readonly FhirResource[],
  { patient, drafts, ...input }: RecordOptions = {},
): PatientRecord => {
  const entry = (each: FhirResource): BundleEntry => ({ resource: each });
  const record = buildRecord({
    source: 'test',
    patientId: 'p',
    vocabulary,
    now,
    ...input,
    entries: [
      entry({ resourceType: 'Patient', id: 'p', birthDate: '1960-05-17', ...patient } as FhirResource),
      ...chart.map(entry),
    ],
    drafts: (drafts ?? []).map(entry),
  });
  if (!record) throw new Error('the record has no patient');
  return record;
};
