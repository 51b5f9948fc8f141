import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PatientData, readPatients } from '../../src/cli/cql-data.ts';
import { emptyFolder } from '../support/command.ts';
import { model } from '../support/cql.ts';

let dir = '';
beforeEach(() => {
  dir = emptyFolder();
});
afterEach(() => rmSync(dir, { recursive: true }));

const write = (name: string, content: unknown): string => {
  const file = join(dir, name);
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
};
const lines = (...values: readonly unknown[]) =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
const patient = (id: string) => ({ resourceType: 'Patient', id });
const of = (owner: string, id: string, resourceType = 'Observation') => ({
  resourceType,
  id,
  subject: { reference: owner },
});
const organization = { resourceType: 'Organization', id: 'org' };
const bundle = (...resources: readonly object[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
});

const types = new Set(['Observation', 'Condition', 'Organization', 'Task', 'Device']);
const read = async (path: string, wanted: ReadonlySet<string> = types) => {
  const errors: string[] = [];
  const warnings: string[] = [];
  const patients: PatientData[] = [];
  const options = {
    model,
    types: wanted,
    onError: (m: string) => errors.push(m),
    onWarning: (m: string) => warnings.push(m),
  };
  for await (const each of readPatients(path, options)) patients.push(each);
  return {
    errors,
    warnings,
    found: patients.map(({ patientId, resources }) => [patientId, resources.map(({ id }) => id).join(' ')]),
    patients,
  };
};

describe('a patient with everything', () => {
  const whole = bundle(patient('p'), of('Patient/p', 'o'), organization);

  it.each(['b.json', 'b.json.gz', 'b.ndjson', 'b.ndjson.gz'])('comes from a Bundle in %s', async (name) => {
    const file = write(name, whole);
    expect((await read(file)).found).toEqual([['p', 'p o org']]);
    expect((await read(dir)).found).toEqual([['p', 'p o org']]);
  });

  it.each(['r.ndjson', 'r.ndjson.gz'])('comes from resources in %s, in any order', async (name) => {
    const file = write(name, lines(organization, of('Patient/p', 'o'), '', patient('p')));
    expect((await read(file)).found).toEqual([['p', 'o p org']]);
  });

  it('comes from a bulk export, a file for each type', async () => {
    write('Patient.000.ndjson', lines(patient('p'), patient('q')));
    write('Observation.000.ndjson.gz', lines(of('Patient/q', 'o1'), of('Patient/p', 'o2')));
    write('Organization.000.ndjson', lines(organization));
    write('LICENCE.md', 'words');
    expect((await read(dir)).found).toEqual([
      ['q', 'o1 q org'],
      ['p', 'o2 p org'],
    ]);
  });

  it('comes from each Bundle of a folder, below it too, one after the other', async () => {
    mkdirSync(join(dir, 'more'));
    write('a.json', bundle(patient('p'), of('Patient/p', 'o')));
    write('more/b.json', bundle(patient('q')));
    const { found, patients } = await read(dir);
    expect(found).toEqual([
      ['p', 'p o'],
      ['q', 'q'],
    ]);
    expect(patients.map(({ remaining }) => remaining)).toEqual([1, 0]);
  });

  it('comes out of a Bundle of several', async () => {
    const both = bundle(patient('p'), patient('q'), of('Patient/q', 'o1'), of('Patient/p', 'o2'), organization);
    expect((await read(write('b.json', both))).found).toEqual([
      ['p', 'p o2 org'],
      ['q', 'q o1 org'],
    ]);
  });
});

