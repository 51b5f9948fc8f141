import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { plausible } from '../../src/record/plausible.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { now, recordOf, resource } from '../support/record.ts';

// The tests' "now" is 2026-11-21T10:00:00-05:00; the patient was born on 1960-05-17.
const kept = (...resources: readonly FhirResource[]) =>
  plausible(resources, { now, birthDate: '1960-05-17' }).map(({ id }) => id);
const coded = (code: string, system: string = codeSystems.LOINC) => ({ coding: [{ system, code }] });
const observation = (id: string, elements: object = {}) =>
  resource('Observation', {
    id,
    status: 'final',
    code: coded('6301-6'),
    effectiveDateTime: '2026-11-01T10:00:00Z',
    valueQuantity: { value: 2.5 },
    ...elements,
  });

describe('an event', () => {
  it.each([
    ['today', '2026-11-21', true],
    ['tomorrow, which is today further east', '2026-11-22', true],
    ['the day after tomorrow', '2026-11-23', false],
    ['next month', '2026-12', false],
    ['this month', '2026-11', true],
    ['this year', '2026', true],
    ['next year', '2027', false],
    ['the day of birth', '1960-05-17', true],
    ['the day before birth', '1960-05-16', false],
    ['the month of birth', '1960-05', true],
    ['the month before birth', '1960-04', false],
    ['the year of birth', '1960', true],
    ['the year before birth', '1959', false],
  ])('dated %s (%s) is kept: %s', (_, effectiveDateTime, expected) => {
    expect(kept(observation('o', { effectiveDateTime }))).toEqual(expected ? ['o'] : []);
  });

  it.each([
    ['Procedure', { performedDateTime: '2027-01-01' }],
    ['Procedure', { performedPeriod: { start: '2027-01-01' } }],
    ['Immunization', { occurrenceDateTime: '2027-01-01' }],
    ['DiagnosticReport', { effectiveDateTime: '2027-01-01' }],
    ['Observation', { effectiveInstant: '2027-01-01T00:00:00Z' }],
    ['MedicationAdministration', { effectivePeriod: { start: '2027-01-01' } }],
    ['MedicationDispense', { whenHandedOver: '2027-01-01' }],
  ])('of type %s in the future (%j) is none', (type, elements) => {
    expect(kept(resource(type, { id: 'x', ...elements }))).toEqual([]);
  });

  it('without a date is kept', () => {
    expect(kept(observation('o', { effectiveDateTime: undefined }))).toEqual(['o']);
  });

  it('is kept when nobody knows the day of birth', () => {
    const one = observation('o', { effectiveDateTime: '1900-01-01' });
    expect(plausible([one], { now, birthDate: undefined })).toEqual([one]);
  });
});

it.each([
  ['Condition', { onsetDateTime: '2027-01-01' }],
  ['MedicationRequest', { authoredOn: '2027-01-01' }],
  ['ServiceRequest', { occurrenceDateTime: '2027-01-01' }],
  ['Encounter', { period: { start: '2027-01-01' } }],
])('a %s in the future passes as it is', (type, elements) => {
  expect(kept(resource(type, { id: 'x', ...elements }), resource(type, { id: 'y', ...elements }))).toEqual(['x', 'y']);
});

describe('an event told by two sources', () => {
  it('counts once', () => {
    expect(kept(observation('a'), observation('b'))).toEqual(['a']);
  });

  it('counts once whatever the order of its codings, and under which address its system stands', () => {
    const loinc = { system: codeSystems.LOINC, code: '6301-6' };
    const oid = { system: 'urn:oid:2.16.840.1.113883.6.1', code: '6301-6' };
    const local = { system: 'urn:local', code: 'INR' };
    expect(
      kept(
        observation('a', { code: { coding: [loinc, local] } }),
        observation('b', { code: { coding: [local, oid], text: 'INR' } }),
      ),
    ).toEqual(['a']);
  });

  it.each([
    ['code', { code: coded('34714-6') }],
    ['moment', { effectiveDateTime: '2026-11-01T10:00:01Z' }],
    ['value', { valueQuantity: { value: 2.6 } }],
    ['kind of value', { valueQuantity: undefined, valueString: '2.5' }],
    ['status, so that a correction does not lose to what it corrects', { status: 'corrected' }],
    ['interpretation', { interpretation: [coded('H')] }],
    ['body site', { bodySite: coded('1') }],
    ['component', { component: [{ code: coded('1') }] }],
  ])('counts twice with another %s', (_, elements) => {
    expect(kept(observation('a'), observation('b', elements))).toEqual(['a', 'b']);
  });

  it('counts twice without a code or without a date, when nothing shows that it is one', () => {
    expect(kept(observation('a', { code: { text: 'INR' } }), observation('b', { code: { text: 'INR' } }))).toEqual([
      'a',
      'b',
    ]);
    const undated = { effectiveDateTime: undefined };
    expect(kept(observation('a', undated), observation('b', undated))).toEqual(['a', 'b']);
  });

  it('counts twice as a report, which may hold other results', () => {
    const report = (id: string) =>
      resource('DiagnosticReport', { id, code: coded('1'), effectiveDateTime: '2026-11-01' });
    expect(kept(report('a'), report('b'))).toEqual(['a', 'b']);
  });

  it.each([
    ['null among the codings', { coding: [null, { code: '1' }] }],
    ['one coding where the list should be', { coding: { code: '1' } }],
  ])('takes no record down with %s', (_, code) => {
    expect(kept(observation('a', { code }), observation('b', { code }))).toEqual(['a']);
  });
});

it('a record leaves out what is not plausible', () => {
  const record = recordOf([observation('a'), observation('b'), observation('c', { effectiveDateTime: '2030-01-01' })]);
  expect(record.ofType('Observation').map(({ id }) => id)).toEqual(['a']);
});
