import { describe, expect, it } from 'vitest';
import { createCompiledEngine } from '../../src/cql/compiled.ts';
import type { CqlRecord } from '../../src/cql/engine.ts';
import { createPlainRecord } from '../../src/cql/plain-record.ts';
import { elmOf, fhirLibrary, model, testCaches, valueSets } from '../support/cql.ts';
import { now, resource } from '../support/record.ts';

const codes = `codesystem "S": 'http://s'
valueset "Ones Codes": 'http://test/ones'
valueset "Twos Codes": 'http://test/twos'
valueset "Absent Codes": 'http://test/absent'
code "Two Codes": '2' from "S"
context Patient`;
const a = fhirLibrary(
  'A',
  `${codes}
define "Ones": [Observation: "Ones Codes"] O return all O.id.value
define "All": Count([Observation])
define "Category": [Observation: category in "Ones Codes"] O return all O.id.value
define "Absent": exists [Observation: "Absent Codes"]`,
);
const b = fhirLibrary(
  'B',
  `${codes}
define "Ones": [Observation: "Ones Codes"] O return all O.id.value
define "Twos": [Observation: "Twos Codes"] O return all O.id.value
define "Two": [Observation: "Two Codes"] O return all O.id.value
define "All": Count([Observation]) + Count([Observation: "Ones Codes"])`,
);

const coded = (...all: readonly string[]) => ({ coding: all.map((code) => ({ system: 'http://s', code })) });
const resources = [
  resource('Patient', { id: 'p' }),
  resource('Observation', { id: 'one', code: coded('1'), category: [coded('2')] }),
  resource('Observation', { id: 'both', code: coded('1', '2'), category: [coded('1')] }),
  resource('Observation', { id: 'two', code: coded('2') }),
];
const engine = await createCompiledEngine({
  libraries: await elmOf([a, b]),
  model,
  valueSets: valueSets({ ones: [['http://s', '1']], twos: [['http://s', '2']] }),
  cacheDirs: testCaches,
});

/** An evaluation, and what it asks of the record. */
const begin = () => {
  const record = createPlainRecord('p', resources) as CqlRecord;
  const asked: string[] = [];
  const evaluation = engine.evaluate({
    record: {
      ...record,
      ofType: (type) => {
        asked.push(type);
        return record.ofType(type);
      },
      withCodes: (type, path, sorter) => {
        asked.push(`${type} by ${path}`);
        return record.withCodes(type, path, sorter);
      },
    },
    now,
    timeZone: 'UTC',
  });
  return { evaluation, asked };
};

describe('retrieves', () => {
  it('by code at one element sort the record once, for all libraries', async () => {
    const { evaluation, asked } = begin();
    expect(await evaluation.value('A', 'Ones')).toEqual(['one', 'both']);
    expect(await evaluation.value('B', 'Ones')).toEqual(['one', 'both']);
    expect(await evaluation.value('B', 'Twos')).toEqual(['both', 'two']);
    expect(await evaluation.value('B', 'Two')).toEqual(['both', 'two']);
    expect(asked).toEqual(['Observation by code']);
  });

  it('at another element sort it again', async () => {
    const { evaluation, asked } = begin();
    await evaluation.value('A', 'Ones');
    expect(await evaluation.value('A', 'Category')).toEqual(['both']);
    expect(asked).toEqual(['Observation by code', 'Observation by category']);
  });

  it('of a type ask for it once, for all libraries', async () => {
    const { evaluation, asked } = begin();
    expect(await evaluation.value('A', 'All')).toBe(3);
    expect(await evaluation.value('B', 'All')).toBe(5);
    expect(asked).toEqual(['Observation', 'Observation by code']);
  });

  it('by a value set that is not here fail, and fail no other', async () => {
    const { evaluation } = begin();
    await expect(evaluation.value('A', 'Absent')).rejects.toThrow('http://test/absent is not here');
    expect(await evaluation.value('A', 'Ones')).toEqual(['one', 'both']);
  });

  it('of one evaluation are never those of another', async () => {
    const { evaluation } = begin();
    expect(await evaluation.value('A', 'All')).toBe(3);
    const record = createPlainRecord('p', resources.slice(0, 2)) as CqlRecord;
    expect(await engine.evaluate({ record, now, timeZone: 'UTC' }).value('A', 'All')).toBe(1);
  });
});
