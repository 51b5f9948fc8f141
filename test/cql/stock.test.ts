import { beforeAll, describe, expect, it } from 'vitest';
import type { CqlEngine } from '../../src/cql/engine.ts';
import { createInterpreter } from '../../src/cql/interpret.ts';
import { translateLibraries } from '../../src/cql/libraries.ts';
import { createPlainRecord } from '../../src/cql/plain-record.ts';
import { createStockEngine } from '../../src/cql/stock.ts';
import { createTranslator } from '../../src/cql/translate.ts';
import { elmOf, fhirLibrary, model, source, testCaches, valueSets } from '../support/cql.ts';
import { now, resource } from '../support/record.ts';

process.env.TZ = 'UTC';

const library = fhirLibrary(
  'Stock',
  `codesystem "S": 'http://s'
valueset "Ones": 'http://test/Ones'
valueset "None": 'http://test/None'
code "One": '1' from "S"
parameter "Period" Interval<DateTime>
context Patient
define "Conditions": [Condition: "Ones"]
define "By Code": Count([Condition: "One"])
define "Missing": [Condition: "None"]
define "Needs Missing": exists "Missing"
define "Onset": First("Conditions").onset
define "Onset Value": (First("Conditions").onset as FHIR.dateTime).value
define "Status": First("Conditions").clinicalStatus
define "Born": Patient.birthDate
define "Now": Now()
define "Period Start": start of "Period"
define "Tuple": Tuple { a: 1, b: "Conditions" }
define "Amount": 5.5 'mg'
`,
);
const sets = valueSets({ Ones: [['http://s', '1']] });
const settings = new Map([['Stock', { Period: { low: '2020-01-01T00:00:00.0', high: '2021-01-01T00:00:00.0' } }]]);
const condition = (id: string, code: string) =>
  resource('Condition', {
    id,
    code: { coding: [{ system: 'http://s', code }] },
    clinicalStatus: { coding: [{ code: 'active' }] },
    onsetDateTime: '2020-05-01T10:00:00Z',
  });
const patient = resource('Patient', { id: 'p', birthDate: '1960-01-01' });
const resources = [patient, condition('a', '1'), condition('b', '2'), condition('c', '1')];

let engines: Readonly<Record<string, CqlEngine>> = {};
beforeAll(async () => {
  const input = { libraries: await elmOf([library]), model, valueSets: sets, settings };
  engines = { stock: createStockEngine(input), interpreted: createInterpreter(input) };
});
const evaluationOf = (name: string, given = resources) => {
  const record = createPlainRecord('p', given);
  if (!record || !engines[name]) throw new Error('expected a patient and an engine');
  return engines[name].evaluate({ record, now, timeZone: 'UTC', utcAs: 'utc' });
};

describe('stock and interpreted', () => {
  it.each(['Conditions', 'By Code', 'Onset', 'Status', 'Born', 'Now', 'Period Start', 'Tuple', 'Amount'])(
    'give the same for %s, plainly',
    async (definition) => {
      const [stock, interpreted] = [evaluationOf('stock'), evaluationOf('interpreted')];
      const value = await stock.value('Stock', definition);
      expect(value).toEqual(await interpreted.value('Stock', definition));
      expect(value).not.toBeNull();
      expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    },
  );

  it.each(['stock', 'interpreted'])('fail where a value set is missing, and nowhere else: %s', async (name) => {
    const evaluation = evaluationOf(name);
    await expect(evaluation.value('Stock', 'Missing')).rejects.toThrow(/^Stock\."Missing" at .*http:\/\/test\/None/);
    await expect(evaluation.value('Stock', 'Needs Missing')).rejects.toThrow(/http:\/\/test\/None/);
    expect(await evaluation.value('Stock', 'By Code')).toBe(2);
  });

  it.each(['stock', 'interpreted'])('say that a definition is not there: %s', async (name) => {
    await expect(evaluationOf(name).value('Stock', 'Nope')).rejects.toThrow('there is no such definition');
    await expect(evaluationOf(name).value('Nope', 'Nope')).rejects.toThrow('there is no such definition');
  });
});

it.each([
  ['utc', '2020-05-01T10:00:00+00:00'],
  ['zone', '2020-05-01T06:00:00-04:00'],
] as const)('reads a time in UTC as the context says: %s', async (utcAs, value) => {
  const record = createPlainRecord('p', resources);
  const evaluation = record && engines.interpreted?.evaluate({ record, now, timeZone: 'America/New_York', utcAs });
  expect(await evaluation?.value('Stock', 'Onset Value')).toBe(value);
});

it('keeps the patients of evaluations apart that run at the same time', async () => {
  const [two, none] = [evaluationOf('stock'), evaluationOf('stock', [patient])];
  expect(await Promise.all([two.value('Stock', 'By Code'), none.value('Stock', 'By Code')])).toEqual([2, 0]);
});

it('gives each include the version that it names, as the interpreter does', async () => {
  const many = (version: string) =>
    source('Many', `library Many version '${version}'\ndefine "Number": '${version}'\n`);
  const user = source(
    'User',
    `library User\ninclude Many version '9' called M9\ninclude Many called M\ndefine "X": M9."Number" + ' ' + M."Number"\n`,
  );
  const translator = createTranslator();
  const { libraries } = await translateLibraries([many('9'), many('10'), user], {
    cacheDirs: testCaches,
    translator,
  }).finally(translator.close);
  const record = createPlainRecord('p', resources);
  if (!record) throw new Error('expected a patient');
  const input = { libraries, model, valueSets: sets };
  for (const engine of [createStockEngine(input), createInterpreter(input)]) {
    const evaluation = engine.evaluate({ record, now, timeZone: 'UTC' });
    expect(await evaluation.value('User', 'X')).toBe('9 10');
    expect(await evaluation.value('Many|9', 'Number')).toBe('9');
  }
});
