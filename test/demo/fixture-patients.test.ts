import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Coding, FhirResource } from 'fhir/r4.js';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { RESOURCE_TYPES } from '../../src/demo/fhir-server/search-parameters.ts';
import { createFhirServer } from '../../src/demo/fhir-server.ts';
import { loadPatients } from '../../src/demo/patients.ts';
import { RXNORM_NAMES } from './rxnorm-names.ts';

const DIR = join(import.meta.dirname, '../../fixtures/patients');
const TODAY = '2026-03-31';
const patients = loadPatients(DIR, TODAY);

const texts = (value: unknown, key: string): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item) => texts(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [...(name === key ? [child] : []), ...texts(child, key)]);
};
const codingsOf = (value: unknown) => texts(value, 'coding').flat() as readonly Coding[];

describe.each(patients.map((patient) => [patient.id, patient] as const))('%s', (id, { resources, story }) => {
  it('has a story in one sentence', () => {
    expect(story).toMatch(/^[A-Z][^\n]+\.$/);
  });

  it('has resources of known types with ids of their own', () => {
    const names = resources.map((resource) => `${resource.resourceType}/${resource.id}`);
    expect(new Set(names).size).toBe(names.length);
    for (const resource of resources) {
      expect(RESOURCE_TYPES).toContain(resource.resourceType);
      expect(resource.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
      if (resource.resourceType !== 'Practitioner') expect(resource.id).toMatch(new RegExp(`^${id}`));
    }
  });

  it('refers only to its own resources', () => {
    const names = new Set(resources.map((resource) => `${resource.resourceType}/${resource.id}`));
    const references = texts(resources, 'reference');
    expect(references.filter((reference) => !names.has(String(reference)))).toEqual([]);
    expect(references).toContain(`Patient/${id}`);
  });

  it('has codes that are strings with a system and a name, and LOINC codes with the right check digit', () => {
    for (const { system, code, display } of codingsOf(resources)) {
      expect([typeof system, typeof code]).toEqual(['string', 'string']);
      if (!system?.startsWith('http://terminology.hl7.org/') && system !== 'urn:ietf:bcp:47')
        expect(display).toBeTruthy();
      if (system === 'http://loinc.org') expect(luhnHolds(code ?? ''), code).toBe(true);
    }
  });

  it('names its drugs as RxNorm does', () => {
    for (const { code = '', display, system } of codingsOf(resources)) {
      if (system === 'http://www.nlm.nih.gov/research/umls/rxnorm')
        expect([code, display]).toEqual([code, RXNORM_NAMES[code]]);
    }
  });

  it('has what US Core requires of each resource', () => {
    for (const resource of resources) expect(missingIn(resource as FhirResource), resource.id).toEqual([]);
  });

  it('has no result or order from the future', () => {
    const told = [
      'effectiveDateTime',
      'authoredOn',
      'recordedDate',
      'occurrenceDateTime',
      'performedDateTime',
      'start',
    ];
    const dates = told.flatMap((name) => texts(resources, name));
    expect(dates.filter((date) => String(date) > TODAY)).toEqual([]);
  });
});

describe('the patients together', () => {
  it('are at least fourteen, each with another medical record number', () => {
    expect(patients.length).toBeGreaterThanOrEqual(14);
    const numbers = patients.flatMap(({ resources: [patient] }) =>
      texts(patient, 'identifier').flatMap((i) => texts(i, 'value')),
    );
    expect(new Set(numbers).size).toBe(patients.length);
  });

  it('are the same stories on any day, the last of February too', () => {
    for (const today of ['2028-02-29', '2031-12-31']) {
      expect(loadPatients(DIR, today).map(({ id }) => id)).toEqual(patients.map(({ id }) => id));
    }
  });

  it('use one name for one code', () => {
    const names = new Map<string, Set<string | undefined>>();
    for (const { code, system, display } of codingsOf(patients)) {
      const key = `${system}|${code}`;
      names.set(key, (names.get(key) ?? new Set()).add(display));
    }
    expect([...names].filter(([, all]) => all.size > 1)).toEqual([]);
  });

  it('live on the sample server, each found with the whole record', async () => {
    const server = supertest(createFhirServer({ resources: patients.flatMap(({ resources }) => resources) }));
    expect((await server.get('/fhir/Patient?_summary=count')).body.total).toBe(patients.length);
    for (const { id, resources } of patients) {
      const { body } = await server.get(`/fhir/Observation?patient=${id}&_count=1000`).expect(200);
      expect(body.total).toBe(resources.filter(({ resourceType }) => resourceType === 'Observation').length);
    }
  });

  it('hold no date that was left unresolved in their files', () => {
    const files = readdirSync(DIR).map((file) => readFileSync(join(DIR, file), 'utf8'));
    expect(files.join('\n')).not.toMatch(/\b(?:19|20)\d\d-\d\d-\d\d\b/);
    expect(JSON.stringify(patients)).not.toContain('@today');
  });
});

function luhnHolds(loinc: string): boolean {
  const digits = [...loinc.replace('-', '')].map(Number).toReversed();
  const sum = digits.reduce((total, digit, at) => {
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return /^\d+-\d$/.test(loinc) && sum % 10 === 0;
}

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  Patient: ['identifier', 'name', 'gender', 'birthDate'],
  Practitioner: ['identifier', 'name'],
  Encounter: ['status', 'class', 'type', 'subject', 'period'],
  Condition: ['clinicalStatus', 'verificationStatus', 'category', 'code', 'subject', 'recordedDate', 'recorder'],
  Observation: ['status', 'category', 'code', 'subject', 'effectiveDateTime', 'performer'],
  DiagnosticReport: ['status', 'category', 'code', 'subject', 'effectiveDateTime', 'performer'],
  Procedure: ['status', 'code', 'subject', 'performer'],
  MedicationRequest: [
    'status',
    'intent',
    'medicationCodeableConcept',
    'subject',
    'authoredOn',
    'requester',
    'dosageInstruction',
  ],
  AllergyIntolerance: ['clinicalStatus', 'verificationStatus', 'code', 'patient', 'recorder'],
  Immunization: ['status', 'vaccineCode', 'patient', 'occurrenceDateTime', 'primarySource'],
};

function missingIn(resource: FhirResource): readonly string[] {
  const required = REQUIRED[resource.resourceType];
  return required === undefined
    ? [`${resource.resourceType} is not expected`]
    : required.filter((name) => !(name in resource));
}
