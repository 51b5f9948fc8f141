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
 * Writes the catalogue, `README.md` of the rules folder and of each family in it: every rule with what it rests on; with
 * `check` compares instead. A rule past its review date is marked, and named on standard error.
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
  for (const [name, text] of await catalogue(settings.rulesDir, folder, today)) {
    const file = join(settings.rulesDir, name);
    if (check && unmarked(readIfThere(file)) !== unmarked(text))
      throw new CarehookError('RULES_INVALID', `${file} is stale: run "npm run fix"`);
    if (!check) writeFileSync(file, text);
  }
};

const pastReview = ' **past its review**';

/** A day on which a review falls due makes no catalogue stale. */
const unmarked = (text: string | undefined): string | undefined => text?.replaceAll(pastReview, '');

const made = 'Made by `carehook rules catalogue` from the rule folders; do not edit.';

const catalogue = async (
  rulesDir: string,
  { rules, services }: RulesFolder,
  today: string,
): Promise<ReadonlyMap<string, string>> => {
  const families = [...new Set(rules.map(({ family }) => family))];
  const pages = new Map<string, string>();
  const index = [
    '# Catalogue of rules',
    '',
    made,
    '',
    ...services.flatMap(({ title, notChecked }) =>
      notChecked.length > 0 ? [`${title} does not check: ${notChecked.join('; ')}.`, ''] : [],
    ),
  ];
  for (const family of families) {
    const own = rules.filter((rule) => rule.family === family);
    index.push(
      `## ${family}`,
      '',
      '| rule | kind | ages | status | hooks | review by |',
      '|---|---|---|---|---|---|',
      ...own.map(
        ({ manifest: { id, title, kind, ages, status, hooks, review } }) =>
          `| [${title}](${family}/README.md#${id}) | ${kind} | ${agesInWords(ages)} | ${status} | ${hooks.join(', ')} | ${review}${review < today ? pastReview : ''} |`,
      ),
      '',
    );
    const sections = await Promise.all(own.map((rule) => section(rulesDir, rule)));
    pages.set(join(family, 'README.md'), [`# Rules: ${family}`, '', made, '', ...sections].join('\n'));
  }
  return new Map([['README.md', index.join('\n')], ...pages]);
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
    ...(manifest.kind !== 'order'
      ? [`For ${manifest.audience.join(' and ')}, in encounters that are ${manifest.encounters.join(', ')}.`, '']
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
