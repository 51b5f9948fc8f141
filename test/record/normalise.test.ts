import type { BundleEntry, FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import {
  bearsMedication,
  createReferenceResolver,
  medicationConcept,
  withCodings,
  withRelativeReferences,
} from '../../src/record/normalise.ts';
import { deepFreeze } from '../support/deep-freeze.ts';

const entries = [
  { fullUrl: 'urn:uuid:1b2c', resource: { resourceType: 'Encounter', id: 'e1' } },
  { fullUrl: 'https://ehr.example/fhir/Patient/p', resource: { resourceType: 'Patient', id: 'p' } },
  { fullUrl: 'https://ehr.example/objects/77', resource: { resourceType: 'Medication', id: 'm1' } },
  { resource: { resourceType: 'Condition', id: 'c1' } },
] as readonly BundleEntry[];

describe('createReferenceResolver', () => {
  const resolve = createReferenceResolver(entries);

  it.each([
    ['urn:uuid of an entry', 'urn:uuid:1b2c', 'Encounter/e1'],
    ['absolute address of an entry', 'https://ehr.example/fhir/Patient/p', 'Patient/p'],
    ['address of an entry that does not show its type', 'https://ehr.example/objects/77', 'Medication/m1'],
    ['absolute address of no entry', 'https://ehr.example/fhir/Condition/9', 'Condition/9'],
    ['version of a resource', 'Condition/c1/_history/3', 'Condition/c1'],
    ['version at an absolute address', 'https://ehr.example/fhir/Condition/c1/_history/3', 'Condition/c1'],
    ['relative reference', 'Condition/c1', 'Condition/c1'],
  ])('brings the %s to Type/id', (_, reference, expected) => {
    expect(resolve(reference)).toBe(expected);
  });

  it.each(['urn:uuid:of-nobody', 'urn:oid:1.2.3', 'nothing', ''])('gives nothing for "%s"', (reference) => {
    expect(resolve(reference)).toBeUndefined();
  });
});

describe('withRelativeReferences', () => {
  const resolve = createReferenceResolver(entries);

  it('rewrites references at any depth and leaves the rest as it is', () => {
    const original = deepFreeze({
      resourceType: 'Observation',
      encounter: { reference: 'urn:uuid:1b2c', display: 'visit' },
      performer: [{ reference: 'Practitioner/1' }, { reference: 'https://ehr.example/fhir/Patient/p' }],
      extension: [{ url: 'x', valueReference: { reference: 'Condition/c1/_history/2' } }],
      valueString: 'urn:uuid:1b2c',
    });
    expect(withRelativeReferences(original, resolve)).toEqual({
      resourceType: 'Observation',
      encounter: { reference: 'Encounter/e1', display: 'visit' },
      performer: [{ reference: 'Practitioner/1' }, { reference: 'Patient/p' }],
      extension: [{ url: 'x', valueReference: { reference: 'Condition/c1' } }],
      valueString: 'urn:uuid:1b2c',
    });
  });

  it('is the very same object where nothing changes, and shares the parts that do not', () => {
    const unchanged = { subject: { reference: 'Patient/p' }, code: { coding: [{ code: '1' }] } };
    expect(withRelativeReferences(unchanged, resolve)).toBe(unchanged);
    const changed = { encounter: { reference: 'urn:uuid:1b2c' }, code: unchanged.code };
    expect(withRelativeReferences(changed, resolve).code).toBe(unchanged.code);
  });

  it('leaves references to contained resources and those that lead nowhere', () => {
    const value = { a: { reference: '#m' }, b: { reference: 'urn:uuid:of-nobody' }, c: null };
    expect(withRelativeReferences(value, resolve)).toBe(value);
  });
});

describe('medicationConcept', () => {
  const request = (elements: object) => ({ resourceType: 'MedicationRequest', ...elements }) as never;
  const find = (reference: string) =>
    ({
      'Medication/m1': { resourceType: 'Medication', id: 'm1', code: { text: 'warfarin' } },
      'Medication/m2': { resourceType: 'Medication', id: 'm2' },
      'Condition/c1': { resourceType: 'Condition', id: 'c1', code: { text: 'no drug' } },
    })[reference] as unknown as FhirResource | undefined;

  it.each([
    ['inline', { medicationCodeableConcept: { text: 'ibuprofen' } }, { text: 'ibuprofen' }],
    ['in another resource', { medicationReference: { reference: 'Medication/m1' } }, { text: 'warfarin' }],
    [
      'in a contained Medication',
      {
        contained: [
          { resourceType: 'Medication', id: 'other', code: { text: 'naproxen' } },
          { resourceType: 'Medication', id: 'm', code: { text: 'celecoxib' } },
        ],
        medicationReference: { reference: '#m' },
      },
      { text: 'celecoxib' },
    ],
    [
      'in the display of a reference that leads nowhere',
      { medicationReference: { reference: 'Medication/none', display: 'warfarin 5 mg' } },
      { text: 'warfarin 5 mg' },
    ],
    [
      'in the display of a reference to a Medication without code',
      { medicationReference: { reference: 'Medication/m2', display: 'warfarin 5 mg' } },
      { text: 'warfarin 5 mg' },
    ],
    ['in a display without reference', { medicationReference: { display: 'warfarin' } }, { text: 'warfarin' }],
    ['nowhere, when the reference leads nowhere', { medicationReference: { reference: 'Medication/none' } }, undefined],
    ['nowhere, when the contained resource is absent', { medicationReference: { reference: '#m' } }, undefined],
    [
      'nowhere, when the reference is to no Medication',
      { medicationReference: { reference: 'Condition/c1' } },
      undefined,
    ],
    ['nowhere, when the resource names no medication', {}, undefined],
  ])('finds the concept %s', (_, elements, expected) => {
    expect(medicationConcept(request(elements), find)).toEqual(expected);
  });
});

describe('bearsMedication', () => {
  it.each(['MedicationRequest', 'MedicationStatement', 'MedicationAdministration', 'MedicationDispense'])(
    'is true of a %s',
    (resourceType) => {
      expect(bearsMedication({ resourceType } as FhirResource)).toBe(true);
    },
  );

  it.each(['Medication', 'Immunization', 'ServiceRequest'])('is false of a %s', (resourceType) => {
    expect(bearsMedication({ resourceType } as FhirResource)).toBe(false);
  });
});

describe('withCodings', () => {
  const a = { system: 's', code: 'a' };
  const b = { system: 's', code: 'b' };

  it('appends what is not there and keeps the order', () => {
    expect(withCodings({ text: 't', coding: [a] }, [a, b])).toEqual({ text: 't', coding: [a, b] });
    expect(withCodings({ text: 't' }, [b])).toEqual({ text: 't', coding: [b] });
  });

  it('is the very same concept where nothing is added', () => {
    const concept = { coding: [a] };
    expect(withCodings(concept, [a])).toBe(concept);
    expect(withCodings(concept, [])).toBe(concept);
  });
});
