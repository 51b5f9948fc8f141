import { describe, expect, it } from 'vitest';
import { differences, loadCases, runCase } from '../src/rules/cases.ts';
import { loadLibraryCases, runLibraryCase } from '../src/rules/library-cases.ts';
import { engineWithCases, rulesDir, shippedWithCases } from './support/rule-set.ts';

const read = await shippedWithCases();
const { ruleSet, vocabulary } = read;
if (!ruleSet) throw new Error(read.problems.map(({ file, message }) => `${file} ${message}`).join('\n'));
const { rules: folders, libraryCases } = read.folder;

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

const engine = await engineWithCases(read);

describe.each(libraryCases)('lib/$of', async (files) => {
  const { cases, problems } = await loadLibraryCases(rulesDir, files);

  it('has at least eight cases that read as sentences', () => {
    expect(problems).toEqual([]);
    expect(cases?.cases.length).toBeGreaterThanOrEqual(8);
    for (const { name } of cases?.cases ?? []) expect(name).toMatch(/^[a-z-]+[a-z0-9 ,]*: \S+ \S+/);
  });

  for (const one of cases?.cases ?? [])
    it(one.name, async () => {
      if (!cases) throw new Error(`there are no cases of ${files.of}`);
      expect(await runLibraryCase({ engine, vocabulary }, files, cases, one)).toEqual([]);
    });
});
