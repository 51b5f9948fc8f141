import { DateTime } from 'cql-execution';
import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { createModelTypes, ModelObject } from '../../src/cql/model-object.ts';
import type { ReadingZone } from '../../src/cql/runtime/read-date.ts';
import { model } from '../support/cql.ts';

const typesIn = createModelTypes(model);

/** Five hours behind UTC in winter, four from July. */
const zone: ReadingZone = {
  utcAs: 'zone',
  offset: -5,
  offsetAt: (epochMs) => (new Date(epochMs).getUTCMonth() < 6 ? -5 : -4),
};
const fixed = (offset: number): ReadingZone => ({ utcAs: 'zone', offset, offsetAt: () => offset });
const wrap = (resource: object, at = zone) => typesIn(at).resource(resource as FhirResource);
const typeOf = (value: unknown) => (value instanceof ModelObject ? value.typeName() : value);

describe('a model object', () => {
  it('types what it gives by the model', () => {
    const observation = wrap({
      resourceType: 'Observation',
      id: 'o',
      status: 'final',
      code: { coding: [{ code: '6301-6' }] },
      component: [{ code: { text: 'a' } }],
    });
    expect(observation.typeName()).toBe('FHIR.Observation');
    expect(typeOf(observation.get('id'))).toBe('FHIR.id');
    expect(typeOf(observation.get('status'))).toBe('FHIR.ObservationStatus');
    expect(typeOf(observation.get('code'))).toBe('FHIR.CodeableConcept');
    expect((observation.get('component') as unknown[]).map(typeOf)).toEqual(['FHIR.Observation.Component']);
    expect((observation.get('code.coding') as unknown[]).map(typeOf)).toEqual(['FHIR.Coding']);
    expect(observation.get('id.value')).toBe('o');
    expect(observation.getId()).toBe('o');
  });

  it.each([
    ['absent', {}],
    ['null', { code: null }],
    ['null with a null beside it', { code: null, _code: null }],
    ['no primitive and has but an extension beside it', { _code: { extension: [] } }],
  ])('gives nothing for what is %s', (_, elements) => {
    expect(wrap({ resourceType: 'Observation', ...elements }).get('code')).toBeUndefined();
  });

  it('gives nothing for an element that the type does not have, whatever the JSON holds', () => {
    expect(wrap({ resourceType: 'Observation', birthDate: '1960-01-01' }).get('birthDate')).toBeUndefined();
    expect(wrap({ resourceType: 'Observation' }).get('code.coding')).toBeUndefined();
  });

  it('gives the same object each time, so that what was read is read once', () => {
    const patient = wrap({ resourceType: 'Patient', birthDate: '1960-01-01' });
    expect(patient.get('birthDate')).toBe(patient.get('birthDate'));
  });

  it.each([
    ['FHIR.Quantity', { valueQuantity: { value: 1 } }],
    ['FHIR.string', { valueString: 'positive' }],
    ['FHIR.boolean', { valueBoolean: false }],
    ['FHIR.integer', { valueInteger: 0 }],
    ['FHIR.CodeableConcept', { valueCodeableConcept: { text: 'positive' } }],
    ['FHIR.dateTime', { valueDateTime: '2026' }],
    ['FHIR.string', { _valueString: { extension: [] } }],
    [undefined, { valueMoney: { value: 1 } }],
  ])('reads the choice %s from %j', (type, elements) => {
    expect(typeOf(wrap({ resourceType: 'Observation', ...elements }).get('value'))).toBe(type);
  });

  it.each([
    ['dose', 'FHIR.SimpleQuantity', { doseQuantity: { value: 1 } }],
    ['dose', 'FHIR.Range', { doseRange: { high: { value: 1 } } }],
    ['rate', 'FHIR.SimpleQuantity', { rateQuantity: { value: 1 } }],
    ['rate', 'FHIR.Ratio', { rateRatio: { numerator: { value: 1 } } }],
  ])('reads the %s of a dosage as %s from %j', (path, type, elements) => {
    const request = { resourceType: 'MedicationRequest', dosageInstruction: [{ doseAndRate: [elements] }] };
    const [dosage] = wrap(request).get('dosageInstruction') as ModelObject[];
    const [doseAndRate] = (dosage?.get('doseAndRate') ?? []) as ModelObject[];
    expect(typeOf(doseAndRate?.get(path))).toBe(type);
  });

  it('keeps false and 0 as values', () => {
    expect(wrap({ resourceType: 'Observation', valueBoolean: false }).get('value.value')).toBe(false);
    expect(wrap({ resourceType: 'Observation', valueInteger: 0 }).get('value.value')).toBe(0);
  });

  it('reads extensions beside a primitive, with and without a value', () => {
    const extension = [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }];
    for (const birthDate of ['1960-01-01', undefined]) {
      const date = wrap({ resourceType: 'Patient', birthDate, _birthDate: { extension } }).get('birthDate');
      expect(typeOf(date)).toBe('FHIR.date');
      const [first] = (date as ModelObject).get('extension') as ModelObject[];
      expect(first?.get('url.value')).toBe(extension[0]?.url);
      expect(first?.get('value.value')).toBe('unknown');
      expect(String((date as ModelObject).get('value') ?? 'none')).toBe(birthDate ?? 'none');
    }
  });

  it('reads a list of primitives together with the extensions beside it', () => {
    const [name] = wrap({
      resourceType: 'Patient',
      name: [{ given: ['Ann', null], _given: [null, { extension: [{ url: 'x' }] }] }],
    }).get('name') as ModelObject[];
    const given = name?.get('given') as (ModelObject | undefined)[];
    expect(given.map((each) => each?.get('value'))).toEqual(['Ann', undefined]);
    expect(given[1]?.get('extension')).toHaveLength(1);
  });

  it('reads one object where the specification has a list as a list of one', () => {
    const request = wrap({ resourceType: 'MedicationRequest', category: { coding: [{ code: 'inpatient' }] } });
    expect((request.get('category') as unknown[]).map(typeOf)).toEqual(['FHIR.CodeableConcept']);
  });

  it('gives a contained resource its own type', () => {
    const request = wrap({ resourceType: 'MedicationRequest', contained: [{ resourceType: 'Medication', id: 'm' }] });
    expect((request.get('contained') as unknown[]).map(typeOf)).toEqual(['FHIR.Medication']);
  });

  it.each([
    ['{http://hl7.org/fhir}Patient', true],
    ['{http://hl7.org/fhir}DomainResource', true],
    ['{http://hl7.org/fhir}Resource', true],
    ['{urn:hl7-org:elm-types:r1}Any', true],
    ['{http://hl7.org/fhir}Observation', false],
    ['{http://hl7.org/fhir}Element', false],
  ])('that is a Patient is %s: %s', (name, expected) => {
    expect(wrap({ resourceType: 'Patient' })._is({ name })).toBe(expected);
  });
});

