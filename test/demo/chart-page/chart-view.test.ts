import type { Resource } from 'fhir/r4.js';
import { expect, test } from 'vitest';
import { allergyWords, chartSections } from '../../../src/demo/chart-page/chart-view.ts';
import type { ChartType, Listing } from '../../../src/demo/chart-page/ehr-client.ts';

const coded = (code: string) => ({ coding: [{ code }] });

const sectionsOf = (found: Partial<Record<ChartType, readonly object[] | Listing>>) =>
  chartSections({
    patient: { resourceType: 'Patient' },
    listings: new Map(
      Object.entries(found).map(([type, of]) => [
        type as ChartType,
        Array.isArray(of) ? { resources: of as Resource[], more: false } : (of as Listing),
      ]),
    ),
  });

const rowsOf = (id: string, found: Parameters<typeof sectionsOf>[0]) =>
  sectionsOf(found).find((section) => section.id === id)?.rows;

test('problems: what is over or of one visit comes after, and what was refuted not at all', () => {
  const rows = rowsOf('problems', {
    Condition: [
      { code: { text: 'Ulcer' }, clinicalStatus: coded('resolved'), abatementDateTime: '2020-02-03' },
      { code: { text: 'Check up' }, category: [coded('encounter-diagnosis')], clinicalStatus: coded('active') },
      { code: { text: 'Wrong' }, verificationStatus: coded('entered-in-error') },
      { code: { text: 'Hypertension' }, clinicalStatus: coded('active'), onsetDateTime: '2011' },
    ],
  });
  expect(rows).toEqual([
    { name: 'Hypertension', note: undefined, date: '2011', past: false },
    { name: 'Ulcer', note: 'resolved 2020-02-03', date: undefined, past: true },
    { name: 'Check up', note: 'visit diagnosis', date: undefined, past: true },
  ]);
});

test('medications: prescriptions and reports, current before stopped', () => {
  const rows = rowsOf('medications', {
    MedicationRequest: [
      { status: 'stopped', medicationCodeableConcept: { text: 'Old' } },
      { status: 'on-hold', medicationReference: { display: 'Held' }, dosageInstruction: [{ text: 'once daily' }] },
    ],
    MedicationStatement: [{ status: 'active', medicationCodeableConcept: { text: 'Herb' } }],
  });
  expect(rows?.map(({ name, note }) => [name, note])).toEqual([
    ['Held', 'once daily, on-hold'],
    ['Herb', 'reported'],
    ['Old', 'stopped'],
  ]);
});

test('allergies: reactions and risk, and the words on top of the chart', () => {
  const found = {
    AllergyIntolerance: [
      { code: { text: 'Penicillin' }, criticality: 'high', reaction: [{ manifestation: [{ text: 'Anaphylaxis' }] }] },
      { code: { text: 'Egg' }, clinicalStatus: coded('resolved') },
    ],
  };
  expect(rowsOf('allergies', found)).toMatchObject([
    { name: 'Penicillin', flag: 'High risk', note: 'Anaphylaxis', past: false },
    { name: 'Egg', note: 'resolved', past: true },
  ]);
  expect(allergyWords(sectionsOf(found))).toBe('Penicillin');
  expect(allergyWords(sectionsOf({}))).toBe('none on record');
});

test('procedures, reports and vaccines are one list, newest first', () => {
  const rows = rowsOf('done', {
    Procedure: [{ status: 'completed', code: { text: 'Colonoscopy' }, performedDateTime: '2022-01-01' }],
    DiagnosticReport: [
      { status: 'final', code: { text: 'Mammogram' }, effectiveDateTime: '2024-01-01', conclusion: 'BI-RADS 1' },
    ],
    Immunization: [{ status: 'not-done', vaccineCode: { text: 'Tdap' }, occurrenceDateTime: '2023-01-01' }],
  });
  expect(rows?.map(({ name, note }) => [name, note])).toEqual([
    ['Mammogram', 'BI-RADS 1'],
    ['Tdap', 'not-done'],
    ['Colonoscopy', undefined],
  ]);
});

test('what could not be read is no "none on record"', () => {
  const problem = { title: 'Could not be read', details: ['HTTP 500'] };
  const found = { AllergyIntolerance: { resources: [], more: false, problem } };
  expect(sectionsOf(found)[0]?.problems).toEqual([
    { title: 'AllergyIntolerance: could not be read', details: ['HTTP 500'] },
  ]);
  expect(allergyWords(sectionsOf(found))).toBe('could not be read');
});
