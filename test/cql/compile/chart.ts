import { resource } from '../../support/record.ts';

export const S = 'http://s';
const coded = (...codes: readonly string[]) => ({ coding: codes.map((code) => ({ system: S, code })) });
const percent = (value: number) => ({ value, unit: '%', system: 'http://unitsofmeasure.org', code: '%' });

/** What no FHIR primitive of JSON can say by itself. */
const unsaid = { extension: [{ url: 'why', valueCode: 'unknown' }] };

/** A small chart with every kind of value that a choice of FHIR can have, and faults that requests have. */
export const patient = {
  gender: 'female',
  active: true,
  _birthDate: { id: 'day', extension: [{ url: 'time', valueDateTime: '1960-05-17T10:00:00Z' }] },
  _deceasedDateTime: unsaid,
  name: [{ given: ['A', 'B'], family: 'F', _family: { extension: [{ url: 'own', valueString: 'x' }] } }],
  extension: [{ url: 'race', extension: [{ url: 'code', valueCoding: { system: S, code: '1' } }] }],
  // One object where the specification has a list
  contact: { name: { family: 'Z' } },
};

export const chart = [
  resource('Condition', {
    id: 'c1',
    code: coded('1', '2'),
    onsetDateTime: '2020-01-05T10:00:00Z',
    encounter: { reference: 'Encounter/e1' },
  }),
  resource('Condition', {
    id: 'c2',
    code: coded('2'),
    category: [coded('1')],
    onsetPeriod: { start: '2021-03-01', end: '2021-04-01' },
    encounter: { reference: 'Encounter/e2' },
  }),
  resource('Condition', { id: 'c3', code: { text: 'nothing' }, onsetAge: { value: 50, unit: 'a', code: 'a' } }),
  resource('Procedure', {
    id: 'p1',
    status: 'completed',
    code: coded('1'),
    category: coded('1'),
    performedDateTime: '2021-05-05',
    encounter: { reference: 'Encounter/e1' },
  }),
  resource('Procedure', { id: 'p2', status: 'in-progress', _performedDateTime: unsaid }),
  resource('Observation', {
    id: 'o1',
    status: 'final',
    code: coded('1'),
    effectiveDateTime: '2026-01-05T09:30:00Z',
    valueQuantity: percent(7.5),
    component: [
      { code: coded('1'), valueQuantity: percent(1) },
      { code: coded('2'), valueString: 'two' },
    ],
  }),
  resource('Observation', {
    id: 'o2',
    status: 'final',
    code: coded('2'),
    effectivePeriod: { start: '2026-01-05T09:00:00Z', end: '2026-01-05T10:00:00Z' },
    valueCodeableConcept: coded('1', '2'),
  }),
  resource('Observation', {
    id: 'o3',
    status: 'amended',
    code: coded('1'),
    effectiveDateTime: '2026-01-04T23:00:00-05:00',
    valueString: 'positive',
  }),
  resource('Encounter', {
    id: 'e1',
    status: 'finished',
    class: { system: S, code: '1' },
    type: [coded('1')],
    period: { start: '2026-01-05T09:00:00Z', end: '2026-01-05T10:00:00Z' },
  }),
  resource('MedicationRequest', { id: 'm1', status: 'active', medicationCodeableConcept: coded('1') }),
  resource('MedicationRequest', { id: 'm2', status: 'active', medicationReference: { reference: 'Medication/md' } }),
  resource('Medication', { id: 'md', code: coded('1') }),
];
