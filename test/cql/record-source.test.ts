import { beforeAll, describe, expect, it } from 'vitest';
import { createCompiledEngine } from '../../src/cql/compiled.ts';
import type { CqlEngine } from '../../src/cql/engine.ts';
import { createInterpreter } from '../../src/cql/interpret.ts';
import { createPlainRecord } from '../../src/cql/plain-record.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { elmOf, fhirLibrary, model, testCaches } from '../support/cql.ts';
import { now, resource } from '../support/record.ts';

const oid = 'urn:oid:2.16.840.1.113883.6.1';
const library = fhirLibrary(
  'Addresses',
  `codesystem "LOINC": '${codeSystems.LOINC}'
codesystem "LOINC by OID": '${oid}'
code "A1c": '4548-4' from "LOINC"
code "A1c by OID": '4548-4' from "LOINC by OID"
code "Other": '1' from "LOINC"
concept "Either": { "A1c", "Other" }
context Patient
define "By Code": Count([Observation: "A1c"])
define "By Code of an OID": Count([Observation: "A1c by OID"])
define "By a List": Count([Observation: code in { "A1c", "Other" }])
define "By a Concept": Count([Observation: "Either"])
define "By Another": Count([Observation: "Other"])
define "By Class": Count([Encounter: class in { Code 'AMB' from "LOINC" }])
`,
);

describe('a retrieve by a code', () => {
  let engines: Readonly<Record<string, CqlEngine>>;
  beforeAll(async () => {
    const input = { libraries: await elmOf([library]), model, valueSets: new Map() };
    engines = {
      interpreted: createInterpreter(input),
      compiled: await createCompiledEngine({ ...input, cacheDirs: testCaches }),
    };
  });

  it.each([
    ['interpreted', 'By Code', 2],
    ['interpreted', 'By Code of an OID', 2],
    ['interpreted', 'By a List', 2],
    ['interpreted', 'By a Concept', 2],
    ['interpreted', 'By Another', 0],
    ['interpreted', 'By Class', 1],
    ['compiled', 'By Code', 2],
    ['compiled', 'By Code of an OID', 2],
    ['compiled', 'By a List', 2],
    ['compiled', 'By a Concept', 2],
    ['compiled', 'By Another', 0],
    ['compiled', 'By Class', 1],
  ])('finds it under any address of its code system: %s, %s', async (name, definition, count) => {
    const observation = (id: string, system: string) =>
      resource('Observation', { id, code: { coding: [{ system, code: '4548-4' }] } });
    const record = createPlainRecord('p', [
      resource('Patient', { id: 'p' }),
      observation('a', codeSystems.LOINC),
      observation('b', oid),
      observation('c', 'http://other'),
      resource('Encounter', { id: 'e', class: { system: oid, code: 'AMB' } }),
    ]);
    if (!record) throw new Error('expected a patient');
    const evaluation = engines[name]?.evaluate({ record, now, timeZone: 'UTC' });
    expect(await evaluation?.value('Addresses', definition)).toBe(count);
  });

  it.each(['By Code', 'By a List', 'By a Concept'])(
    'asks the index of the record for the codes: %s',
    async (definition) => {
      const plain = createPlainRecord('p', [
        resource('Patient', { id: 'p' }),
        resource('Observation', { id: 'a', code: { coding: [{ system: oid, code: '4548-4' }] } }),
        resource('Observation', { id: 'b', code: { coding: [{ system: oid, code: '2' }] } }),
      ]);
      if (!plain) throw new Error('expected a patient');
      const found: number[] = [];
      const withCode: typeof plain.withCode = (type, path, codes) => {
        const resources = plain.withCode(type, path, codes);
        found.push(resources.length);
        return resources;
      };
      const evaluation = engines.interpreted?.evaluate({ record: { ...plain, withCode }, now, timeZone: 'UTC' });
      expect(await evaluation?.value('Addresses', definition)).toBe(1);
      expect(found).toEqual([1]);
    },
  );
});
