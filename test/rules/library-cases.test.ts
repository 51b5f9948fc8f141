import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createCompiledEngine } from '../../src/cql/compiled.ts';
import { createTranslator } from '../../src/cql/translate.ts';
import { loadLibraryCases, runLibraryCase } from '../../src/rules/library-cases.ts';
import { checkRuleSet, loadRuleSet } from '../../src/rules/rule-set.ts';
import { model, testCaches } from '../support/cql.ts';
import { makeRules, removeMadeRules } from '../support/made-rules.ts';

const translator = createTranslator();
afterAll(() => {
  translator.close();
  removeMadeRules();
});

const header = (name: string) => `library ${name}\nusing FHIR version '4.0.1'\ninclude FHIRHelpers version '4.0.1'\n`;
const files = {
  'lib/Ages.cql': `${header('Ages')}define function Older(age Integer): age + 1\n`,
  'lib/Ages.cases.cql': `${header('AgesCases')}include Ages called Ages
context Patient
define "Older": Ages.Older(AgeInYears())
define "Told": (null as Boolean)
define "Conditions": [Condition] C return C.id.value
define "Fails": Message(1, true, 'Old', 'Error', 'too old')
`,
};
const given = { name: 'older: by one', patient: { birthDate: '1970-01-01' }, record: [{ resourceType: 'Condition' }] };

/** What differs in one case that expects the given. */
const differ = async (expectation: object): Promise<readonly string[]> => {
  const yaml = stringify({ now: '2026-11-21T10:00:00-05:00', cases: [{ ...given, expect: expectation }] });
  const dir = makeRules([{ id: 'c-d' }], { ...files, 'lib/Ages.cases.yaml': yaml });
  const { libraries, folder, vocabulary, problems } = await checkRuleSet({
    dir,
    cacheDirs: testCaches,
    translator,
    withCases: true,
  });
  expect(problems).toEqual([]);
  const [first] = folder.libraryCases;
  if (!first) throw new Error('the folder has no cases of a shared library');
  const { cases } = await loadLibraryCases(dir, first);
  const [one] = cases?.cases ?? [];
  if (!cases || !one) throw new Error('there are no cases');
  const engine = await createCompiledEngine({
    libraries,
    model,
    valueSets: vocabulary.valueSets,
    cacheDirs: testCaches,
  });
  return runLibraryCase({ engine, vocabulary }, first, cases, one);
};

describe('a case of a shared library', () => {
  it('agrees in numbers, in what cannot be told, and in lists', async () => {
    expect(await differ({ Older: 57, Told: null, Conditions: ['condition-1'] })).toEqual([]);
  });

  it('says what was expected of which definition, and what came', async () => {
    expect(await differ({ Older: 58, Told: false, Conditions: [] })).toEqual([
      'Older: expected 58, got 57',
      'Told: expected false, got null',
      'Conditions: expected [], got ["condition-1"]',
    ]);
  });

  it('fails where the definition fails', async () => {
    await expect(differ({ Fails: 1 })).rejects.toThrow('too old');
  });
});

describe('cases of shared libraries', () => {
  it('are no part of what is served: with them and without, the rule set is the same', async () => {
    const yaml = stringify({ now: '2026-11-21T10:00:00-05:00', cases: [{ ...given, expect: { Older: 57 } }] });
    const options = { cacheDirs: testCaches, translator };
    const plain = await loadRuleSet({
      ...options,
      dir: makeRules([{ id: 'c-d' }], { 'lib/Ages.cql': files['lib/Ages.cql'] }),
    });
    const dir = makeRules([{ id: 'c-d' }], { ...files, 'lib/Ages.cases.yaml': yaml });
    const { ruleSet } = await checkRuleSet({ ...options, dir, withCases: true });
    expect(ruleSet?.id).toBe(plain.id);
    expect([...(ruleSet?.images.engine.modules.keys() ?? [])]).toEqual([...plain.images.engine.modules.keys()]);
  });

  it('place a fault by line and column', async () => {
    const yaml = `now: '2026-11-21T10:00:00-05:00'\ncases:\n  - name: a\n    patient: {}\n    expect: { A: 1 }\n`;
    const dir = makeRules([], { 'lib/Ages.cases.yaml': yaml });
    const library = { file: 'lib/Ages.cases.cql', name: 'AgesCases', text: '' };
    expect((await loadLibraryCases(dir, { of: 'Ages', library })).problems).toMatchObject([
      { file: 'lib/Ages.cases.yaml', line: 4 },
    ]);
  });
});
