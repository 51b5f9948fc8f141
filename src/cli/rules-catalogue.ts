import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localDate, systemClock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { formatProblem } from '../cql/problem.ts';
import { CarehookError } from '../errors.ts';
import { loadCases } from '../rules/cases.ts';
import type { RuleFolder, RulesFolder } from '../rules/load.ts';
import { agesInWords } from '../rules/manifest.ts';
import { createRulesReader } from './check-rules.ts';

/**
 * Writes `README.md` of the rules folder, the catalogue: every rule with what it rests on; with `check` compares instead.
 * A rule past its review date is named on standard error.
 *
 * @throws RULES_INVALID when the rules do not load, or the catalogue is stale
 */
export const rulesCatalogue = async (settings: Settings, check: boolean): Promise<void> => {
  const reader = createRulesReader(settings);
  const { ruleSet, problems, folder } = await reader.read().finally(reader.close);
  if (!ruleSet) throw new CarehookError('RULES_INVALID', problems.map(formatProblem).join('\n'));
  const today = localDate(systemClock.now(), settings.timeZone);
  for (const { manifest } of folder.rules)
    if (manifest.review < today) process.stderr.write(`${manifest.id}: its review was due on ${manifest.review}\n`);
  const text = await catalogue(settings.rulesDir, folder);
  const file = join(settings.rulesDir, 'README.md');
  if (check && readIfThere(file) !== text)
    throw new CarehookError('RULES_INVALID', `${file} is stale: run "npm run fix"`);
  if (!check) writeFileSync(file, text);
};

const catalogue = async (rulesDir: string, { rules, services }: RulesFolder): Promise<string> => {
  const sections = await Promise.all(rules.map((rule) => section(rulesDir, rule)));
  return [
    '# Catalogue of rules',
    '',
    'Made by `carehook rules catalogue` from the rule folders; do not edit.',
    '',
    '| rule | kind | ages | status | hooks | review by |',
    '|---|---|---|---|---|---|',
    ...rules.map(
      ({ folder, manifest: { id, title, kind, ages, status, hooks, review } }) =>
        `| [${title}](#${id}) \`${folder}\` | ${kind} | ${agesInWords(ages)} | ${status} | ${hooks.join(', ')} | ${review} |`,
    ),
    '',
    ...services.flatMap(({ title, notChecked }) =>
      notChecked.length > 0 ? [`${title} does not check: ${notChecked.join('; ')}.`, ''] : [],
    ),
    ...sections,
  ].join('\n');
};

const section = async (rulesDir: string, { folder, manifest }: RuleFolder): Promise<string> => {
  const { id, title, version, owner, source, rationale, settings } = manifest;
  const { cases } = await loadCases(rulesDir, folder);
  const uses = Object.entries(source.uses)
    .filter(([, used]) => used)
    .map(([attribute]) => attribute.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  return [
    `## ${id}`,
    '',
    `**${title}**, version ${version}, ${manifest.status}. Owner: ${owner}.`,
    '',
    rationale.trim(),
    '',
    '| source attribute | |',
    '|---|---|',
    `| citation | ${source.citation.trim()}${source.url ? ` <${source.url}>` : ''} |`,
    `| developer | ${source.developer} |`,
    `| funding of the technical implementation | ${source.funding} |`,
    `| released | ${source.released} |`,
    `| revised | ${source.revised} |`,
    `| uses, of race, ethnicity, language, sexual orientation, gender identity, sex, date of birth, social determinants, health status assessments | ${uses.join(', ') || 'none'} |`,
    '',
    ...(manifest.kind !== 'order' && manifest.completion.length > 0
      ? [
          `Nothing is due at a site that has never shown ${manifest.completion.map((entry) => entry.map((set) => `\`${set}\``).join(' or ')).join(', and ')}: it cannot be told whether it was done.`,
          '',
        ]
      : []),
    ...(Object.keys(settings).length > 0
      ? ['Settings of a site:', '', ...Object.entries(settings).map(([name, words]) => `- **${name}**: ${words}`), '']
      : []),
    `<details><summary>${cases?.cases.length ?? 0} cases</summary>`,
    '',
    ...(cases?.cases.map(({ name }) => `- ${name}`) ?? []),
    '',
    '</details>',
    '',
  ].join('\n');
};

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
