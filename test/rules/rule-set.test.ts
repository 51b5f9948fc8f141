import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createTranslator } from '../../src/cql/translate.ts';
import { checkRuleSet, loadRuleSet } from '../../src/rules/rule-set.ts';
import { testCaches } from '../support/cql.ts';
import { dueToday, makeRules, orderRule, type RuleParts, reminder, removeMadeRules } from '../support/made-rules.ts';

const translator = createTranslator();
afterAll(() => {
  translator.close();
  removeMadeRules();
});
const options = (dir: string) => ({ dir, cacheDirs: testCaches, translator });
const check = (...parts: Parameters<typeof makeRules>) => checkRuleSet(options(makeRules(...parts)));
const load = (...parts: Parameters<typeof makeRules>) => loadRuleSet(options(makeRules(...parts)));

const noAlerts = `define "Alerts": List<Tuple { problem String }>{}`;
const order = (elements: object = {}, cql = noAlerts): RuleParts => ({
  family: 'interactions',
  id: 'a-b',
  manifest: orderRule('a-b', elements),
  cql,
});

describe('a rule set', () => {
  it('holds the rules of a folder without faults', async () => {
    const { rules, services, vocabulary, id } = await load([{ id: 'c-d' }, order()]);
    expect(rules.map(({ family, library, manifest }) => [family, library, manifest.kind])).toEqual([
      ['interactions', 'AB', 'order'],
      ['screening', 'CD', 'reminder'],
    ]);
    expect(services).toHaveLength(1);
    expect(vocabulary.classesOf('5640')).toEqual(['nsaid']);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('knows what each rule defines and reads, and what decides its population', async () => {
    const cql = `valueset "Ulcer": 'http://carehook.org/fhir/ValueSet/ulcer'
context Patient
define "In Population": exists [Encounter]
define "Last Done": null as Tuple { done Date, doneBy FHIR.DomainResource }
define "Due Date": if exists [Condition: "Ulcer"] then Today() else null
define "Not Read": [Procedure]
define function "Helps"(value Integer): value`;
    const lookBack = { Encounter: '2 y' };
    const { rules } = await load([{ id: 'c-d', manifest: reminder('c-d', { lookBack }), cql }]);
    expect([...(rules[0]?.definitions ?? [])]).toEqual([
      'Patient',
      'In Population',
      'Last Done',
      'Due Date',
      'Not Read',
    ]);
    expect(rules[0]?.requirements.map(({ type, lookBack: back }) => [type, back])).toEqual([
      ['Patient', undefined],
      ['Encounter', { value: 2, unit: 'y' }],
      ['Condition', undefined],
    ]);
    expect([...(rules[0]?.populationTypes ?? [])]).toEqual(['Patient', 'Encounter']);
  });

  it('lets a reminder give its steps in full', async () => {
    const cql = 'define "In Population": true\ndefine "Instances": List<Tuple { key String }>{}';
    expect((await check([{ id: 'c-d', cql }])).problems).toEqual([]);
  });

  it('has the same id for the same content, and another when any of it changes', async () => {
    const idOf = async (...parts: Parameters<typeof makeRules>) => (await load(...parts)).id;
    const rules = [{ id: 'c-d' }];
    const first = await idOf(rules);
    expect(await idOf(rules)).toBe(first);
    const service = { id: 'x', hooks: ['patient-view'], title: 'T', description: 'T', families: ['screening'] };
    const others = [
      await idOf([{ id: 'c-d', cql: `${dueToday}\n// changed` }]),
      await idOf([{ id: 'c-d', manifest: reminder('c-d', { title: 'Changed' }) }]),
      await idOf(rules, { 'services.yaml': stringify({ services: [service] }) }),
      await idOf(rules, { 'lib/More.cql': 'library More\n' }),
      await idOf(rules, {
        'vocabulary/value-sets/ulcer.yaml':
          "id: ulcer\ntitle: Ulcer\nsource: test\ncodes:\n  ICD10CM:\n    'K25.1': x\n",
      }),
      await idOf(rules, { 'vocabulary/medications.tsv': '1\tIN\tone\t1\n' }),
    ];
    expect(new Set([first, ...others]).size).toBe(7);
  });
});

describe('one fault in a rules folder gives one message, with file and line', () => {
  const place = { line: expect.any(Number), column: expect.any(Number) };

  it.each<[string, Parameters<typeof makeRules>, object]>([
    [
      'the CQL is not there',
      [[{ id: 'c-d', cql: null }]],
      { file: 'screening/c-d/CD.cql', message: 'expected the CQL of the rule in this file, found none' },
    ],
    [
      'the library has another name',
      [[{ id: 'c-d', cql: `library Other\nusing FHIR version '4.0.1'\ncontext Patient\n${dueToday}` }]],
      { file: 'screening/c-d/CD.cql', line: 1, column: 1, message: 'expected "library CD", got Other' },
    ],
    [
      'the CQL has an error',
      [[{ id: 'c-d', cql: `${dueToday}\ndefine "Extra": 1 + true` }]],
      { file: 'screening/c-d/CD.cql', line: 8, column: 17, message: expect.stringMatching(/operator Add/) },
    ],
    [
      'the CQL cannot be parsed',
      [[{ id: 'c-d', cql: `${dueToday}\ndefine "Extra" 1` }]],
      { file: 'screening/c-d/CD.cql', line: 8, column: 16, message: 'Syntax error at 1' },
    ],
    [
      'a shared library that nobody includes has an error',
      [[{ id: 'c-d' }], { 'lib/More.cql': 'library More\n\ndefine "X": 1 + true\n' }],
      { file: 'lib/More.cql', line: 3, column: 13, message: expect.stringMatching(/operator Add/) },
    ],
    [
      'a value set is not there',
      [
        [
          {
            id: 'c-d',
            cql: `valueset "Absent": 'http://carehook.org/fhir/ValueSet/absent'\ncontext Patient\n${dueToday}`,
          },
        ],
      ],
      {
        file: 'screening/c-d/CD.cql',
        line: 4,
        column: 1,
        message: expect.stringMatching(/^valueset "Absent": expected a file of vocabulary\/ for .*absent, found none/),
      },
    ],
    [
      'a definition is not there',
      [[{ id: 'c-d', cql: dueToday.replace('Due Date', 'Day') }]],
      {
        file: 'screening/c-d/CD.cql',
        line: 1,
        column: 1,
        message:
          'expected define "Due Date", which a rule of kind reminder must have; found "Patient", "In Population", "Last Done", "Day"',
      },
    ],
    [
      'a gate names a class that is not there',
      [[order({ gate: [{ draft: ['nsaid'], with: ['statin'], in: ['active'] }] })]],
      {
        file: 'interactions/a-b/rule.yaml',
        ...place,
        message: 'gate: expected a drug class of vocabulary/drug-classes or "same-ingredient", got "statin"',
      },
    ],
    [
      'a gate names drafts of neither a drug class nor a value set',
      [[order({ gate: [{ draft: ['statin'], with: ['nsaid'], in: ['active'] }] })]],
      {
        file: 'interactions/a-b/rule.yaml',
        ...place,
        message: 'gate: expected a drug class or a value set of vocabulary/, got "statin"',
      },
    ],
    [
      'a gate pairs with a value set that is no drug class, and would never open',
      [[order({ gate: [{ draft: ['nsaid'], with: ['ulcer'], in: ['active'] }] })]],
      {
        file: 'interactions/a-b/rule.yaml',
        ...place,
        message: 'gate: expected a drug class of vocabulary/drug-classes or "same-ingredient", got "ulcer"',
      },
    ],
    [
      'a rule yields to one that there is not',
      [[order({ yieldsTo: { 'c-d': ['nsaid'] } })]],
      {
        file: 'interactions/a-b/rule.yaml',
        ...place,
        message: 'yieldsTo: expected the id of another rule, got "c-d"',
      },
    ],
    [
      'a rule makes an exception of a pair that may interrupt anyway',
      [[order({ exceptions: { 'a-b': 'why' } })]],
      {
        file: 'interactions/a-b/rule.yaml',
        ...place,
        message: 'exceptions: expected the id of a pair that onc-lists.yaml says never interrupts, got "a-b"',
      },
    ],
    [
      'two rules have one id',
      [[{ id: 'c-d' }, { family: 'screening-too', id: 'c-d' }]],
      { file: 'screening-too/c-d/rule.yaml', line: 1, column: 1, message: 'id: "c-d" is another rule\'s id already' },
    ],
    [
      'a rule and a shared library have one name',
      [[{ id: 'dates' }], { 'lib/Dates.cql': 'library Dates\n' }],
      {
        file: 'screening/dates/Dates.cql',
        line: 1,
        column: 1,
        message: 'library Dates: lib/Dates.cql has this name already',
      },
    ],
    [
      'the YAML cannot be parsed',
      [[{ id: 'c-d', manifest: 'id: c-d\nkind: [reminder\ntitle: x\n' as never }]],
      { file: 'screening/c-d/rule.yaml', line: 3, column: 1, message: expect.stringMatching(/^Flow sequence/) },
    ],
    [
      'a key is not known',
      [[{ id: 'c-d', manifest: reminder('c-d', { colour: 'red' }) }]],
      { file: 'screening/c-d/rule.yaml', ...place, message: 'the file: Unrecognized key: "colour"' },
    ],
    [
      'nobody says how far back what is retrieved matters',
      [[{ id: 'c-d', cql: `${dueToday}\ndefine "Facts": Tuple { tests: Count([Observation]) }` }]],
      {
        file: 'screening/c-d/rule.yaml',
        ...place,
        message: 'lookBack: expected how far back Observation matters ("10 y", or "ever"), which the library retrieves',
      },
    ],
  ])('%s', async (_, parts, problem) => {
    const { ruleSet, problems } = await check(...parts);
    expect(ruleSet).toBeUndefined();
    expect(problems).toEqual([problem]);
  });
});

describe('loadRuleSet', () => {
  it('refuses a folder with faults, and tells all of them', async () => {
    const dir = makeRules([
      { id: 'c-d', cql: `${dueToday}\ndefine "Extra": 1 + true` },
      { id: 'e-f', manifest: reminder('e-f', { colour: 'red' }) },
    ]);
    await expect(loadRuleSet(options(dir))).rejects.toMatchObject({
      code: 'RULES_INVALID',
      message: expect.stringMatching(
        /^2 faults in .*:\n {2}screening\/e-f\/rule\.yaml:\d+:1 the file: .*\n {2}screening\/c-d\/CD\.cql:8:17 Could not resolve/,
      ),
    });
  });

  it('refuses a folder that is not there', async () => {
    await expect(loadRuleSet(options('/nowhere/at/all'))).rejects.toMatchObject({ code: 'RULES_INVALID' });
  });
});