describe('dates and times', () => {
  const effective = (text: unknown, at = zone) =>
    wrap({ resourceType: 'Observation', effectiveDateTime: text }, at).get('effective.value') as DateTime | null;

  it.each([
    ['2026', '2026'],
    ['2026-07', '2026-07'],
    ['2026-07-01', '2026-07-01'],
    ['2026-07-01T10:00:00.123456-04:00', '2026-07-01T10:00:00.123-04:00'],
    ['2026-07-01T10:00:00+05:30', '2026-07-01T10:00:00+05:30'],
  ])('%s keeps its precision and its offset', (text, expected) => {
    expect(String(effective(text))).toBe(expected);
  });

  it.each([-5, 0, 5.5, 14])('without offset are in the zone of the evaluation (%d hours)', (offset) => {
    for (const text of ['2026-07-01T10:00:00', '2026-07-01', '2026'])
      expect(effective(text, fixed(offset))?.timezoneOffset).toBe(offset);
  });

  it.each([
    ['2026-07-01T10:00:00Z', '2026-07-01T06:00:00-04:00'],
    ['2026-07-01T10:00:00.5Z', '2026-07-01T06:00:00.500-04:00'],
    ['2026-07-01T04:10:00+00:00', '2026-07-01T00:10:00-04:00'],
    ['2026-02-01T04:10:00Z', '2026-01-31T23:10:00-05:00'],
    ['2026-07-01T10:00Z', '2026-07-01T06:00-04:00'],
    ['2026-07-01T10Z', '2026-07-01T06-04:00'],
    ['0001-01-01T00:00:00Z', '0000-12-31T19:00:00-05:00'],
  ])('%s, stored in UTC, is that moment in the zone of the evaluation', (text, expected) => {
    expect(String(effective(text))).toBe(expected);
  });

  it('with offset keep it in every zone', () => {
    expect(effective('2026-07-01T10:00:00-04:00', fixed(9))?.timezoneOffset).toBe(-4);
    expect(effective('2026-07-01T10:00:00+01:00', fixed(9))?.timezoneOffset).toBe(1);
  });

  it.each(['yesterday', '2026-13-01', '2026-02-30T10:00:00Z', ''])('that no calendar has (%j) are null', (text) => {
    expect(effective(text) ?? null).toBeNull();
  });

  it('are dates, times and instants where the model says so', () => {
    const patient = wrap({ resourceType: 'Patient', birthDate: '1960-05' });
    expect(patient.get('birthDate.value')).toMatchObject({ isDate: true, year: 1960, month: 5, day: null });
    const instant = wrap({ resourceType: 'Observation', issued: '2026-07-01T10:00:00Z' });
    expect(instant.get('issued.value')).toMatchObject({ isDateTime: true, hour: 6, timezoneOffset: -4 });
    const time = wrap({ resourceType: 'Observation', valueTime: '09:30:00' }).get('value.value') as DateTime;
    expect(time.isTime()).toBe(true);
    expect(time).toMatchObject({ hour: 9, minute: 30 });
  });

  it('for retrieves are the bare value', () => {
    const observation = wrap({ resourceType: 'Observation', effectiveDateTime: '2026-07-01' });
    expect(observation.getDate('effective')).toBeInstanceOf(DateTime);
    const period = wrap({ resourceType: 'Observation', effectivePeriod: { start: '2026-07-01' } });
    expect(typeOf(period.getDateOrInterval('effective'))).toBe('FHIR.Period');
  });
});

