import type { Bundle, Resource } from 'fhir/r4.js';
import type { Agent } from 'supertest';
import supertest from 'supertest';
import { createFhirServer } from '../../../src/demo/fhir-server.ts';

export const LOINC = 'http://loinc.org';
export const BASE = 'http://ehr.example/fhir';

/** Gives a client of a fresh server that counts its ids and stands still at one moment. */
export function serverWith(resources: readonly Resource[]): Agent {
  let ids = 0;
  const newId = () => `new-${++ids}`;
  const now = () => new Date('2026-03-01T12:00:00Z');
  return supertest.agent(createFhirServer({ resources, baseUrl: BASE, now, newId }));
}

/** Builds a resource without having to please the type of each one. */
export function resource(resourceType: string, id: string, elements: object = {}): Resource {
  return { resourceType, id, ...elements } as Resource;
}

/** Builds a final Observation of one LOINC code. */
export function observation(id: string, patient: string, code: string, date: string, elements: object = {}): Resource {
  return resource('Observation', id, {
    status: 'final',
    category: [{ coding: [{ code: 'laboratory' }] }],
    code: { coding: [{ system: LOINC, code }] },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: date,
    ...elements,
  });
}

/** Gives the ids in a Bundle with this search mode, in order. */
export function idsIn(bundle: Bundle<Resource>, mode = 'match'): readonly (string | undefined)[] {
  return (bundle.entry ?? []).filter(({ search }) => search?.mode === mode).map((entry) => entry.resource?.id);
}
