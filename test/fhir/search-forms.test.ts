import { describe, expect, it } from 'vitest';
import { searchForms } from '../../src/fhir/search-forms.ts';

const codes = (count: number) => new Set(Array.from({ length: count }, (_, i) => `http://loinc.org|${i}`));

describe('the searches for a type', () => {
  it('are one read for the patient', () => {
    expect(searchForms('Patient', 'p', { since: '2020-01-01' })).toEqual(['Patient/p']);
  });

  it('end with the one by patient alone, which every server takes', () => {
    for (const type of ['Observation', 'MedicationRequest', 'Condition', 'Procedure'])
      expect(searchForms(type, 'p', { codes: codes(3), since: '2020-01-01' }).at(-1)).toBe(
        `${type}?patient=p&_count=500`,
      );
  });

  it('begin with the narrowest, and none stands twice', () => {
    expect(searchForms('Observation', 'p', { codes: codes(2), since: '2020-01-01' })).toEqual([
      'Observation?patient=p&code=http://loinc.org|0,http://loinc.org|1&date=ge2020-01-01&_count=500',
      'Observation?patient=p&code=http://loinc.org|0,http://loinc.org|1&_count=500',
      'Observation?patient=p&_count=500',
    ]);
    expect(searchForms('Condition', 'p', {})).toHaveLength(1);
  });

  it('ask for medication orders by intent, plans among them, since those are what is reported to be taken', () => {
    const [first = ''] = searchForms('MedicationRequest', 'p', {});
    const intents = new URLSearchParams(first.split('?')[1]).get('intent')?.split(',');
    expect(intents).toEqual(['order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'plan']);
  });

  it('name no codes where there are none, or more than an address holds', () => {
    for (const count of [0, 51]) expect(searchForms('Observation', 'p', { codes: codes(count) })).toHaveLength(1);
    expect(searchForms('Observation', 'p', { codes: codes(50) })).toHaveLength(2);
  });

  it('name codes only for types where US Core makes that search mandatory', () => {
    expect(searchForms('DiagnosticReport', 'p', { codes: codes(1) })).toHaveLength(2);
    expect(searchForms('Procedure', 'p', { codes: codes(1) })).toHaveLength(1);
  });

  it('ask for orders of services by when they were authored', () => {
    expect(searchForms('ServiceRequest', 'p', { since: '2020-01-01' })[0]).toContain('&authored=ge2020-01-01&');
  });
});
