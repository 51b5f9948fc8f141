import type { CapabilityStatement, CapabilityStatementRestResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { BASE, resource, serverWith } from './support.ts';

async function declared() {
  const server = serverWith([resource('Patient', 'ann')]);
  const { body } = await server.get('/fhir/metadata').expect(200);
  const statement: CapabilityStatement = body;
  const types: readonly CapabilityStatementRestResource[] = statement.rest?.[0]?.resource ?? [];
  return { server, statement, types };
}

describe('the capability statement', () => {
  it('names version, base and the interactions on the whole', async () => {
    const { statement } = await declared();
    expect(statement).toMatchObject({ fhirVersion: '4.0.1', kind: 'instance', implementation: { url: BASE } });
    expect(statement.rest?.[0]?.interaction).toEqual([{ code: 'transaction' }, { code: 'batch' }]);
  });

  it('declares only search parameters that the server honours, even when strict', async () => {
    const { server, types } = await declared();
    expect(types.length).toBeGreaterThan(40);
    const values = { date: '2024', token: 'x', string: 'x', reference: 'x' } as Record<string, string>;
    for (const { type, searchParam = [] } of types) {
      const query = searchParam.map((parameter) => `${parameter.name}=${values[parameter.type]}`).join('&');
      await server.get(`/fhir/${type}?${query}`).set('Prefer', 'handling=strict').expect(200);
    }
  });

  it('declares only includes that the server honours', async () => {
    const { server, types } = await declared();
    for (const { type, searchInclude = [] } of types) {
      const query = searchInclude.map((include) => `_include=${include}`).join('&');
      await server.get(`/fhir/${type}?${query}`).set('Prefer', 'handling=strict').expect(200);
    }
  });
});
