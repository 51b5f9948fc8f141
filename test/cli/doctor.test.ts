import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { afterAll, describe, expect, it } from 'vitest';
import { createFhirServer } from '../../src/demo/fhir-server.ts';
import { loadPatients } from '../../src/demo/patients.ts';
import { operationOutcome } from '../../src/fhir/operation-outcome.ts';
import { carehook, emptyFolder } from '../support/command.ts';

const listening: { close(): void }[] = [];
const listen = async (app: RequestListener): Promise<string> => {
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

  it('says what the installation has never seen, how old its expansions are, and which codes no rule can see', async () => {
    const data = join(emptyFolder(), 'data');
    const site = emptyFolder();
    const settings = join(emptyFolder(), 'carehook.yaml');
    mkdirSync(data);
    symlinkSync(fileURLToPath(new URL('../../.carehook/cache', import.meta.url)), join(data, 'cache'));
    writeFileSync(settings, `siteDir: ${site}\nterminologyServer: http://127.0.0.1:9/fhir\n`);
    writeFileSync(join(site, 'overlay.yaml'), 'expand: { colonoscopy: http://tx.example/ValueSet/scopes }\n');
    const seen = { count: 3, first: '2026-11-01', last: '2026-11-20' };
    writeFileSync(
      join(data, 'code-census.json'),
      JSON.stringify({ patients: 250, valueSets: { 'stool-blood-test': seen } }),
    );
    const procedure = {
      resourceType: 'Procedure' as const,
      id: 'local',
      status: 'completed' as const,
      subject: { reference: 'Patient/canary' },
      code: { coding: [{ system: 'http://clinic.example/codes', code: 'ENDO7', display: 'COLONOSCOPY FLX DX' }] },
    };
    const patient = { resourceType: 'Patient' as const, id: 'canary', name: [{ family: 'Canary' }] };
    const fhir = await listen(createFhirServer({ resources: [patient, procedure] }));
    const { out } = await carehook(['doctor', '--fhir', fhir], { CAREHOOK_CONFIG: settings, CAREHOOK_DATA: data });
    expect(out).toContain('completions seen on records here, of 250 patients\n');
    expect(out).toContain('seen       stool-blood-test: 3 times, from 2026-11-01 to 2026-11-20');
    expect(out).toMatch(/never seen colonoscopy: nothing is due by .*colorectal-cancer/);
    expect(out).toContain('colonoscopy: known in part only, its expansion was never had; no answer');
    expect(out).toContain('1  Procedure http://clinic.example/codes ENDO7 COLONOSCOPY FLX DX (perhaps colonoscopy)');
    expect(out.toLowerCase()).not.toContain('canary');
  });

  it('says so when there is no server', async () => {
    const { out } = await carehook(['doctor', '--fhir', 'http://127.0.0.1:9/fhir']);
    expect(out).toContain('metadata: no answer');
    expect(out).toContain('not tried, because no patient was named');
  });
});
