import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { withSwitches } from '../../src/rules/lifecycle.ts';
import { imageOf, linkRuleSet, type RuleSetImage } from '../../src/rules/rule-set-image.ts';
import { shippedRuleSet } from '../support/rule-set.ts';

const ruleSet = await shippedRuleSet();
const copied = (image: RuleSetImage): RuleSetImage => deserialize(serialize(image));

describe('the image of a rule set', async () => {
  const linked = await linkRuleSet(copied(imageOf(ruleSet)));

  it('has the rules, services and vocabulary, whichever thread it is linked on', () => {
    expect(linked.id).toBe(ruleSet.id);
    expect(linked.rules).toEqual(ruleSet.rules);
    expect(linked.services).toEqual(ruleSet.services);
    expect(linked.vocabulary.hash).toBe(ruleSet.vocabulary.hash);
    expect(linked.vocabulary.drugClasses).toEqual(ruleSet.vocabulary.drugClasses);
    for (const [url, { title, codes }] of ruleSet.vocabulary.valueSets)
      expect(linked.vocabulary.valueSets.get(url)).toMatchObject({ title, codes });
    expect(linked.vocabulary.medications.byCode('855332')).toEqual(ruleSet.vocabulary.medications.byCode('855332'));
    expect(linked.vocabulary.classesOf('11289')).toEqual(ruleSet.vocabulary.classesOf('11289'));
    expect(linked.vocabulary.classesOf('11289')).not.toEqual([]);
  });

  it('is the same again when it is taken of what was linked from it', () => {
    expect(imageOf(linked)).toEqual(imageOf(ruleSet));
  });

  it('holds no CQL that a module stands for', () => {
    const { modules, libraries, interpreted } = imageOf(ruleSet).engine;
    for (const { library } of ruleSet.rules) expect(modules.has(library) || interpreted.has(library)).toBe(true);
    if (interpreted.size === 0) expect(libraries.size).toBe(0);
  });

  it('is of the rules as they stand: one that is switched off stays so', async () => {
    const [first] = ruleSet.rules;
    const id = first?.manifest.id ?? '';
    const off = { [id]: { reason: 'under review', since: '2026-01-01' } };
    const switched = withSwitches(ruleSet, { off } as never);
    const again = await linkRuleSet(copied(imageOf(switched)));
    expect(again.id).toBe(switched.id);
    expect(again.id).not.toBe(ruleSet.id);
    expect(again.rules.find(({ manifest }) => manifest.id === id)?.standing).toEqual({
      voice: 'off',
      because: 'under review',
    });
  });
});
