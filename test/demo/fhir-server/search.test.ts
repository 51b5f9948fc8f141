import type { Resource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { BASE, idsIn, LOINC, observation, resource, serverWith } from './support.ts';

const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
const clinical = (code: string) => coded('http://terminology.hl7.org/CodeSystem/condition-clinical', code);

const RESOURCES: readonly Resource[] = [
  resource('Patient', 'ann', {
    identifier: [{ system: 'http://carehook.example/mrn', value: 'MRN-1' }],
    name: [{ family: 'Núñez', given: ['Ann', 'Marie'] }],
    gender: 'female',
    birthDate: '1970-05-17',
  }),
  resource('Patient', 'bob', { name: [{ family: 'Baker', given: ['Bob'] }], gender: 'male', birthDate: '1980' }),
  observation('a1c-old', 'ann', '4548-4', '2024-03-01T09:00:00Z'),
  observation('a1c-new', 'ann', '4548-4', '2025-09'),
  observation('inr', 'ann', '6301-6', '2025-12-30', { status: 'preliminary' }),
  observation('inr-bob', 'bob', '6301-6', '2025-12-31', { subject: { reference: `${BASE}/Patient/bob/_history/2` } }),
  observation('elsewhere', 'x', '6301-6', '2020', { subject: { reference: 'http://other.example/fhir/Patient/ann' } }),
  observation('device', 'x', '6301-6', '2020', { subject: { reference: 'Device/ann' } }),
  resource('Condition', 'asthma', {
    clinicalStatus: clinical('active'),
    subject: { reference: 'Patient/ann' },
    onsetPeriod: { start: '2001', end: '2003-06' },
    recordedDate: '2010-01-02',
  }),
  resource('Condition', 'ulcer', {
    clinicalStatus: clinical('resolved'),
    subject: { reference: 'Patient/ann' },
    recordedDate: '2019-07-01',
  }),
  resource('Coverage', 'plan', { status: 'active', beneficiary: { reference: 'Patient/bob' } }),
  resource('AllergyIntolerance', 'nuts', { patient: { reference: 'Patient/bob' }, category: ['food'] }),
  resource('Encounter', 'visit', {
    subject: { reference: 'Patient/ann' },
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    period: { start: '2025-01-01T08:00:00Z' },
  }),
  resource('Medication', 'pill', { code: coded('urn:rx', '1') }),
  resource('MedicationRequest', 'rx', {
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/ann' },
    medicationReference: { reference: 'Medication/pill' },
    authoredOn: '2025-05-05',
  }),
];

const server = serverWith(RESOURCES);
const find = async (query: string) => idsIn((await server.get(`/fhir/${query}`).expect(200)).body);

describe('search by patient', () => {
  it.each(['ann', 'Patient/ann', `${BASE}/Patient/ann`])(
    'finds what names the patient as %s, and nothing of a namesake elsewhere',
    async (value) => {
      expect(await find(`Observation?patient=${encodeURIComponent(value)}`)).toEqual(['a1c-old', 'a1c-new', 'inr']);
    },
  );

  it('finds references that are absolute or carry a version', async () => {
    expect(await find('Observation?patient=bob')).toEqual(['inr-bob']);
    expect(await find('Observation?patient=Patient/bob/_history/1')).toEqual(['inr-bob']);
  });

  it('finds a patient of another server only by the whole URL', async () => {
    expect(await find('Observation?subject=http://other.example/fhir/Patient/ann')).toEqual(['elsewhere']);
  });

  it('lets subject lead to other types, and patient not', async () => {
    expect(await find('Observation?subject=Device/ann')).toEqual(['device']);
    expect(await find('Observation?subject:Device=ann')).toEqual(['device']);
    expect(await find('Observation?patient=Device/ann')).toEqual([]);
  });

  it('looks at the element that the type uses', async () => {
    expect(await find('Coverage?patient=bob')).toEqual(['plan']);
    expect(await find('AllergyIntolerance?patient=bob')).toEqual(['nuts']);
  });

  it('takes commas as OR and repetition as AND', async () => {
    expect(await find('Coverage?patient=ann,bob')).toEqual(['plan']);
    expect(await find('Coverage?patient=ann&patient=bob')).toEqual([]);
  });
});

describe('search by token', () => {
  it.each<[string, readonly string[]]>([
    [`Observation?patient=ann&code=${LOINC}|4548-4`, ['a1c-old', 'a1c-new']],
    ['Observation?patient=ann&code=6301-6,4548-4', ['a1c-old', 'a1c-new', 'inr']],
    ['Observation?patient=ann&code=|6301-6', []],
    [`Observation?patient=ann&code=${LOINC}|`, ['a1c-old', 'a1c-new', 'inr']],
    ['Observation?patient=ann&status:not=final', ['inr']],
    ['Observation?patient=ann&status:not=final,preliminary', []],
    ['Observation?patient=ann&category=laboratory&status=preliminary', ['inr']],
    ['Condition?clinical-status=active', ['asthma']],
    ['Condition?verification-status:not=refuted', ['asthma', 'ulcer']],
    ['Encounter?class=AMB', ['visit']],
    ['AllergyIntolerance?category=food', ['nuts']],
    ['MedicationRequest?status=active&intent=order,plan', ['rx']],
    ['MedicationRequest?code:missing=true', ['rx']],
    ['Observation?_id=inr,a1c-old', ['a1c-old', 'inr']],
    ['Patient?identifier=http://carehook.example/mrn|MRN-1', ['ann']],
    ['Patient?identifier=MRN-1', ['ann']],
    ['Patient?gender=male', ['bob']],
  ])('%s', async (query, expected) => {
    expect(await find(query)).toEqual(expected);
  });
});

describe('search by name', () => {
  it.each<[string, readonly string[]]>([
    ['Patient?family=nun', ['ann']],
    ['Patient?family:exact=nun', []],
    ['Patient?family:exact=Baker', ['bob']],
    ['Patient?given=marie', ['ann']],
    ['Patient?name=B', ['bob']],
    ['Patient?name:contains=AKE', ['bob']],
  ])('%s', async (query, expected) => {
    expect(await find(query)).toEqual(expected);
  });
});

describe('search by date', () => {
  it.each<[string, readonly string[]]>([
    ['Observation?patient=ann&date=ge2025-09-15', ['a1c-new', 'inr']],
    ['Observation?patient=ann&date=sa2025-09-15', ['inr']],
    ['Observation?patient=ann&date=2025', ['a1c-new', 'inr']],
    ['Observation?patient=ann&date=ge2024-03-01&date=le2024-03-01', ['a1c-old']],
    ['Observation?patient=ann&date=lt2024-03-01T10:00:00%2B01:00', []],
    ['Observation?patient=ann&date=lt2024-03-01T10:00:01+00:00', ['a1c-old']],
    ['Condition?onset-date=eb2003-07', ['asthma']],
    ['Condition?onset-date=2002', []],
    ['Condition?recorded-date=gt2018', ['ulcer']],
    ['Encounter?date=ge2026', ['visit']],
    ['MedicationRequest?authoredon=2025-05', ['rx']],
    ['Patient?birthdate=lt1975-01-01', ['ann']],
    ['Patient?birthdate=1980-03', []],
    ['Patient?_lastUpdated=ge2026-03-01', ['ann', 'bob']],
    ['Patient?_lastUpdated=gt2026-03-01', []],
  ])('%s', async (query, expected) => {
    expect(await find(query)).toEqual(expected);
  });
});

describe('the answer to a search', () => {
  it('is sorted as asked, what lacks the element coming last', async () => {
    expect(await find('Observation?patient=ann&_sort=-date')).toEqual(['inr', 'a1c-new', 'a1c-old']);
    expect(await find('Observation?patient=ann&_sort=code,-date')).toEqual(['a1c-new', 'a1c-old', 'inr']);
    expect(await find('Condition?_sort=-onset-date')).toEqual(['asthma', 'ulcer']);
    expect(await find('Patient?_sort=family')).toEqual(['bob', 'ann']);
    expect(await find('Observation?patient=ann&_sort=-_id')).toEqual(['inr', 'a1c-old', 'a1c-new']);
  });

  it.each(['_summary=count', '_count=0'])('with %s is the number alone', async (parameter) => {
    const { body } = await server.get(`/fhir/Observation?patient=ann&${parameter}`).expect(200);
    expect(body).toMatchObject({ type: 'searchset', total: 3 });
    expect(body.entry).toBeUndefined();
  });

  it('includes what a reference leads to, apart from the matches', async () => {
    const { body } = await server.get('/fhir/MedicationRequest?_include=MedicationRequest:medication').expect(200);
    expect([idsIn(body), idsIn(body, 'include'), body.total]).toEqual([['rx'], ['pill'], 1]);
    const { body: other } = await server.get('/fhir/MedicationRequest?_include=MedicationRequest:medication:Patient');
    expect(idsIn(other, 'include')).toEqual([]);
  });

  it('is the same by POST to _search, with parameters in the form and in the URL', async () => {
    const { body } = await server.post('/fhir/Observation/_search?code=6301-6').type('form').send({ patient: 'ann' });
    expect(idsIn(body)).toEqual(['inr']);
  });

  it('says which parameters it did not know, and leaves them out of the self link', async () => {
    const { body } = await server.get('/fhir/Patient?gender=male&favourite-colour=red&_sort=age').expect(200);
    expect([idsIn(body), body.total]).toEqual([['bob'], 1]);
    const { resource: outcome } = body.entry.at(-1);
    expect(outcome).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'warning' }] });
    expect(outcome.issue[0].diagnostics).toContain('favourite-colour, _sort=age');
    expect(body.link[0].url).toBe(`${BASE}/Patient?gender=male`);
  });

  it('is 400 for an unknown parameter when handling is strict', async () => {
    const { body } = await server.get('/fhir/Patient?shoe-size=9').set('Prefer', 'handling=strict').expect(400);
    expect(body.issue[0].diagnostics).toContain('shoe-size');
  });

  it.each([
    ['Observation?patient=', 'patient'],
    ['Observation?date=yesterday', 'date'],
    ['Observation?date=ap2024', 'date'],
    ['Observation?code=|', 'code'],
    ['Observation?code:above=1', 'code:above'],
    ['Observation?date:not=2024', 'date:not'],
    ['Observation?patient=a%20b', 'patient'],
    ['Observation?code:missing=maybe', 'code:missing'],
    ['Observation?_count=-1', '_count'],
    ['Observation?_page=nonsense', '_page'],
  ])('is 400 for %s, for to pass over it would widen the search', async (query, name) => {
    const { body } = await server.get(`/fhir/${query}`).expect(400);
    expect(body.resourceType).toBe('OperationOutcome');
    expect(body.issue[0].diagnostics).toContain(name);
  });
});
