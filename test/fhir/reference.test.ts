import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { operationOutcome } from '../../src/fhir/operation-outcome.ts';
import { relativeReference } from '../../src/fhir/reference.ts';
import { subjectReference } from '../../src/fhir/subject.ts';

describe('a reference', () => {
  it.each([
    ['Patient/p', 'Patient/p'],
    ['http://ehr.example/fhir/Patient/p', 'Patient/p'],
    ['http://ehr.example/fhir/Patient/p/_history/3', 'Patient/p'],
    ['Patient/a.b-C9', 'Patient/a.b-C9'],
  ])('%s reads %s', (reference, relative) => {
    expect(relativeReference(reference)).toBe(relative);
  });

  it.each([
    '',
    'p',
    '#m',
    'urn:uuid:0',
    'patient/p',
    'Patient/',
    'Patient/a_b',
    `Patient/${'x'.repeat(65)}`,
    'Patient?identifier=1',
  ])('%j cannot be brought to a type and an id', (reference) => {
    expect(relativeReference(reference)).toBeUndefined();
  });
});

describe('whose a resource is', () => {
  const own = { reference: 'Patient/p' };

  it.each([{ subject: own }, { patient: own }, { beneficiary: own }])('stands in %j', (elements) => {
    expect(subjectReference({ resourceType: 'Basic', ...elements } as unknown as FhirResource)).toBe('Patient/p');
  });

  it('is not said by what has no such element, or an empty one', () => {
    for (const elements of [{}, { subject: {} }, { subject: null }, { subject: { display: 'P' } }])
      expect(subjectReference({ resourceType: 'Basic', ...elements } as unknown as FhirResource)).toBeUndefined();
  });
});

describe('an OperationOutcome of ours', () => {
  it('[CH-49] says what kind of error it is, in words, and where', () => {
    expect(operationOutcome('invalid', 'expected a hook', ['hook'])).toEqual({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'invalid', diagnostics: 'expected a hook', expression: ['hook'] }],
    });
  });

  it('[CH-5] [CH-6] has no empty expression', () => {
    for (const where of [undefined, []])
      expect(operationOutcome('invalid', 'x', where).issue[0]).not.toHaveProperty('expression');
  });
});
