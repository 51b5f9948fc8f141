import { describe, expect, it } from 'vitest';
import { createFhirServer } from '../../../src/demo/fhir-server.ts';
import { BASE, idsIn, resource, serverWith } from './support.ts';

const ANN = resource('Patient', 'ann', { gender: 'female', meta: { tag: [{ code: 'demo' }] } });
const JSON_TYPE = 'application/fhir+json';

describe('read', () => {
  it('gives the resource with its version as entity tag', async () => {
    const answer = await serverWith([ANN]).get('/fhir/Patient/ann').expect(200).expect('ETag', 'W/"1"');
    expect(answer.type).toBe(JSON_TYPE);
    expect(answer.body).toMatchObject({ id: 'ann', meta: { versionId: '1', tag: [{ code: 'demo' }] } });
  });

  it('is 304 for a version the client has, and 404 for what never was', async () => {
    const server = serverWith([ANN]);
    await server.get('/fhir/Patient/ann').set('If-None-Match', 'W/"1"').expect(304);
    const { body } = await server.get('/fhir/Patient/eve').expect(404);
    expect(body.issue[0]).toMatchObject({ code: 'not-found', diagnostics: expect.stringContaining('Patient/eve') });
  });

  it('is 410 after a deletion, and the search no longer finds it', async () => {
    const server = serverWith([ANN]);
    await server.delete('/fhir/Patient/ann').expect(204);
    await server.delete('/fhir/Patient/ann').expect(204);
    expect((await server.get('/fhir/Patient/ann').expect(410)).body.issue[0].code).toBe('deleted');
    expect((await server.get('/fhir/Patient').expect(200)).body.total).toBe(0);
  });

  it('gives earlier versions by number', async () => {
    const server = serverWith([ANN]);
    await server
      .put('/fhir/Patient/ann')
      .send({ ...ANN, gender: 'other' })
      .expect(200);
    await server.delete('/fhir/Patient/ann').expect(204);
    expect((await server.get('/fhir/Patient/ann/_history/1').expect(200)).body.gender).toBe('female');
    expect((await server.get('/fhir/Patient/ann/_history/2').expect(200)).body.gender).toBe('other');
    await server.get('/fhir/Patient/ann/_history/3').expect(410);
    await server.get('/fhir/Patient/ann/_history/4').expect(404);
    await server.get('/fhir/Patient/ann/_history/zero').expect(404);
  });
});

describe('create', () => {
  it('gives an id of its own, a version, a time and a Location that works', async () => {
    const server = serverWith([]);
    const answer = await server
      .post('/fhir/Task')
      .set('Content-Type', JSON_TYPE)
      .send({ resourceType: 'Task', id: 'mine' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: 'new-1',
      meta: { versionId: '1', lastUpdated: '2026-03-01T12:00:00.000Z' },
    });
    expect(answer.headers.location).toBe(`${BASE}/Task/new-1/_history/1`);
    await server.get('/fhir/Task/new-1/_history/1').expect(200);
  });

  it('with If-None-Exist creates once, and is 412 when several match', async () => {
    const server = serverWith([]);
    const task = { resourceType: 'Task', identifier: [{ system: 'urn:gap', value: '1' }] };
    const post = () => server.post('/fhir/Task').set('If-None-Exist', 'identifier=urn:gap|1').send(task);
    await post().expect(201);
    expect((await post().expect(200)).body.id).toBe('new-1');
    await server.post('/fhir/Task').send(task).expect(201);
    await post().expect(412);
    await server.post('/fhir/Task').set('If-None-Exist', 'colour=red').send(task).expect(400);
  });

  it('answers without a body when asked to', async () => {
    const post = serverWith([]).post('/fhir/Task').set('Prefer', 'return=minimal').send({ resourceType: 'Task' });
    expect((await post.expect(201)).text).toBe('');
  });
});

describe('update', () => {
  it('counts versions and moves the resource in the patient search', async () => {
    const server = serverWith([resource('Flag', 'f', { subject: { reference: 'Patient/ann' } })]);
    const moved = resource('Flag', 'f', { subject: { reference: 'Patient/bob' } });
    await server.put('/fhir/Flag/f').set('If-Match', 'W/"1"').send(moved).expect(200).expect('ETag', 'W/"2"');
    expect(idsIn((await server.get('/fhir/Flag?patient=ann')).body)).toEqual([]);
    expect(idsIn((await server.get('/fhir/Flag?patient=bob')).body)).toEqual(['f']);
  });

  it('creates what is not there, and goes on counting after a deletion', async () => {
    const server = serverWith([]);
    await server.put('/fhir/Patient/ann').send(ANN).expect(201).expect('Location', `${BASE}/Patient/ann/_history/1`);
    await server.delete('/fhir/Patient/ann').expect(204);
    await server.put('/fhir/Patient/ann').send(ANN).expect(201).expect('ETag', 'W/"3"');
  });

  it('is 412 when someone else was faster', async () => {
    const server = serverWith([ANN]);
    const { body } = await server.put('/fhir/Patient/ann').set('If-Match', 'W/"7"').send(ANN).expect(412);
    expect(body.issue[0].diagnostics).toMatch(/version 7.*at version 1/);
    await server.put('/fhir/Patient/eve').set('If-Match', 'W/"1"').send(resource('Patient', 'eve')).expect(412);
    await server.put('/fhir/Patient/eve').set('If-Match', '*').send(resource('Patient', 'eve')).expect(412);
    await server.put('/fhir/Patient/eve').set('If-Match', '"1", "2"').send(resource('Patient', 'eve')).expect(412);
    await server.delete('/fhir/Patient/ann').set('If-Match', 'W/"7"').expect(412);
    await server.delete('/fhir/Patient/ann').set('If-Match', '*').expect(204);
  });

  it('is 400 when URL and body differ in id or type, or the id cannot be one', async () => {
    const server = serverWith([]);
    expect((await server.put('/fhir/Patient/eve').send(ANN).expect(400)).body.issue[0].expression).toEqual([
      'Patient.id',
    ]);
    await server.put('/fhir/Patient/ann').send({ resourceType: 'Patient' }).expect(400);
    await server
      .put('/fhir/Patient/ann')
      .send({ ...ANN, resourceType: 'Person' })
      .expect(400);
    await server
      .put('/fhir/Patient/a_b')
      .send({ ...ANN, id: 'a_b' })
      .expect(400);
  });
});

describe('the resources it was given', () => {
  it('are never changed', async () => {
    const given = [structuredClone(ANN)];
    const server = serverWith(Object.freeze(given));
    await server
      .put('/fhir/Patient/ann')
      .send({ ...ANN, gender: 'other' })
      .expect(200);
    await server.delete('/fhir/Patient/ann').expect(204);
    expect(given).toEqual([ANN]);
  });

  it('may hold the same practitioner twice, but not two different ones, nor one without an id', () => {
    const doctor = resource('Practitioner', 'd', { active: true });
    expect(() => createFhirServer({ resources: [doctor, structuredClone(doctor)] })).not.toThrow();
    expect(() => createFhirServer({ resources: [doctor, resource('Practitioner', 'd')] })).toThrow('Practitioner/d');
    expect(() => createFhirServer({ resources: [{ resourceType: 'Patient' }] })).toThrow('a Patient without one');
    expect(() => createFhirServer({ resources: [resource('Starship', 'x')] })).toThrow('Starship');
  });
});
