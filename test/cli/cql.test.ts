import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carehook, emptyFolder } from '../support/command.ts';
import { testCaches } from '../support/cql.ts';

const dir = emptyFolder();
const cqlDir = join(dir, 'cql');
const write = (name: string, content: unknown): string => {
  const file = join(dir, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const library = (name: string, body: string) =>
  `library ${name}\nusing FHIR version '4.0.1'\ninclude FHIRHelpers version '4.0.1' called FHIRHelpers\n${body}`;
const common = (version: string) =>
  library(`Common version '${version}'`, `context Patient\ndefine "Number": '${version}'\n`);
const measure = library(
  "Measure version '1.0'",
  `include Common version '1' called One
include Common version '2' called Two
valueset "Ones": 'http://test/ones'
valueset "Filtered": 'http://test/filtered'
parameter "Measurement Period" Interval<DateTime>
parameter "Limit" Integer default 1
context Patient
define "Versions": One."Number" + Two."Number"
define "Conditions": [Condition: "Ones"] C where C.onset during "Measurement Period"
define "Over Limit": Count("Conditions") > "Limit"
define "Filtered Conditions": [Condition: "Filtered"]
define "Today": Today()
define private "Hidden": 1
define function "Twice"(n Integer): n * 2
`,
);
const valueSet = (id: string, include: object) => ({
  resourceType: 'ValueSet',
  status: 'active',
  url: `http://test/${id}`,
  compose: { include: [include] },
});
const condition = (owner: string, id: string, code: string) => ({
  resourceType: 'Condition',
  id,
  subject: { reference: `Patient/${owner}` },
  code: { coding: [{ system: 'http://s', code }] },
  onsetDateTime: '2020-06-01T00:00:00Z',
});

let data = '';
let sets = '';
let parameters = '';
beforeAll(() => {
  write('cql/Measure.cql', measure);
  write('cql/lib/Common-1.cql', common('1'));
  write('cql/lib/Common-2.cql', common('2'));
  sets = join(dir, 'sets');
  write('sets/ones.json', valueSet('ones', { system: 'http://s', concept: [{ code: '1' }] }));
  write(
    'sets/filtered.json',
    valueSet('filtered', { system: 'http://s', filter: [{ property: 'a', op: '=', value: 'b' }] }),
  );
  parameters = write(
    'parameters.yaml',
    'Measurement Period: { low: "2020-01-01", high: "2020-12-31" }\nMeasure:\n  Limit: 0\n',
  );
  const patients = ['p', 'q'].map((id) => ({ resourceType: 'Patient', id, birthDate: '1960-01-01' }));
  data = write(
    'data.ndjson',
    [...patients, condition('p', 'c1', '1'), condition('q', 'c2', '2')].map((each) => JSON.stringify(each)).join('\n'),
  );
});
afterAll(() => rmSync(dir, { recursive: true }));

/** The command with its caches where tests keep theirs; lines of output come parsed. */
const cql = async (folder: string, ...args: readonly string[]) => {
  const { code, out, err } = await carehook(['cql', folder, ...args], { CAREHOOK_DATA: testCaches[0] });
  return {
    code,
    err,
    lines: out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
};
const measured = (...args: readonly string[]) =>
  cql(
    cqlDir,
    ...['--library', 'Measure', '--data', data, '--value-sets', sets, '--parameters', parameters],
    ...['--now', '2024-01-01T00:00:00Z', ...args],
  );

it.each(['compiled', 'interpreted', 'stock'])('prints a line a patient: %s', async (engine) => {
  const { lines, err, code } = await measured('--engine', engine, '--time');
  const errors = {
    'Filtered Conditions': expect.stringMatching(/^Measure\."Filtered Conditions" at .*http:\/\/test\/filtered/),
  };
  const same = { Versions: '12', Today: '2024-01-01' };
  expect(lines).toEqual([
    { patient: 'p', library: 'Measure', values: { ...same, Conditions: ['Condition/c1'], 'Over Limit': true }, errors },
    { patient: 'q', library: 'Measure', values: { ...same, Conditions: [], 'Over Limit': false }, errors },
  ]);
  expect(err).toMatch(/2 patients, 10 definitions evaluated, 2 failed\n/);
  expect(err).toMatch(new RegExp(`CPU ms a patient: ${engine} \\d+\\.\\d\\d\n`));
  expect(err).toMatch(/warning: .*Measure\.cql:7:1 valueset "Filtered": .*its filter "a = b" on http:\/\/s/);
  expect(code).toBe(1);
});

it('prints the definitions that are named, private ones too, and resources whole when asked', async () => {
  const { lines, code } = await measured('--definition', 'Hidden', '--definition', 'Conditions', '--resources');
  expect(lines.map(({ values }) => values)).toEqual([
    { Hidden: 1, Conditions: [condition('p', 'c1', '1')] },
    { Hidden: 1, Conditions: [] },
  ]);
  expect(code).toBe(0);
});

it('prints the clauses that decided', async () => {
  const { lines } = await measured('--definition', 'Over Limit', '--trace');
  const file = join(cqlDir, 'Measure.cql');
  expect(lines[0].trace).toContainEqual({ locator: `${file}:13`, text: '"Over Limit"', value: 'true' });
  expect(lines[0].trace).toContainEqual({
    locator: `${file}:12`,
    text: '"Conditions"',
    value: '1: Condition 1',
  });
});

it('reckons in the zone that is named', async () => {
  const { lines } = await measured('--definition', 'Today', '--time-zone', 'America/New_York');
  expect(lines[0].values).toEqual({ Today: '2023-12-31' });
});

describe('compare', () => {
  it('is quiet where all engines agree', async () => {
    const { lines, err, code } = await measured('--engine', 'compare');
    expect(lines).toEqual([]);
    expect(err).toMatch(/2 patients, 30 definitions evaluated, 6 failed, 0 differ\n/);
    expect(code).toBe(0);
  });

  it('prints what differs, with every value, and fails', async () => {
    // Stock cannot hold a value set that has no list.
    const whole = write('whole/ones.json', valueSet('ones', { system: 'http://s' }));
    const { lines, err, code } = await measured(
      '--engine',
      'compare',
      '--value-sets',
      whole,
      '--definition',
      'Conditions',
    );
    expect(lines).toEqual([
      {
        patient: 'p',
        library: 'Measure',
        differences: {
          Conditions: {
            compiled: ['Condition/c1'],
            interpreted: ['Condition/c1'],
            stock: { error: expect.stringMatching(/http:\/\/test\/ones/) },
          },
        },
      },
      expect.objectContaining({ patient: 'q' }),
    ]);
    expect(err).toMatch(/2 differ\n/);
    expect(code).toBe(1);
  });
});

it('goes on after a bad line and fails in the end', async () => {
  const bad = write('bad.ndjson', `${JSON.stringify({ resourceType: 'Patient', id: 'p' })}\n{oops\n`);
  const { lines, err, code } = await measured('--data', bad, '--definition', 'Today');
  expect(lines).toHaveLength(1);
  expect(err).toMatch(/error: .*bad\.ndjson:2: expected a FHIR resource in JSON/);
  expect(err).toMatch(/1 fault in the data/);
  expect(code).toBe(1);
});

describe('says what is wrong', () => {
  const faulty = (files: Readonly<Record<string, string>>): string => {
    const folder = emptyFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  };
  const refusal = async (folder: string, ...args: readonly string[]) => {
    const { code, err, lines } = await cql(folder, '--library', 'A', '--data', data, ...args);
    expect(code).toBe(1);
    expect(lines).toEqual([]);
    return err;
  };

  it('of two files with one name and version', async () => {
    const err = await refusal(faulty({ 'a.cql': "library A version '1'", 'b.cql': "library A version '1'" }));
    expect(err).toMatch(/b\.cql:1:1 library A\|1: \S+a\.cql has this name and version too/);
  });

  it('of another model', async () => {
    const err = await refusal(faulty({ 'a.cql': "library A\nusing QICore version '4.1.1'\n" }));
    expect(err).toMatch(/a\.cql:2:1 using QICore version '4\.1\.1': expected FHIR version '4\.0\.1'/);
  });

  it('of the CQL, all at once, but not of libraries that are not asked for', async () => {
    const a = 'library A\ninclude B called B\ndefine "X": 1 + true\n';
    const files = {
      'a.cql': a,
      'b.cql': 'library B\ndefine "Y": nothing\n',
      'c.cql': 'library C\ndefine "Z": nothing\n',
    };
    const err = await refusal(faulty(files));
    expect(err).toMatch(/2 faults in .*\n.*(a\.cql:3:13|b\.cql:2:13) .*\n.*(a\.cql:3:13|b\.cql:2:13) /);
    expect(err).not.toMatch(/c\.cql/);
  });

  it.each([
    [
      ['--library', 'Nope'],
      /--library: expected one of FHIRHelpers\|4\.0\.1, Measure\|1\.0, Common\|1, Common\|2 in .*, got "Nope"/,
    ],
    [['--engine', 'fast'], /--engine: expected one of compiled, interpreted, stock, compare, got "fast"/],
    [['--engine', 'stock', '--trace'], /--trace: expected --engine compiled or interpreted/],
    [['--time-zone', 'Here'], /--time-zone: expected an IANA time zone .* got "Here"/],
    [['--now', 'soon'], /--now: expected an ISO 8601 instant, got "soon"/],
    [['--definition', 'Nope'], /--definition: expected a definition of Measure \(Versions, .*\), got "Nope"/],
    [['--value-sets', '/nowhere'], /--value-sets: expected \.json, \.json\.gz files, found none at \/nowhere/],
  ])('of the options %j', async (args, words) => {
    const { code, err } = await measured(...args);
    expect(code).toBe(1);
    expect(err).toMatch(words);
  });

  it('of parameters, all at once', async () => {
    const file = write('wrong.json', { Limit: 'x', Nope: 1, Measure: { 'Measurement Period': '2020' } });
    const { code, err } = await measured('--parameters', file);
    expect(code).toBe(1);
    expect(err).toMatch(/Measure\."Limit": expected Integer, got "x"/);
    expect(err).toMatch(
      /"Nope": expected a parameter of the libraries \(Measure\."Measurement Period", Measure\."Limit"\)/,
    );
    expect(err).toMatch(/Measure\."Measurement Period": expected Interval<DateTime>, got "2020"/);
  });
});

it('takes the FHIRHelpers of the folder where it has one', async () => {
  const folder = emptyFolder();
  const helpers = `library FHIRHelpers version '9'\nusing FHIR version '4.0.1'\ndefine function ToDate(value FHIR.date): value.value\n`;
  writeFileSync(join(folder, 'FHIRHelpers.cql'), helpers);
  const own = `library Own\nusing FHIR version '4.0.1'\ninclude FHIRHelpers version '9' called FHIRHelpers\ncontext Patient\ndefine "Year": year from FHIRHelpers.ToDate(Patient.birthDate)\n`;
  writeFileSync(join(folder, 'Own.cql'), own);
  const { lines } = await cql(folder, '--library', 'Own', '--data', data);
  expect(lines.map(({ values }) => values)).toEqual([{ Year: 1960 }, { Year: 1960 }]);
});
