import { afterAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/cql/problem.ts';
import { createTranslator } from '../../src/cql/translate.ts';
import type { PatientRecord } from '../../src/record/record.ts';
import { createCensus } from '../../src/rules/census.ts';
import { evaluate } from '../../src/rules/evaluate.ts';
import { checkRuleSet, loadRuleSet } from '../../src/rules/rule-set.ts';
import { noSite, overlaySchema } from '../../src/rules/site.ts';
import { testCaches } from '../support/cql.ts';
import { makeRules, orderRule, reminder, removeMadeRules } from '../support/made-rules.ts';
import { now, recordOf, resource } from '../support/record.ts';

const translator = createTranslator();
afterAll(() => {
  translator.close();
  removeMadeRules();
});

const valueSet = (id: string, code: string) =>
  `id: ${id}\ntitle: The ${id}\nsource: test\ncodes:\n  SNOMED:\n    '${code}': The ${id}\n`;
const files = {
  'vocabulary/value-sets/scope.yaml': valueSet('scope', '1'),
  'vocabulary/value-sets/swab.yaml': valueSet('swab', '2'),
  'vocabulary/value-sets/shot.yaml': valueSet('shot', '3'),
};
const cql = `valueset "Scope": 'http://carehook.org/fhir/ValueSet/scope'
valueset "Swab": 'http://carehook.org/fhir/ValueSet/swab'
valueset "Shot": 'http://carehook.org/fhir/ValueSet/shot'
context Patient
define "In Population": true
define "Done": ([Procedure: "Scope"] P return P as FHIR.DomainResource)
  union ([Observation: "Swab"] O return O as FHIR.DomainResource)
  union ([Immunization: "Shot"] I return I as FHIR.DomainResource)
define "Last Done": Tuple { done: null as Date, doneBy: First("Done") }
define "Pending": [ServiceRequest: "Scope"]
define "Due Date": Today()`;
const lookBack = { Procedure: 'ever', Observation: 'ever', Immunization: 'ever', ServiceRequest: 'ever' };
const dirWith = (completion: unknown) =>
  makeRules([{ id: 'c-d', manifest: reminder('c-d', { lookBack, completion }), cql }], files);
const load = (completion: unknown) => loadRuleSet({ dir: dirWith(completion), cacheDirs: testCaches, translator });

const coded = (type: string, code: string, elements: object = {}) =>
  resource(type, {
    id: `${type}-${code}`,
    [type === 'Immunization' ? 'vaccineCode' : 'code']: { coding: [{ system: 'http://snomed.info/sct', code }] },
    ...elements,
  });

const judge = async (
  ruleSet: Awaited<ReturnType<typeof load>>,
  record: PatientRecord,
  census = createCensus(() => false),
) => {
  const [finding] = await evaluate(ruleSet, {
    record,
    rules: ruleSet.rules,
    now,
    timeZone: 'America/New_York',
    census,
  });
  return { finding, census };
};

describe('what completes a matter', async () => {
  const ruleSet = await load(['scope', 'swab']);

  it('is looked for where the rule itself retrieves it as done', () => {
    const seen = (...chart: Parameters<typeof recordOf>[0]) => [...ruleSet.completions.seenIn(recordOf(chart))].sort();
    expect([...ruleSet.completions.ids].sort()).toEqual(['scope', 'swab']);
    expect(seen()).toEqual([]);
    expect(seen(coded('Procedure', '1'))).toEqual(['scope']);
    expect(seen(coded('Procedure', '1'), coded('Observation', '2'))).toEqual(['scope', 'swab']);
    // Neither another type, nor another rule's set.
    expect(seen(coded('Procedure', '2'), coded('Immunization', '3'))).toEqual([]);
  });

  it('is not shown by orders, nor by what was not done', () => {
    for (const one of [
      coded('ServiceRequest', '1'),
      coded('Procedure', '1', { status: 'not-done' }),
      coded('Procedure', '1', { status: 'entered-in-error' }),
    ])
      expect(ruleSet.completions.seenIn(recordOf([one]))).toEqual([]);
  });

  it('was never seen: what would be due is unknown, in words for clinicians and ids for operators', async () => {
    const { finding, census } = await judge(ruleSet, recordOf([]));
    expect(finding).toMatchObject({
      status: 'unknown',
      reason:
        'not mapped here: this installation has never shown "The scope" or "The swab", so we cannot tell whether it was done',
      notMapped: ['scope', 'swab'],
    });
    expect(finding).not.toHaveProperty('failed');
    expect(census.sightings).toEqual([{ patient: expect.stringContaining('p'), valueSets: [] }]);
  });

  it('was seen on any record, this one too: what is due is due', async () => {
    const census = createCensus(() => false);
    expect((await judge(ruleSet, recordOf([coded('Observation', '2')]), census)).finding).toMatchObject({
      status: 'due',
    });
    expect((await judge(ruleSet, recordOf([]), census)).finding).toMatchObject({ status: 'due' });
  });

  it('is nothing that an order which is under way waits for', async () => {
    const { finding } = await judge(ruleSet, recordOf([coded('ServiceRequest', '1')]));
    expect(finding).toMatchObject({ status: 'in-progress' });
  });

  it('of several kinds, each must have been seen', async () => {
    const each = await load([['scope'], ['swab', 'shot']]);
    const { finding } = await judge(each, recordOf([coded('Immunization', '3')]));
    expect(finding).toMatchObject({ status: 'unknown', notMapped: ['scope'] });
    const { finding: both } = await judge(each, recordOf([coded('Immunization', '3'), coded('Procedure', '1')]));
    expect(both).toMatchObject({ status: 'due' });
  });

  it('is nobody’s concern where a rule names nothing', async () => {
    const none = await load([]);
    const { finding, census } = await judge(none, recordOf([]));
    expect(finding).toMatchObject({ status: 'due' });
    expect(census.sightings).toEqual([]);
  });

  it('must be retrieved by the library as something done', async () => {
    const dir = dirWith(['ulcer', 'scope', 'nonesuch']);
    const { problems } = await checkRuleSet({ dir, cacheDirs: testCaches, translator });
    expect(problems.map(formatProblem)).toEqual(
      ['ulcer', 'nonesuch'].map((id) =>
        expect.stringMatching(
          `^screening/c-d/rule.yaml:\\d+:\\d+ completion: expected a value set that the library retrieves what was done by, got "${id}"$`,
        ),
      ),
    );
  });

  it('is no part of an order rule', async () => {
    const dir = makeRules([
      { family: 'interactions', id: 'a-b', manifest: orderRule('a-b', { completion: ['ulcer'] }) },
    ]);
    const { problems } = await checkRuleSet({ dir, cacheDirs: testCaches, translator });
    expect(problems.map(formatProblem).join()).toContain('completion');
  });

  it('need not be seen where the site vouches for its codes, which is part of what is signed', async () => {
    const dir = dirWith([['scope'], ['swab', 'shot']]);
    const at = (mapped: readonly string[]) =>
      checkRuleSet({
        dir,
        cacheDirs: testCaches,
        translator,
        site: { ...noSite, overlay: overlaySchema.parse({ mapped }) },
      });
    const { ruleSet: vouched } = await at(['scope', 'shot']);
    if (!vouched) throw new Error('expected a rule set');
    expect((await judge(vouched, recordOf([]))).finding).toMatchObject({ status: 'due' });
    expect(vouched.rules[0]?.content).not.toBe((await at([])).ruleSet?.rules[0]?.content);
    expect((await at(['scop'])).problems.map(formatProblem)).toEqual([
      'overlay.yaml mapped: expected the id of a value set that a rule names under completion, got "scop"; the nearest is scope',
    ]);
  });
});
