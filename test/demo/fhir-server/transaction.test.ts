import { describe, expect, it } from 'vitest';
import { BASE, idsIn, observation, resource, serverWith } from './support.ts';

const entry = (method: string, url: string, more: object = {}, request: object = {}) => ({
  request: { method, url, ...request },
  ...more,
});
const bundle = (type: string, ...entries: readonly unknown[]) => ({ resourceType: 'Bundle', type, entry: entries });
const ANN = resource('Patient', 'ann', { identifier: [{ system: 'urn:mrn', value: '1' }], gender: 'female' });
const PATIENT_URN = 'urn:uuid:6f5b1a34-0000-4000-8000-000000000001';

describe('a transaction', () => {
  it('deletes, creates and updates, and answers in the order of the entries', async () => {
    const server = serverWith([ANN, observation('old', 'ann', '4548-4', '2024')]);
    const changed = { ...ANN, gender: 'other' };
    const { body } = await server
      .post('/fhir')
      .send(
        bundle(
          'transaction',
          entry('GET', 'Observation?patient=ann'),
          entry('PUT', 'Patient/ann', { resource: changed }, { ifMatch: 'W/"1"' }),
          entry('POST', 'Observation', { resource: observation('x', 'ann', '6301-6', '2025') }),
          entry('DELETE', 'Observation/old'),
          entry('GET', 'Patient/ann'),
        ),
      )
      .expect(200);
    expect(body.type).toBe('transaction-response');
    const statuses = body.entry.map((one: { response: { status: string } }) => one.response.status);
    expect(statuses).toEqual(['200 OK', '200 OK', '201 Created', '204 No Content', '200 OK']);
    expect(idsIn(body.entry[0].resource)).toEqual(['new-1']);
    expect(body.entry[1].response).toMatchObject({ location: 'Patient/ann/_history/2', etag: 'W/"2"' });
    expect(body.entry[4].resource.gender).toBe('other');
  });

  it('turns references among its entries into references to what was created', async () => {
    const server = serverWith([]);
    const { body } = await server
      .post('/fhir')
      .send(
        bundle(
          'transaction',
          entry('POST', 'Observation', {
            resource: { ...observation('x', '', '1-8', '2025'), subject: { reference: PATIENT_URN } },
          }),
          entry('POST', 'Patient', { fullUrl: PATIENT_URN, resource: ANN }),
          entry('PUT', 'Practitioner/d', { fullUrl: 'urn:uuid:d', resource: resource('Practitioner', 'd') }),
          entry('POST', 'Task', { resource: { resourceType: 'Task', owner: { reference: 'urn:uuid:d' } } }),
        ),
      )
      .expect(200);
    const [seen, created, , task] = body.entry;
    expect(seen.resource.subject.reference).toBe(`Patient/${created.resource.id}`);
    expect(task.resource.owner.reference).toBe('Practitioner/d');
    expect(idsIn((await server.get(`/fhir/Observation?patient=${created.resource.id}`)).body)).toHaveLength(1);
  });

  it('refers to the existing resource when ifNoneExist finds one, and a second run adds nothing', async () => {
    const server = serverWith([ANN]);
    const run = () =>
      server
        .post('/fhir')
        .send(
          bundle(
            'transaction',
            entry('POST', 'Patient', { fullUrl: PATIENT_URN, resource: ANN }, { ifNoneExist: 'identifier=urn:mrn|1' }),
            entry('PUT', 'Flag/f', { resource: resource('Flag', 'f', { subject: { reference: PATIENT_URN } }) }),
          ),
        )
        .expect(200);
    expect((await run()).body.entry[1].resource.subject.reference).toBe('Patient/ann');
    await run();
    expect((await server.get('/fhir/Patient')).body.total).toBe(1);
  });

  it('does not find by ifNoneExist what the same transaction deletes', async () => {
    const server = serverWith([ANN]);
    const create = entry('POST', 'Patient', { resource: ANN }, { ifNoneExist: 'identifier=urn:mrn|1' });
    const { body } = await server.post('/fhir').send(bundle('transaction', create, entry('DELETE', 'Patient/ann')));
    expect(body.entry[0].response.status).toBe('201 Created');
  });

  it('leaves everything as it was when one entry fails', async () => {
    const before = [ANN, observation('old', 'ann', '4548-4', '2024'), observation('other', 'ann', '6301-6', '2024')];
    const server = serverWith(before);
    const { body } = await server
      .post('/fhir')
      .send(
        bundle(
          'transaction',
          entry('DELETE', 'Observation/old'),
          entry('POST', 'Observation', { resource: observation('x', 'ann', '1-8', '2025') }),
          entry('PUT', 'Observation/other', { resource: observation('other', 'bob', '6301-6', '2025') }),
          entry('PUT', 'Patient/ann', { resource: ANN }, { ifMatch: 'W/"9"' }),
        ),
      )
      .expect(412);
    expect(body.issue[0].diagnostics).toMatch(/^Bundle\.entry\[3\]: Patient\/ann/);
    const seen = (await server.get('/fhir/Observation?patient=ann')).body;
    expect(idsIn(seen)).toEqual(['old', 'other']);
    expect(seen.entry[1].resource.meta.versionId).toBe('1');
    expect((await server.get('/fhir/Observation?patient=bob')).body.total).toBe(0);
    await server.get('/fhir/Patient/ann').expect('ETag', 'W/"1"');
  });

  it.each<[string, readonly unknown[], string]>([
    [
      'a reference to no entry',
      [entry('POST', 'Flag', { resource: { resourceType: 'Flag', subject: { reference: PATIENT_URN } } })],
      'fullUrl',
    ],
    [
      'a conditional reference',
      [entry('POST', 'Flag', { resource: { resourceType: 'Flag', subject: { reference: 'Patient?x=1' } } })],
      'fullUrl',
    ],
    [
      'one resource changed twice',
      [entry('PUT', 'Patient/ann', { resource: ANN }), entry('DELETE', 'Patient/ann')],
      'once',
    ],
    [
      'one ifNoneExist twice',
      [0, 1].map(() => entry('POST', 'Patient', { resource: ANN }, { ifNoneExist: 'identifier=urn:mrn|2' })),
      'once',
    ],
    ['one fullUrl twice', [0, 1].map(() => entry('POST', 'Patient', { fullUrl: PATIENT_URN, resource: ANN })), 'once'],
    ['a method it does not know', [entry('PATCH', 'Patient/ann', { resource: ANN })], 'DELETE POST PUT GET'],
    ['a conditional update', [entry('PUT', 'Patient?identifier=1', { resource: ANN })], 'Type/id'],
    ['a create without a resource', [entry('POST', 'Patient')], 'a resource'],
    ['an entry without a request', [{ resource: ANN }], 'a request'],
    ['an entry that is no object', ['x'], 'JSON object'],
    ['a url that is a number', [{ request: { method: 'GET', url: 5 } }], 'a string'],
    ['an id in the URL other than in the body', [entry('PUT', 'Patient/eve', { resource: ANN })], 'id of the URL'],
  ])('is refused for %s, with the place of the entry', async (_, entries, words) => {
    const server = serverWith([ANN]);
    const { body } = await server
      .post('/fhir')
      .send(bundle('transaction', ...entries))
      .expect(400);
    expect(body.issue[0].diagnostics).toMatch(/^Bundle\.entry\[\d\]: /);
    expect(body.issue[0].diagnostics).toContain(words);
    expect(body.issue[0].expression[0]).toMatch(/^Bundle\.entry\[\d\]/);
  });
});

describe('a batch', () => {
  it('does what it can and says what it could not, entry by entry', async () => {
    const server = serverWith([ANN]);
    const { body } = await server
      .post('/fhir')
      .send(
        bundle(
          'batch',
          entry('GET', `${BASE}/Patient/ann`),
          entry('GET', 'Patient/eve'),
          entry('POST', 'Task', { resource: { resourceType: 'Task' } }),
          'rubbish',
        ),
      )
      .expect(200);
    expect(body.type).toBe('batch-response');
    const responses = body.entry.map((one: { response: object }) => one.response);
    expect(responses).toMatchObject([
      { status: '200 OK' },
      { status: '404' },
      { status: '201 Created' },
      { status: '400' },
    ]);
    expect(responses[1].outcome.issue[0].diagnostics).toContain('Bundle.entry[1]');
    await server.get('/fhir/Task/new-1').expect(200);
  });
});

describe('a body that is neither batch nor transaction', () => {
  it.each([{}, { resourceType: 'Bundle' }, bundle('collection'), { ...bundle('batch'), entry: {} }, ANN])(
    'is refused: %j',
    async (body) => {
      await serverWith([]).post('/fhir').send(body).expect(400);
    },
  );
});
