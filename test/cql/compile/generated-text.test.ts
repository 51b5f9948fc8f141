import { describe, expect, it } from 'vitest';
import { UnsupportedNode } from '../../../src/cql/compile/code.ts';
import { compileLibrary } from '../../../src/cql/compile/library.ts';
import type { Elm } from '../../../src/cql/elm.ts';
import * as runtime from '../../../src/cql/runtime/index.ts';
import { elmOf, fhirLibrary, model } from '../../support/cql.ts';

const shared = fhirLibrary('Shared', 'context Patient\ndefine "Finals": [Observation] O where O.status = \'final\'');
const text = fhirLibrary(
  'Text',
  `codesystem "S": 'http://s'
valueset "Ones": 'http://test/ones'
context Patient
define "Last Positive FIT": [Observation: "Ones"] O where O.status in { 'final', 'amended' }
define "Again": [Observation: "Ones"] O return O.id
define "Any Final": exists ([Observation] O where O.status = 'final')
define "First Final": First([Observation] O where O.status = 'final')
define "Distinct": ([Observation]) O return Tuple { O: O, id: O.id }
define "Not Distinct": ([Observation]) O return O.status
define "Theirs": (Shared."Finals") O return O
define "Joined": [Condition] C with [Encounter] E such that C.encounter.reference = 'Encounter/' + E.id and E.status = 'finished'
define "Once": [Condition] C where C.recordedDate after Today() - 2 years
define function "Number"(o FHIR.Observation): (o.value as FHIR.Quantity).value.value
define "Shared Call": [Observation] O where "Number"(O) > 1 return all "Number"(O) + 1
define "Single Call": [Observation] O return all "Number"(O) + 1`,
  ['Shared'],
);

const libraries = await elmOf([shared, text]);
const compile = (name: string, traced = false) =>
  compileLibrary({
    elm: libraries.get(name) as Elm,
    included: (path) => ({ key: path, elm: libraries.get(path) as Elm }),
    model,
    runtime: new Set(Object.keys(runtime)),
    traced,
  });
const module = compile('Text');

/** The text of one definition or function. */
const partOf = (whole: string, name: string): string =>
  new RegExp(`^  (//.*\\n  )?const ${name} = [\\s\\S]*?;\\n(?=\\n|  const|  //)`, 'm').exec(whole)?.[0] ?? '';

describe('a generated module', () => {
  it('has for each definition a constant named after it, with its name and its place in the CQL', () => {
    expect(module).toContain('const LastPositiveFIT = host.define("Last Positive FIT", "8:1-8:92", (e) => {');
    expect(module).toContain('  // Number(FHIR.Observation), 17:');
    expect(module).toContain('"Last Positive FIT": LastPositiveFIT,');
    expect(module).toContain('"Number(FHIR.Observation)": Number,');
  });

  it('names only the runtime functions that it uses', () => {
    const [, names = ''] = /const \{ ([^}]+) \} = rt;/.exec(module) ?? [];
    for (const name of names.split(', ')) expect(module.split(new RegExp(`\\b${name}\\b`)).length).toBeGreaterThan(2);
  });

  it('retrieves by codes in one place, whichever definition asks', () => {
    expect(module.match(/host\.retrieve\("Observation", "code"/g)).toHaveLength(1);
  });

  it('has a Set for a list of literals', () => {
    expect(module).toContain('new Set(["final", "amended"])');
  });

  it('ends `exists` and `First` of a filter with the first row', () => {
    expect(partOf(module, 'AnyFinal')).toMatch(/=> some\(.*retrieve/);
    expect(partOf(module, 'FirstFinal')).toMatch(/=> firstWhere\(.*retrieve/);
  });

  it('looks for doubles only where there may be some', () => {
    expect(partOf(module, 'Distinct')).not.toContain('distinct(');
    expect(partOf(module, 'Theirs')).not.toContain('distinct(');
    expect(partOf(module, 'NotDistinct')).toContain('distinct(');
  });

  it('looks up what an equality joins', () => {
    const joined = partOf(module, 'Joined');
    expect(joined).toMatch(/EList \?\?= indexBy\(.*retrieve/);
    expect(joined).toMatch(/joined\(.*stringValue\(C\?\.encounter\?\.reference\)/s);
    expect(joined).toContain('(E) => ((stringValue(E?.status) === "finished"))');
  });

  it('computes once an evaluation what does not depend on the row', () => {
    expect(partOf(module, 'once')).toMatch(/host\.once\(\(e\) => .*subtract\(e\.today/);
    expect(partOf(module, 'Once')).toContain('once(e)');
    expect(partOf(module, 'Once')).not.toContain('subtract');
  });

  it('computes a call once a row', () => {
    expect(partOf(module, 'SharedCall')).toMatch(
      /let same;[\s\S]*\(same \?\?= Number\(e, O\)\)[\s\S]*\(same \?\?= Number/,
    );
    expect(partOf(module, 'SingleCall')).not.toContain('same');
  });

  it('has nothing of the trace unless it is traced', () => {
    expect(module).not.toMatch(/\b(trace|read)\(/);
    expect(compile('Text', true)).toMatch(/trace\(e, "\d+", \(\) => /);
  });
});

describe('a node that has no compiled form', () => {
  const withExpression = (expression: object) =>
    compileLibrary({
      elm: { library: { identifier: { id: 'X' }, statements: { def: [{ name: 'A', expression }] } } } as unknown as Elm,
      included: () => undefined,
      model,
      runtime: new Set(Object.keys(runtime)),
    });

  it.each([
    ['Descendents at 3:4-3:9', { type: 'Descendents', locator: '3:4-3:9' }],
    [
      'a retrieve with dateProperty',
      {
        type: 'Retrieve',
        dataType: '{http://hl7.org/fhir}Encounter',
        dateProperty: 'period',
        dateRange: { type: 'Null' },
      },
    ],
    ['an instance of FHIR.Coding', { type: 'Instance', classType: '{http://hl7.org/fhir}Coding' }],
    ['AliasRef to the unknown name X', { type: 'AliasRef', name: 'X' }],
    ['the include Y', { type: 'ExpressionRef', libraryName: 'Y', name: 'Z' }],
    ['constructor', { type: 'constructor' }],
  ])('is named: %s', (reason, expression) => {
    expect(() => withExpression(expression)).toThrow(UnsupportedNode);
    expect(() => withExpression(expression)).toThrow(reason);
  });
});
