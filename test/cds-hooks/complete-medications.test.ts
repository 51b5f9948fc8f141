import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { completeMedications } from '../../src/cds-hooks/complete-medications.ts';
import { type FhirClient, FhirError } from '../../src/fhir/client.ts';

const order = (id: string, reference: string): { resource: FhirResource } => ({
  resource: {
    resourceType: 'MedicationRequest',
    id,
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    medicationReference: { reference },
  },
});

const serverWith = (...ids: string[]) => {
  const asked: string[] = [];
  const client: FhirClient = {
    refused: new Set(),
    get: async (url) => {
      asked.push(url);
      if (!ids.some((id) => url === `Medication/${id}`)) throw new FhirError('HTTP 404', 404);
      return { resourceType: 'Medication', id: url.slice('Medication/'.length) };
    },
    nextPage: async () => undefined,
  };
  return { client, asked };
};
const base = 'http://ehr.example/fhir';
const signal = AbortSignal.timeout(1_000);

describe('Medications that orders refer to', () => {
  it('are read once each, whatever form the reference has', async () => {
    const { client, asked } = serverWith('a', 'b');
    const read = await completeMedications(
      [
        order('1', 'Medication/a'),
        order('2', 'http://ehr.example/fhir/Medication/a'),
        order('3', 'Medication/b/_history/2'),
      ],
      { base, client },
      signal,
    );
    expect(asked.sort()).toEqual(['Medication/a', 'Medication/b']);
    expect(read.map(({ resource }) => resource?.id).sort()).toEqual(['a', 'b']);
  });

  it('are not read where they came along or are contained', async () => {
    const { client, asked } = serverWith();
    const along = { resource: { resourceType: 'Medication', id: 'a' } as FhirResource };
    expect(
      await completeMedications([order('1', 'Medication/a'), along, order('2', '#m')], { base, client }, signal),
    ).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('of another server are not looked for under the same id on this one', async () => {
    const { client, asked } = serverWith('a');
    await completeMedications([order('1', 'https://other.example/fhir/Medication/a')], { base, client }, signal);
    expect(asked).toEqual([]);
  });

  it('that cannot be had are left out and take no other down', async () => {
    const { client } = serverWith('b');
    const read = await completeMedications(
      [order('1', 'Medication/a'), order('2', 'Medication/b')],
      { base, client },
      signal,
    );
    expect(read.map(({ resource }) => resource?.id)).toEqual(['b']);
  });

  it('are not asked of any server where there is none', async () => {
    expect(await completeMedications([order('1', 'Medication/a')], undefined, signal)).toEqual([]);
  });
});
