import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createFhirConnections, FhirError } from '../../src/fhir/client.ts';
import { answering, at, type Fault, hanging, outcome, startFhirServer } from '../support/faulty-fhir-server.ts';
import { patient, resource, searchset } from '../support/requests.ts';

const connections = createFhirConnections();
afterAll(() => connections.close());
const patience = () => AbortSignal.timeout(10_000);

const clientOf = async (fault?: Fault, token?: string) => {
  const fhir = await startFhirServer([patient()], onTestFinished, fault);
  return { fhir, client: connections.client(fhir.base, token) };
};

describe('a FHIR client', () => {
  it('reads a resource, and searches', async () => {
    const { client } = await clientOf();
    expect(await client.get('Patient/p', patience())).toMatchObject({ resourceType: 'Patient', id: 'p' });
    expect(await client.get('Condition?patient=p', patience())).toMatchObject({ resourceType: 'Bundle', total: 0 });
  });

  it('[CH-43] presents its token, and asks for FHIR JSON', async () => {
    const { fhir, client } = await clientOf(undefined, 'abc');
    await client.get('Patient/p', patience());
    expect(fhir.seen[0]?.headers).toMatchObject({ authorization: 'Bearer abc', accept: 'application/fhir+json' });
  });

  it.each([
    [401, outcome('login', 'who are you?'), 'HTTP 401: who are you?'],
    [404, '<html>', 'HTTP 404'],
    [422, 'null', 'HTTP 422'],
    [200, '<html>', 'HTTP 200: the answer is no JSON'],
    [200, '5', 'the answer is no FHIR resource'],
    [200, {}, 'the answer is no FHIR resource'],
    [200, '', 'the answer is no FHIR resource'],
  ])('fails in one way for an answer of %i %j', async (status, body, message) => {
    const { client } = await clientOf(answering(status, body));
    const failure = await client.get('Patient/p', patience()).catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(FhirError);
    expect(failure).toMatchObject({ message, status });
  });

  it('names neither the address nor the patient in what it says', async () => {
    for (const fault of [answering(400, 'x'), answering(500, 'x'), answering(302, '', { location: '/elsewhere' })]) {
      const { client } = await clientOf(fault);
      const { message } = await client.get('Patient/canary?name=Canary', patience()).catch((thrown) => thrown);
      expect(message).not.toMatch(/canary|127\.0\.0\.1/i);
    }
  });

  it('gives up when it is told to', async () => {
    const { client } = await clientOf(hanging);
    const failure = await client.get('Patient/p', AbortSignal.timeout(50)).catch((thrown) => thrown);
    expect(failure).toMatchObject({ name: 'FhirError', message: 'no answer in time', status: undefined });
  });

  it('asks once more after an error of the server, and not after one of ours', async () => {
    for (const [status, times] of [
      [503, 2],
      [404, 1],
      [429, 1],
    ] as const) {
      const { fhir, client } = await clientOf(answering(status, 'x'));
      await client.get('Patient/p', patience()).catch(() => {});
      expect(fhir.seen).toHaveLength(times);
    }
  });

  it('says what the server said, though it may not ask a second time', async () => {
    const { fhir, client } = await clientOf(answering(500, outcome('exception', 'disk full')));
    const failures = await Promise.all(
      Array.from({ length: 5 }, () => client.get('Patient/p', patience()).catch(({ message }) => message)),
    );
    expect(new Set(failures)).toEqual(new Set(['HTTP 500: disk full']));
    fhir.seen.length = 0;
    await expect(client.get('Patient/p', patience())).rejects.toThrow('not asked');
    expect(fhir.seen).toEqual([]);
  });

  it('leaves another server alone when one has failed', async () => {
    const failing = await clientOf(answering(500, 'x'));
    await Promise.all(Array.from({ length: 6 }, () => failing.client.get('Patient/p', patience()).catch(() => {})));
    const { client } = await clientOf();
    await expect(client.get('Patient/p', patience())).resolves.toBeDefined();
  });

  it('keeps what a server refuses for later clients of that server only', async () => {
    const { fhir, client } = await clientOf();
    client.refused.add('Observation?patient&code');
    expect(connections.client(`${fhir.base}/`).refused).toEqual(new Set(['Observation?patient&code']));
    expect((await clientOf()).client.refused).toEqual(new Set());
  });
});

describe('the page after a Bundle', () => {
  const pageOf = (next: unknown) => searchset([], [{ relation: 'next', url: next }]) as never;

  it('is read by its link, absolute or not', async () => {
    const { fhir, client } = await clientOf(at(/page=/, answering(200, searchset([resource('Condition', 'c')]))));
    for (const next of [
      `${fhir.base}/Condition?page=2`,
      `${fhir.base}?page=2`,
      'Condition?page=2',
      '/fhir/Condition?page=2',
    ])
      expect(await client.nextPage(pageOf(next), patience())).toMatchObject({ resourceType: 'Bundle', total: 1 });
  });

  it('is read though the host stands in capitals where the server was named', async () => {
    const { fhir } = await clientOf(at(/page=/, answering(200, searchset([]))));
    const client = connections.client(fhir.base.replace('http://127.0.0.1', 'HTTP://127.0.0.1'));
    await expect(client.nextPage(pageOf(`${fhir.base}/Condition?page=2`), patience())).resolves.toBeDefined();
  });

  it('is not there without a link, or without an address in it', async () => {
    const { client } = await clientOf();
    for (const bundle of [searchset([]), pageOf(undefined), pageOf(5)])
      expect(await client.nextPage(bundle as never, patience())).toBeUndefined();
  });

  it.each([
    'http://elsewhere.example/fhir/Condition',
    '//elsewhere.example/fhir',
    '../admin',
    'file:///etc/passwd',
    'javascript:1',
  ])('[CH-45] is not read from %s', async (next) => {
    const { fhir, client } = await clientOf(undefined, 'secret');
    await expect(client.nextPage(pageOf(next), patience())).rejects.toThrow('leads to another server');
    expect(fhir.seen).toEqual([]);
  });
});
