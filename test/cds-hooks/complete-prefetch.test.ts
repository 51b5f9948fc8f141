import type { Bundle, FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { completePrefetch } from '../../src/cds-hooks/complete-prefetch.ts';
import type { PrefetchTemplate } from '../../src/cds-hooks/prefetch-templates.ts';
import type { CdsHooksRequest } from '../../src/cds-hooks/schema.ts';
import { type FhirClient, FhirError } from '../../src/fhir/client.ts';
import { patient, patientView, resource, searchset } from '../support/requests.ts';

const template = (type: string, elements: Partial<PrefetchTemplate> = {}): PrefetchTemplate => ({
  key: type.toLowerCase(),
  type,
  query: '',
  optional: false,
  ...elements,
});

/** A client that answers by a function of the address, and what it was asked. */
const clientOf = (answer: (url: string) => object) => {
  const asked: string[] = [];
  const get = async (url: string) => {
    asked.push(url);
    return answer(url) as FhirResource;
  };
  const nextPage = ({ link }: Bundle) => get(link?.find(({ relation }) => relation === 'next')?.url ?? '');
  const client: FhirClient = { refused: new Set(), get, nextPage };
  return { client, asked };
};
const refusing = (status: number, pattern: RegExp) => (url: string) => {
  if (pattern.test(url)) throw new FhirError(`HTTP ${status}`, status);
  return url.startsWith('Patient/') ? patient() : searchset([resource('Observation', 'o')]);
};
const complete = (templates: readonly PrefetchTemplate[], client?: FhirClient, prefetch?: Record<string, unknown>) =>
  completePrefetch(patientView(prefetch ? { prefetch } : {}) as CdsHooksRequest, templates, client, {
    signal: AbortSignal.timeout(10_000),
    today: '2026-11-21',
  });
const codes = new Set(['http://loinc.org|6301-6']);
const observations = template('Observation', { codes, lookBack: { value: 2, unit: 'y' } });

describe('completing prefetch', () => {
  it('[CH-31] asks for nothing when every key is there', async () => {
    const { client, asked } = clientOf(() => searchset([]));
    const { missing } = await complete([template('Condition')], client, { condition: null });
    expect([asked, missing]).toEqual([[], []]);
  });

  it('asks first for what is recent enough and of the codes that are needed', async () => {
    const { client, asked } = clientOf(refusing(400, /none/));
    await complete([observations], client);
    expect(asked).toEqual(['Observation?patient=p&code=http://loinc.org%7C6301-6&date=ge2024-11-21&_count=500']);
  });

  it('goes on to a wider search where a server refuses one by date or code, and keeps to it', async () => {
    const { client, asked } = clientOf(refusing(400, /date=|code=/));
    expect((await complete([observations], client)).entries).toHaveLength(1);
    expect(asked).toHaveLength(3);
    asked.length = 0;
    expect((await complete([observations], client)).entries).toHaveLength(1);
    expect(asked).toEqual(['Observation?patient=p&_count=500']);
  });

  it('asks for another service in the one form that it has, whatever was refused before', async () => {
    const { client, asked } = clientOf(refusing(400, /date=|code=/));
    await complete([observations], client);
    asked.length = 0;
    const { entries, missing } = await complete([template('Observation')], client);
    expect([asked, entries.length, missing]).toEqual([['Observation?patient=p&_count=500'], 1, []]);
  });

  it('remembers no refusal when the widest search is refused too: the form was not at fault', async () => {
    const { client } = clientOf(refusing(403, /Observation/));
    expect((await complete([observations], client)).missing).toEqual([
      { what: 'Observation', types: ['Observation'], reason: expect.stringContaining('HTTP 403') },
    ]);
    expect(client.refused.size).toBe(0);
  });

  it('goes on to no wider search after a failure that is no refusal', async () => {
    const { client, asked } = clientOf(refusing(500, /Observation/));
    await complete([observations], client);
    expect(asked).toHaveLength(1);
  });

  it('calls a type that many servers lack a limit where it is refused, and missing where it failed', async () => {
    const optional = template('MedicationStatement', { optional: true });
    const refused = await complete([optional], clientOf(refusing(404, /MedicationStatement/)).client);
    expect(refused).toMatchObject({ limits: ['MedicationStatement'], missing: [] });
    const failed = await complete([optional], clientOf(refusing(503, /MedicationStatement/)).client);
    expect(failed).toMatchObject({ limits: [], missing: [{ what: 'MedicationStatement' }] });
  });

  it('takes no pages for ever: after fifty the rest is called missing', async () => {
    const endless = searchset([resource('Condition', 'c')], [{ relation: 'next', url: 'Condition?page' }]);
    const { client, asked } = clientOf(() => endless);
    const { entries, missing } = await complete([template('Condition')], client);
    expect([asked.length, entries.length]).toEqual([50, 50]);
    expect(missing[0]?.reason).toBe('more than 50 resources, the rest was not read');
  });

  it('reads on after a page of which something cannot be read, and says so', async () => {
    const odd = resource('Condition', 'odd', { code: 'x', subject: 5 });
    const pages: Record<string, object> = {
      first: searchset([odd, resource('Condition', 'a')], [{ relation: 'next', url: 'second' }]),
      second: searchset([resource('Condition', 'b')]),
    };
    const { client } = clientOf((url) => pages[url] ?? pages.first ?? {});
    const { entries, missing } = await complete([template('Condition')], client);
    expect(entries.map((entry) => entry.resource?.id)).toEqual(['a', 'b']);
    expect(missing[0]?.reason).toBe('a Condition is not as FHIR has it: subject: expected an object, got number');
  });

  it('keeps what was sent beside what could not be fetched', async () => {
    const page = searchset([resource('Condition', 'sent')], [{ relation: 'next', url: 'x' }]);
    const { entries, missing } = await complete([template('Condition')], clientOf(refusing(500, /./)).client, {
      condition: page,
    });
    expect(entries.map((entry) => entry.resource?.id)).toEqual(['sent']);
    expect(missing).toHaveLength(1);
  });

  it('does not take the patient that a server gives in place of another', async () => {
    const { entries, missing } = await complete([template('Patient')], clientOf(() => patient('q')).client);
    expect([entries, missing[0]?.reason]).toEqual([[], 'the FHIR server gave another patient']);
  });

  it('throws when the patient that was sent is another', async () => {
    await expect(complete([template('Patient')], undefined, { patient: patient('q') })).rejects.toMatchObject({
      code: 'PATIENT_MISMATCH',
    });
  });
});
