import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { afterAll, describe, expect, it } from 'vitest';
import { createFhirServer } from '../../src/demo/fhir-server.ts';
import { loadPatients } from '../../src/demo/patients.ts';
import { operationOutcome } from '../../src/fhir/operation-outcome.ts';
import { carehook } from '../support/command.ts';

const listening: { close(): void }[] = [];
const listen = async (app: express.Express): Promise<string> => {
  const server = createServer(app);
  listening.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
};

const patients = loadPatients(fileURLToPath(new URL('../../fixtures/patients', import.meta.url)), '2026-11-21');
const sample = () => createFhirServer({ resources: patients.flatMap(({ resources }) => resources) });

describe('carehook doctor', () => {
  afterAll(() => {
    for (const server of listening) server.close();
  });

  it('finds every search to work on a server that has them all', async () => {
    const { code, out } = await carehook(['doctor', '--fhir', await listen(sample()), '--patient', 'walter-hughes']);
    expect(out).toContain('FHIR 4.0.1');
    expect(out).toContain('every rule finds the searches that it needs');
    expect(code).toBe(0);
    expect(out).not.toContain('walter-hughes');
  });

  it('names what a server refuses, why, and the rules that cannot work there', async () => {
    const app = express();
    app.use('/fhir/Procedure', (_request, response) => {
      response.status(403).json(operationOutcome('forbidden', 'the scope for Procedure was not granted'));
    });
    app.use(sample());
    const { code, out } = await carehook(['doctor', '--fhir', await listen(app)]);
    expect(out).toContain('refused Procedure?patient=…');
    expect(out).toContain('HTTP 403: the scope for Procedure was not granted');
    expect(out).toMatch(/cannot work there: .*colorectal-cancer/);
    expect(code).toBe(1);
  });

  it('says so when there is no server', async () => {
    const { out } = await carehook(['doctor', '--fhir', 'http://127.0.0.1:9/fhir']);
    expect(out).toContain('metadata: no answer');
    expect(out).toContain('not tried, because no patient was named');
  });
});