describe('whose a resource is', () => {
  it('is said by relative, absolute and urn:uuid references, subject, patient or beneficiary', async () => {
    const urn = 'urn:uuid:11111111-1111-1111-1111-111111111111';
    const entry = [
      { fullUrl: urn, resource: patient('p') },
      { resource: of(urn, 'a') },
      { resource: of('https://example.org/fhir/Patient/p', 'b') },
      { resource: { resourceType: 'Condition', id: 'c', patient: { reference: 'Patient/p/_history/2' } } },
    ];
    const { found, patients } = await read(write('b.json', { ...bundle(), entry }));
    expect(found).toEqual([['p', 'p a b c']]);
    expect(patients[0]?.resources[1]).toMatchObject({ subject: { reference: 'Patient/p' } });
  });

  it('is said by any reference to a patient where there is no subject', async () => {
    const task = { resourceType: 'Task', id: 't', for: { reference: 'Patient/p' } };
    expect((await read(write('r.ndjson', lines(patient('p'), patient('q'), task)))).found).toEqual([
      ['p', 'p t'],
      ['q', 'q'],
    ]);
  });

  it('is the one patient of the Bundle where nothing is said, and nobody among several', async () => {
    const silent = { resourceType: 'Observation', id: 'o' };
    expect((await read(write('one.json', bundle(patient('p'), silent)))).found).toEqual([['p', 'p o']]);
    const { found, warnings, errors } = await read(write('two.json', bundle(patient('p'), patient('q'), silent)));
    expect(found).toEqual([
      ['p', 'p'],
      ['q', 'q'],
    ]);
    expect(warnings).toEqual(['1 Observation left out: nothing in them says whose they are']);
    expect(errors).toEqual([]);
  });

  it('is everybody for a type of nobody, from Bundles without a patient too', async () => {
    write('a.json', bundle(patient('p')));
    write('hospitals.json', bundle(organization));
    expect((await read(dir)).found).toEqual([['p', 'p org']]);
  });
});

it('passes over types that nothing reads', async () => {
  const file = write('b.json', bundle(patient('p'), of('Patient/p', 'o'), organization));
  expect((await read(file, new Set(['Patient']))).found).toEqual([['p', 'p']]);
});

describe('what is wrong is told with its place, and the rest is read', () => {
  it('in lines', async () => {
    const file = write('r.ndjson', lines(patient('p'), '{"resourceType":', '{"id":"x"}', 'null', of('Patient/p', 'o')));
    const { found, errors } = await read(file);
    expect(found).toEqual([['p', 'p o']]);
    expect(errors).toEqual([
      expect.stringMatching(/r\.ndjson:2: expected a FHIR resource in JSON: /),
      expect.stringMatching(/r\.ndjson:3: expected a FHIR resource with its resourceType, got \{"id":"x"\}/),
      expect.stringMatching(/r\.ndjson:4: expected a FHIR resource with its resourceType, got null/),
    ]);
  });

  it('in files', async () => {
    write('a.json', '{');
    write('b.json', { ...bundle(patient('p')), entry: [{ resource: patient('p') }, {}] });
    writeFileSync(join(dir, 'c.ndjson.gz'), 'not packed');
    write('d.json', bundle(patient('q')));
    const { found, errors } = await read(dir);
    expect(found).toEqual([
      ['p', 'p'],
      ['q', 'q'],
    ]);
    expect(errors).toEqual([
      expect.stringMatching(/a\.json: expected a FHIR resource in JSON: /),
      expect.stringMatching(/b\.json: 1 of 2 entries hold no resource/),
      expect.stringMatching(/c\.ndjson\.gz: .*header/),
    ]);
  });

  it('of patients that come twice or never', async () => {
    write('a.json', bundle(patient('p'), of('Patient/gone', 'o')));
    write('b.json', bundle(patient('p')));
    write('c.ndjson', lines(of('Patient/p', 'late')));
    const { found, errors } = await read(dir);
    expect(found).toEqual([['p', 'p']]);
    expect(errors).toEqual([
      expect.stringMatching(/b\.json: Patient\/p stood in an earlier Bundle/),
      '1 resource of Patient/gone: expected the Patient too, found none',
      "1 resource of Patient/p stand apart from the patient's Bundle and were not seen",
    ]);
  });
});

it.each(['nowhere', ''])('expects files at "%s"', async (name) => {
  await expect(read(join(dir, name))).rejects.toThrow(/--data: expected \.json, .* found none at/);
});
