import { describe, expect, it } from 'vitest';
import { differences, loadCases, runCase } from '../src/rules/cases.ts';
import { loadRulesFolder } from '../src/rules/load.ts';
import { rulesDir, shippedRuleSet } from './support/rule-set.ts';

const ruleSet = await shippedRuleSet();
const { rules: folders } = await loadRulesFolder(rulesDir);

describe.each(folders)('$folder', async ({ folder, manifest }) => {
  const { cases, problems } = await loadCases(rulesDir, folder);

  it('has at least eight cases that read as sentences', () => {
    expect(problems).toEqual([]);
    expect(cases?.cases.length).toBeGreaterThanOrEqual(8);
    for (const { name } of cases?.cases ?? []) expect(name).toMatch(/^[a-z-]+: \S+ \S+/);
  });

  const rule = ruleSet.rules.find((each) => each.manifest.id === manifest.id);
  for (const one of cases?.cases ?? [])
    it(one.name, async () => {
      if (!rule || !cases) throw new Error(`there is no rule ${manifest.id}`);
      expect(differences(one.expect, await runCase(ruleSet, rule, cases, one))).toEqual([]);
    });
});
