import type { FhirResource } from 'fhir/r4.js';

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Codes as often as a primary care record has them: mostly panels and vital signs, the rules' own now and then. */
const labs =
  `2345-7 718-7 6690-2 2160-0 2823-3 2951-2 2075-0 2028-9 3094-0 17861-6 1975-2 1742-6 1920-8 6768-6 2885-2 1751-7 789-8
  787-2 785-6 786-4 777-3 4544-3 8480-6 8462-4 8867-4 9279-1 8310-5 29463-7 8302-2 39156-5 2093-3 2571-8 2085-9 13457-7 4548-4
  3016-3 6301-6 29771-3 5902-2 2132-9`.split(/\s+/);
const procedures =
  `430193006 428191000124101 117015009 763302001 171207006 710824005 710841007 73761001 24623002 269828009
  252160004 399208008 415070008 76601001 65710008 1225002 44608003 274474001 371908008 228557008`.split(/\s+/);
const problems = 'I10 E11.9 M54.50 J45.909 E78.5 K21.9 F41.9 G47.33 N39.0 J06.9 M17.11 E03.9'.split(' ');
const reports = '58410-2 24323-8 57698-3 24356-8 5792-7 24627-2 28022-2 30746-2'.split(' ');

/** Resources of about 800 bytes as an EHR sends them, in proportions like those of a primary care record. */
export const generateRecord = (patientId: string, count: number, seed = 1): readonly FhirResource[] => {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const day = () =>
    `${2008 + Math.floor(random() * 18)}-${pad(1 + Math.floor(random() * 12))}-${pad(1 + Math.floor(random() * 28))}`;
  const subject = { reference: `Patient/${patientId}` };
  const make = (i: number): FhirResource => {
    const common = {
      id: `r${i}`,
      meta: {
        versionId: '1',
        lastUpdated: `${day()}T10:00:00.000Z`,
        profile: ['http://hl7.org/fhir/us/core/StructureDefinition/us-core'],
      },
      text: {
        status: 'generated' as const,
        div: `<div xmlns="http://www.w3.org/1999/xhtml">${'Recorded during a visit to the clinic. '.repeat(4)}</div>`,
      },
      subject,
      encounter: { reference: `Encounter/e${i % 90}`, display: 'Office visit' },
    };
    const kind = random();
    if (kind < 0.62)
      return {
        ...common,
        resourceType: 'Observation',
        status: 'final',
        category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory', 'Laboratory')],
        code: concept('http://loinc.org', pick(labs), 'Laboratory test'),
        effectiveDateTime: `${day()}T09:30:00-05:00`,
        performer: [{ reference: 'Practitioner/1', display: 'A. Clinician' }],
        valueQuantity: {
          value: Math.round(random() * 1000) / 10,
          unit: 'mg/dL',
          system: 'http://unitsofmeasure.org',
          code: 'mg/dL',
        },
      };
    if (kind < 0.75)
      return {
        ...common,
        resourceType: 'Procedure',
        status: 'completed',
        code: concept('http://snomed.info/sct', pick(procedures), 'Procedure'),
        performedDateTime: `${day()}T11:00:00-05:00`,
      };
    if (kind < 0.83)
      return {
        ...common,
        resourceType: 'Condition',
        clinicalStatus: concept('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active', 'Active'),
        verificationStatus: concept(
          'http://terminology.hl7.org/CodeSystem/condition-ver-status',
          'confirmed',
          'Confirmed',
        ),
        category: [
          concept('http://terminology.hl7.org/CodeSystem/condition-category', 'problem-list-item', 'Problem List Item'),
        ],
        code: concept('http://hl7.org/fhir/sid/icd-10-cm', pick(problems), 'Problem'),
        recordedDate: day(),
      };
    if (kind < 0.9)
      return {
        ...common,
        resourceType: 'DiagnosticReport',
        status: 'final',
        category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB', 'Laboratory')],
        code: concept('http://loinc.org', pick(reports), 'Report'),
        effectiveDateTime: `${day()}T09:30:00-05:00`,
      };
    const { encounter: _, ...rest } = common;
    return {
      ...rest,
      resourceType: 'Encounter',
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
      type: [concept('http://snomed.info/sct', '185349003', 'Encounter for check up')],
      period: { start: `${day()}T09:00:00-05:00` },
    };
  };
  return Array.from({ length: count }, (_, i) => make(i));
};

const concept = (system: string, code: string, display: string) => ({
  coding: [{ system, code, display }],
  text: display,
});
const pad = (value: number): string => String(value).padStart(2, '0');