describe('getCode', () => {
  it.each([
    [
      'a CodeableConcept',
      'Observation',
      'code',
      { code: { coding: [{ system: 's', code: '1' }, { code: '2' }] } },
      ['1', '2'],
    ],
    ['a CodeableConcept without coding', 'Observation', 'code', { code: { text: 'x' } }, []],
    [
      'a list of CodeableConcepts',
      'Encounter',
      'type',
      { type: [{ coding: [{ code: '1' }] }, { coding: [{ code: '2' }] }] },
      ['1', '2'],
    ],
    ['null among the codings', 'Observation', 'code', { code: { coding: [null, { code: '1' }] } }, ['1']],
    ['one coding where the list should be', 'Observation', 'code', { code: { coding: { code: '1' } } }, ['1']],
  ])('gives the codes of %s', (_, resourceType, path, elements, expected) => {
    const codes = wrap({ resourceType, ...elements }).getCode(path) as { code: string }[];
    expect(codes.map(({ code }) => code)).toEqual(expected);
  });

  it('gives the one code of a Coding and of a code', () => {
    expect(wrap({ resourceType: 'Encounter', class: { code: 'AMB' } }).getCode('class')).toMatchObject({ code: 'AMB' });
    expect(wrap({ resourceType: 'Patient', gender: 'female' }).getCode('gender')).toBe('female');
    expect(wrap({ resourceType: 'Patient' }).getCode('gender')).toBeUndefined();
  });
});
