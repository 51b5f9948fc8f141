import { expect, it } from 'vitest';
import { createPlainRecord } from '../../src/cql/plain-record.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { valueSets } from '../support/cql.ts';
import { drugs, resource } from '../support/record.ts';

const patient = resource('Patient', { id: 'p', birthDate: '1960-01-01' });

it('gives undefined when the patient is not among the resources', () => {
  expect(createPlainRecord('p', [resource('Observation')])).toBeUndefined();
});

it('keeps what a normalised record would drop or change', () => {
  const future = resource('Observation', { id: 'o', effectiveDateTime: '2999-01-01' });
  const order = resource('MedicationRequest', {
    id: 'm',
    medicationCodeableConcept: { coding: [{ system: codeSystems.RXNORM, code: drugs.warfarin.code }] },
  });
  const record = createPlainRecord('p', [patient, future, order]);
  expect(record?.ofType('Observation')).toEqual([future]);
  expect(record?.ofType('MedicationRequest')[0]).toBe(order);
  expect(record?.drafts).toEqual([]);
  expect(record?.exposures).toEqual([]);
});

it('has one Patient, whoever else is among the resources', () => {
  const other = resource('Patient', { id: 'q' });
  expect(createPlainRecord('p', [other, patient])?.ofType('Patient')).toEqual([patient]);
});

it('finds resources by code, in their order', () => {
  const observations = ['1', '2', '1'].map((code, i) =>
    resource('Observation', { id: `o${i}`, code: { coding: [{ system: 'http://s', code }] } }),
  );
  const set = valueSets({ Ones: [['http://s', '1']] }).get('http://test/Ones');
  const record = createPlainRecord('p', [patient, ...observations]);
  expect(set && record?.withCode('Observation', 'code', set).map(({ id }) => id)).toEqual(['o0', 'o2']);
});
