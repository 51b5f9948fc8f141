import fc from 'fast-check';
import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { conceptText, evidenceLine } from '../../src/cds-hooks/evidence.ts';

const line = (resourceType: string, elements: object) =>
  evidenceLine({ resourceType, ...elements } as unknown as FhirResource);

describe('a line of evidence', () => {
  it('names what it is, its value, date, status and who recorded it', () => {
    expect(
      line('Observation', {
        code: { text: 'INR' },
        valueQuantity: { value: 2.4, unit: 'INR' },
        effectiveDateTime: '2026-11-02T08:00:00-05:00',
        status: 'final',
        performer: [{ display: 'Dr Okoye' }],
      }),
    ).toBe('Observation: INR, 2.4 INR, 2026-11-02, final, Dr Okoye');
  });

  it.each([
    ['Procedure', { performedPeriod: { start: '2020-01-01', end: '2020-01-02' } }, '2020-01-02'],
    ['Condition', { onsetDateTime: '2019' }, '2019'],
    ['Immunization', { vaccineCode: { text: 'Flu' }, occurrenceDateTime: '2025-10-01' }, 'Flu, 2025-10-01'],
    [
      'MedicationRequest',
      { medicationCodeableConcept: { text: 'Warfarin' }, authoredOn: '2026-06-01' },
      'Warfarin, 2026-06-01',
    ],
    ['Encounter', { type: [{ text: 'Visit' }], period: { start: '2026-01-01' } }, 'Visit, 2026-01-01'],
    ['Condition', {}, 'no name, no date'],
  ])('of a %s takes its date from %j', (type, elements, words) => {
    expect(line(type, elements)).toContain(words);
  });

  it('takes the person from where the type has it', () => {
    expect(line('Procedure', { performer: [{ actor: { display: 'Dr Lee' } }] })).toContain('Dr Lee');
    expect(line('Condition', { recorder: { reference: 'Practitioner/1' }, asserter: { display: 'Dr Roe' } })).toContain(
      'Dr Roe',
    );
  });

  it('escapes all of it', () => {
    const evil = '[x](y)';
    expect(
      line('Observation', {
        code: { text: evil },
        status: evil,
        effectiveDateTime: evil,
        valueQuantity: { value: 1, unit: evil },
        performer: [{ display: evil }],
      }),
    ).not.toMatch(/(?<!\\)\]\(/);
  });

  it('is a line whatever stands in the elements', () => {
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(null, [null], { coding: [null, {}] }, { text: 5 }),
    );
    const names = [
      'code',
      'status',
      'performer',
      'recorder',
      'valueQuantity',
      'effectiveDateTime',
      'performedPeriod',
      'type',
      'vaccineCode',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), anything), (elements) => {
        expect(line('Observation', elements)).toMatch(/^Observation: [^\n]+$/);
      }),
    );
  });
});

describe('what a person reads of a concept', () => {
  it.each([
    [{ text: 'a', coding: [{ display: 'b' }] }, 'a'],
    [{ coding: [{ code: 'c' }, { display: 'b' }] }, 'b'],
    [{ coding: [{ code: 'c' }] }, 'c'],
    [{ text: ' ', coding: [{ display: '' }, { code: 'c' }] }, 'c'],
    [{ coding: { display: 'one' } }, 'one'],
    [{ coding: [null] }, 'no name'],
    [{}, 'no name'],
    [null, 'no name'],
    [undefined, 'no name'],
  ])('of %j is %s', (concept, words) => {
    expect(conceptText(concept)).toBe(words);
  });
});
