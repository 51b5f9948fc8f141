import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toCard } from '../../src/cds-hooks/card.ts';
import { createTranslator } from '../../src/cql/translate.ts';
import { allMapped } from '../../src/rules/census.ts';
import { evaluate } from '../../src/rules/evaluate.ts';
import { loadRuleSet, type RuleSet } from '../../src/rules/rule-set.ts';
import { imageOf, linkRuleSet } from '../../src/rules/rule-set-image.ts';
import { testCaches } from '../support/cql.ts';
import { makeRules, orderRule, removeMadeRules } from '../support/made-rules.ts';
import { now, order, recordOf } from '../support/record.ts';

const folder = mkdtempSync(join(tmpdir(), 'carehook-provider-'));
const translator = createTranslator();
const shippedAlerts = `parameter "Exposures" List<Tuple { resource FHIR.DomainResource, "from" String }>
context Patient
define "Alerts": "Exposures" E where E."from" = 'draft'
  return Tuple { problem: 'bleeding', focus: E.resource, "with": List<FHIR.DomainResource>{}, modifiers: List<Tuple { id String, holds Boolean }>{}, facts: null as Tuple { age Integer } }`;
const dir = makeRules([
  { family: 'interactions', id: 'a-b', manifest: orderRule('a-b', { hooks: ['order-sign'] }), cql: shippedAlerts },
]);
afterAll(() => {
  translator.close();
  rmSync(folder, { recursive: true });
  removeMadeRules();
});

/** One rule that speaks for every pair: its words are facts, and a contraindication is a floor. */
const manifest = orderRule('licensed-pairs', {
  hooks: ['order-sign'],
  gate: [{ draft: 'any', in: ['active', 'draft'] }],
  problems: {
    interaction: {
      base: 'warning',
      modifiers: { contraindicated: { effect: 'floor', to: 'critical', label: 'contraindicated' } },
      card: { summary: '{{pair}}', detail: '{{advice}}' },
    },
  },
});

let files = 0;
const moduleOf = (text: string): string => {
  const file = join(folder, `provider-${files++}.mjs`);
  writeFileSync(file, text);
  return file;
};
const providing = (alerts: string, rules: unknown = [manifest]) =>
  moduleOf(
    `export default { id: 'licensed', rules: ${JSON.stringify(rules)}, alerts: async ({ record }) => { ${alerts} } };`,
  );
const licensed = providing(`
  const [draft] = record.exposures.filter(({ from }) => from === 'draft');
  const taken = record.exposures.filter(({ from }) => from === 'active');
  return taken.map(({ resource, ingredient }) => ({
    problem: 'interaction', focus: draft.resource, with: [resource],
    modifiers: [{ id: 'contraindicated', holds: ingredient.name === 'warfarin', evidence: [resource] }],
    facts: { pair: draft.ingredient.name + ' with ' + ingredient.name, advice: 'Ask the licensed text.' },
  }));`);

const load = (...interactionProviders: string[]) =>
  loadRuleSet({ dir, cacheDirs: testCaches, translator, interactionProviders });
const record = recordOf([order('warfarin')], { drafts: [order('ibuprofen', { id: 'draft', status: 'draft' })] });
const judge = (ruleSet: RuleSet) =>
  evaluate(ruleSet, {
    record,
    rules: ruleSet.rules.filter(({ standing }) => standing.voice !== 'off'),
    now,
    timeZone: 'America/New_York',
    census: allMapped,
  });
const findingsOf = async (ruleSet: RuleSet) =>
  (await judge(ruleSet)).map(
    (finding) =>
      `${finding.rule}: ${finding.status === 'alert' ? `${finding.problem} ${finding.indicator}` : finding.status}`,
  );

describe('an interaction provider', () => {
  it('adds to the rules of the folder', async () => {
    const ruleSet = await load('shipped', licensed);
    expect(await findingsOf(ruleSet)).toEqual(['a-b: bleeding warning', 'licensed-pairs: interaction critical']);
  });

  it('replaces the interaction rules of the folder where these are not named', async () => {
    const ruleSet = await load(licensed);
    expect(ruleSet.rules.map(({ standing }) => standing.because)).toEqual(['replaced by licensed', undefined]);
    expect(await findingsOf(ruleSet)).toEqual(['licensed-pairs: interaction critical']);
  });

  it('gives a card its words', async () => {
    const ruleSet = await load(licensed);
    const findings = await judge(ruleSet);
    const rules = new Map(ruleSet.rules.map((rule) => [rule.manifest.id, rule]));
    const card = toCard(findings, { rules, patientId: 'p', now });
    expect(card).toMatchObject({ summary: 'ibuprofen with warfarin', indicator: 'critical' });
    expect(card?.detail).toContain('Ask the licensed text.');
    expect(card?.detail).toContain('**For this patient:** contraindicated.');
  });

  it('answers the same from an image, as in another thread', async () => {
    const ruleSet = await load('shipped', licensed);
    const linked = await linkRuleSet(structuredClone(imageOf(ruleSet)));
    expect(await findingsOf(linked)).toEqual(await findingsOf(ruleSet));
  });

  it('that fails makes its own rule unknown and no other', async () => {
    const failing = providing(`throw new Error('the licence has run out');`);
    expect(await findingsOf(await load('shipped', failing))).toEqual([
      'a-b: bleeding warning',
      'licensed-pairs: unknown',
    ]);
  });

  it('that speaks of a problem it did not declare makes its own rule unknown', async () => {
    const undeclared = providing(
      `return [{ problem: 'other', focus: record.drafts[0], with: [], modifiers: [], facts: {} }];`,
    );
    expect(await findingsOf(await load('shipped', undeclared))).toEqual([
      'a-b: bleeding warning',
      'licensed-pairs: unknown',
    ]);
  });

  it.each([
    [
      'is no module',
      () => moduleOf('export default {'),
      /expected a module whose default export is an interaction provider/,
    ],
    ['exports nothing', () => moduleOf('export {};'), /expected a default export with id, rules and alerts\(\)/],
    [
      'has a manifest with a fault',
      () => providing('return [];', [{ ...manifest, problems: 'none' }]),
      /rules\.0\.problems: .*/,
    ],
    [
      'has a rule that is about no order',
      () => providing('return [];', [{ ...manifest, kind: 'reminder' }]),
      /rules\.0/,
    ],
  ])('that %s is told with its file, and nothing is served', async (_, file, message) => {
    const path = file();
    await expect(load('shipped', path)).rejects.toMatchObject({
      code: 'RULES_INVALID',
      message: expect.stringMatching(message),
    });
    await expect(load('shipped', path)).rejects.toMatchObject({ message: expect.stringContaining(path) });
  });
});
