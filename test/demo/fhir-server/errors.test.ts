import { describe, expect, it } from 'vitest';
import { serverWith } from './support.ts';

const server = serverWith([]);
const JSON_TYPE = 'application/fhir+json';
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const post = (path: string, text: string) => server.post(path).set('Content-Type', JSON_TYPE).send(text);

describe('every refusal is an OperationOutcome', () => {
  it.each<[string, () => ReturnType<typeof server.get>, number]>([
    ['a body that is not JSON', () => server.post('/fhir/Patient').set('Content-Type', JSON_TYPE).send('{"a":'), 400],
    [
      'a body that is a JSON string',
      () => server.post('/fhir/Patient').set('Content-Type', JSON_TYPE).send('"a"'),
      400,
    ],
    ['a body that is an array', () => server.post('/fhir/Patient').send([]), 400],
    ['no body', () => server.post('/fhir/Patient').set('Content-Type', JSON_TYPE), 400],
    ['no body and no type of it', () => server.post('/fhir/Patient'), 400],
    ['a body of another type', () => server.post('/fhir/Patient').send({ resourceType: 'Task' }), 400],
    ['a resourceType that is a number', () => server.post('/fhir/Patient').send({ resourceType: 5 }), 400],
    ['meta that is a string', () => server.post('/fhir/Patient').send({ resourceType: 'Patient', meta: 'x' }), 400],
    ['a body nested too deeply', () => post('/fhir/Task', `{"resourceType":"Task","x":${deep(100_000)}}`), 400],
    ['a resourceType nested too deeply', () => post('/fhir/Task', `{"resourceType":${deep(100_000)}}`), 400],
    ['a Bundle nested too deeply', () => post('/fhir', `{"resourceType":"Bundle","type":${deep(100_000)}}`), 400],
    ['XML', () => server.post('/fhir/Patient').set('Content-Type', 'application/fhir+xml').send('<Patient/>'), 415],
    ['JSON sent to _search', () => server.post('/fhir/Patient/_search').send({ name: 'x' }), 415],
    ['an answer wanted in XML', () => server.get('/fhir/Patient').set('Accept', 'application/fhir+xml'), 406],
    ['an answer wanted in XML by _format', () => server.get('/fhir/Patient?_format=xml'), 406],
    [
      'a body over 5 MB',
      () => server.post('/fhir/Patient').send({ resourceType: 'Patient', x: 'a'.repeat(5_300_000) }),
      413,
    ],
    ['an unknown type', () => server.get('/fhir/Starship'), 404],
    ['an unknown type to create', () => server.post('/fhir/Starship').send({ resourceType: 'Starship' }), 404],
    ['an operation', () => server.get('/fhir/Patient/1/$everything'), 404],
    ['an address outside', () => server.get('/elsewhere'), 404],
    ['a patch', () => server.patch('/fhir/Patient/1').send([]), 405],
    ['a deletion of everything', () => server.delete('/fhir/Patient'), 405],
    ['a search over all types', () => server.get('/fhir?_type=Patient'), 405],
    ['a broken escape in the path', () => server.get('/fhir/Patient/%E0%A4%A'), 400],
    ['a broken escape in the query', () => server.get('/fhir/Patient?birthdate=%E0%A4%A'), 400],
    ['an address that is no URL', () => server.get('//[/fhir'), 404],
    ['a prototype for a type', () => server.get('/fhir/__proto__/1'), 404],
    ['a constructor for a type', () => server.get('/fhir/constructor?patient=1'), 404],
  ])('%s', async (_, send, status) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.type).toBe(JSON_TYPE);
    const [issue] = answer.body.issue;
    expect(answer.body.resourceType).toBe('OperationOutcome');
    expect(issue.severity).toBe('error');
    expect(issue.diagnostics).toMatch(/expected/);
  });

  it('and a refused method names those that are allowed', async () => {
    await server.patch('/fhir/Patient/1').send([]).expect('Allow', 'GET, PUT, DELETE');
  });

  it('takes elements of any shape without failing', async () => {
    const odd = {
      resourceType: 'Observation',
      code: 7,
      category: [null, 'x', [{}]],
      subject: 'ann',
      effectivePeriod: [],
    };
    await server.post('/fhir/Observation').send(odd).expect(201);
    await server.get('/fhir/Observation?patient=ann&code=7&date=2024&_sort=date,code,subject').expect(200);
  });
});
