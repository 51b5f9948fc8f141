import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { misshapenIn } from '../../src/fhir/shape.ts';

const resource = (elements: object) => ({ resourceType: 'MedicationRequest', ...elements }) as unknown as FhirResource;

describe('a resource', () => {
  it.each([
    [
      'with every element that is looked at',
      {
        id: 'a',
        status: 'active',
        subject: { reference: 'Patient/p' },
        contained: [{ resourceType: 'Medication', id: 'm' }],
        category: [{ coding: [{ code: 'a' }] }],
        code: { coding: [{ system: 's', code: 'c', display: 'd' }], text: 't' },
        medicationReference: { reference: '#m' },
        dosageInstruction: [
          { timing: { repeat: { boundsPeriod: { start: '2026', end: '2027' } } }, route: { text: 'oral' } },
        ],
        effectivePeriod: { start: '2026' },
      },
    ],
    ['with none', {}],
    ['with null where an element has no value', { id: null, subject: null, code: null, dosageInstruction: null }],
    ['with one concept where a list should be, as the HL7 sandbox has it', { category: { coding: [] } }],
    ['with codes for a category, as AllergyIntolerance has them', { category: ['food', 'medication'] }],
    ['with a dosage that is one object, as MedicationAdministration has it', { dosage: { route: { text: 'oral' } } }],
    ['with null among the codings of its medication', { medicationCodeableConcept: { coding: [null, { code: 'c' }] } }],
    ['with one coding of its medication outside a list', { medicationCodeableConcept: { coding: { code: 'c' } } }],
    ['with elements nobody knows', { foo: 5, extension: 'x', __proto__: null }],
  ])('%s is let through', (_, elements) => {
    expect(misshapenIn(resource(elements))).toBeUndefined();
  });

  it.each([
    [{ id: 5 }, ['id'], 'expected a string, got number'],
    [{ subject: 'Patient/p' }, ['subject'], 'expected an object, got string'],
    [{ subject: { reference: {} } }, ['subject', 'reference'], 'expected a string, got object'],
    [{ contained: {} }, ['contained'], 'expected an array, got object'],
    [{ contained: [null] }, ['contained', 0], 'expected an object, got null'],
    [{ code: { coding: [{}, { code: 7 }] } }, ['code', 'coding', 1, 'code'], 'expected a string, got number'],
    [{ code: { coding: {} } }, ['code', 'coding'], 'expected an array, got object'],
    [{ code: { text: [] } }, ['code', 'text'], 'expected a string, got an array'],
    [{ category: [null] }, ['category', 0], 'expected an object, got null'],
    [{ medicationCodeableConcept: [] }, ['medicationCodeableConcept'], 'expected an object, got an array'],
    [
      { medicationReference: { reference: [] } },
      ['medicationReference', 'reference'],
      'expected a string, got an array',
    ],
    [
      { dosageInstruction: [{ timing: { repeat: { boundsPeriod: { end: 2026 } } } }] },
      ['dosageInstruction', 0, 'timing', 'repeat', 'boundsPeriod', 'end'],
      'expected a string, got number',
    ],
    [{ birthDate: 1970 }, ['birthDate'], 'expected a string, got number'],
    [{ link: [{ other: [] }] }, ['link', 0, 'other'], 'expected an object, got an array'],
  ])('%j is misshapen, and where', (elements, path, what) => {
    expect(misshapenIn(resource(elements))).toEqual({ path, what });
  });
});
