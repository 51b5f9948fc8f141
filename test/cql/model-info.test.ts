import { describe, expect, it } from 'vitest';
import { elementType, lineage } from '../../src/cql/model-info.ts';
import { model } from '../support/cql.ts';

const innermost = (type: string): string => type.replace(/^List<(.+)>$/, '$1');

describe('the model info of FHIR 4.0.1', () => {
  it('has every type, base and conversion of the published file', () => {
    expect(Object.keys(model.types)).toHaveLength(931);
    expect(model.conversions).toHaveLength(264);
    for (const name of ['FHIR.Patient', 'FHIR.MedicationRequest', 'FHIR.Quantity', 'FHIR.Observation.Component'])
      expect(model.types).toHaveProperty([name]);
  });

  it('names only types that it has', () => {
    const unknown = Object.entries(model.types).flatMap(([name, { base, elements }]) =>
      [base ?? 'System.Any', ...Object.values(elements).flat()]
        .map(innermost)
        .filter((type) => !type.startsWith('System.') && !(type in model.types))
        .map((type) => `${name}: ${type}`),
    );
    expect(unknown).toEqual([]);
  });

  it('has no choice without types', () => {
    for (const { elements } of Object.values(model.types))
      for (const type of Object.values(elements)) expect(type.length).toBeGreaterThan(0);
  });

  it('names the path by which a resource is retrieved', () => {
    expect(model.types['FHIR.Condition']?.codePath).toBe('code');
    expect(model.types['FHIR.Encounter']?.codePath).toBe('type');
    expect(model.types['FHIR.MedicationRequest']?.codePath).toBe('medication');
    expect(model.types['FHIR.Immunization']?.codePath).toBe('vaccineCode');
  });

  it('converts each FHIR type once', () => {
    const froms = model.conversions.map(({ from, to }) => `${from} → ${to}`);
    expect(new Set(froms).size).toBe(froms.length);
  });
});

describe('elementType', () => {
  it.each([
    ['a single element', 'FHIR.Patient', 'birthDate', 'FHIR.date'],
    ['a list', 'FHIR.Patient', 'name', 'List<FHIR.HumanName>'],
    ['a nested type', 'FHIR.Patient', 'contact', 'List<FHIR.Patient.Contact>'],
    ['a type nested twice', 'FHIR.ValueSet.Expansion', 'contains', 'List<FHIR.ValueSet.Expansion.Contains>'],
    ['a choice', 'FHIR.Patient', 'deceased', ['FHIR.boolean', 'FHIR.dateTime']],
    ['an element of a base type', 'FHIR.Patient', 'id', 'FHIR.id'],
    ['an element of a base of a base', 'FHIR.Age', 'extension', 'List<FHIR.Extension>'],
    ['the value of a primitive', 'FHIR.dateTime', 'value', 'System.DateTime'],
    ['the value of a primitive that is a kind of another', 'FHIR.uuid', 'value', 'System.String'],
    ['the value of a code of a required list', 'FHIR.AdministrativeGender', 'value', 'System.String'],
    ['an element that is not there', 'FHIR.Patient', 'effective', undefined],
    ['a type that is not there', 'FHIR.Nothing', 'id', undefined],
  ])('knows %s', (_, type, element, expected) => {
    expect(elementType(model, type, element)).toEqual(expected);
  });

  it('knows the choices of Observation.value in the order of the specification', () => {
    expect(elementType(model, 'FHIR.Observation', 'value')).toEqual(
      'Quantity CodeableConcept string boolean integer Range Ratio SampledData time dateTime Period'
        .split(' ')
        .map((name) => `FHIR.${name}`),
    );
  });
});

describe('lineage', () => {
  it.each([
    ['FHIR.Patient', ['FHIR.Patient', 'FHIR.DomainResource', 'FHIR.Resource', 'System.Any']],
    ['FHIR.Patient.Contact', ['FHIR.Patient.Contact', 'FHIR.BackboneElement', 'FHIR.Element', 'System.Any']],
    ['FHIR.Age', ['FHIR.Age', 'FHIR.Quantity', 'FHIR.Element', 'System.Any']],
    ['FHIR.uuid', ['FHIR.uuid', 'FHIR.uri', 'FHIR.Element', 'System.Any']],
    ['FHIR.Nothing', ['FHIR.Nothing']],
  ])('of %s is nearest first', (type, expected) => {
    expect(lineage(model, type)).toEqual(expected);
  });
});
