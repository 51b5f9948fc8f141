import { localDate, systemClock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { formatProblem } from '../cql/problem.ts';
import { CarehookError } from '../errors.ts';
import type { Rule, RuleSet } from '../rules/rule-set.ts';
import { type Switches, saveSite } from '../rules/site.ts';
import { createRulesReader } from './check-rules.ts';
import { readSite } from './load-rules.ts';

/** @throws CONFIG_INVALID when the settings name no folder for what is said of this site */
const siteFolder = ({ siteDir }: Settings): string => {
  if (siteDir === undefined)
    throw new CarehookError(
      'CONFIG_INVALID',
      'expected siteDir in the settings (CAREHOOK_CONFIG): a signature or a switch belongs to a site',
    );
  return siteDir;
};

const readRules = async (settings: Settings): Promise<RuleSet> => {
  const reader = createRulesReader({ ...settings, demonstration: false });
  const { ruleSet, problems } = await reader.read().finally(reader.close);
  if (!ruleSet) throw new CarehookError('RULES_INVALID', problems.map(formatProblem).join('\n'));
  return ruleSet;
};

const ruleOf = ({ rules }: RuleSet, id: string): Rule => {
  const rule = rules.find(({ manifest }) => manifest.id === id);
  if (!rule)
    throw new CarehookError(
      'CONFIG_INVALID',
      `expected one of the rules ${rules.map(({ manifest }) => manifest.id).join(', ')}, got "${id}"`,
    );
  return rule;
};

/** Records that a clinician signs a rule for this site as it is now; any change of it voids the signature. */
export const rulesSign = async (settings: Settings, id: string, name: string): Promise<void> => {
  const dir = siteFolder(settings);
  const { content, manifest } = ruleOf(await readRules(settings), id);
  const { signatures } = await readSite(dir);
  const date = localDate(systemClock.now(), settings.timeZone);
  await saveSite(dir, { signatures: { ...signatures, [id]: { name, date, content } } });
  process.stdout.write(
    `${id} ${manifest.version} (${content}) signed by ${name} on ${date}; it speaks after the next start\n`,
  );
};

/** Switches a rule off, or on again; running services obey within a minute. */
export const rulesOff = async (settings: Settings, id: string, reason: string | undefined): Promise<void> => {
  const dir = siteFolder(settings);
  ruleOf(await readRules(settings), id);
  const { switches } = await readSite(dir);
  const { [id]: _, ...others } = switches.off;
  const off = reason === undefined ? others : { ...others, [id]: { reason, since: systemClock.now().toISOString() } };
  await saveSite(dir, { switches: { ...switches, off } });
  process.stdout.write(
    reason === undefined ? `${id} is on again within a minute\n` : `${id} is off within a minute: ${reason}\n`,
  );
};

/** Pins the rule set as it is now: a service with any other does not start. */
export const rulesPin = async (settings: Settings, undo: boolean): Promise<void> => {
  const dir = siteFolder(settings);
  const { switches } = await readSite(dir);
  const { id } = await readRules(settings);
  const { pinned: _, ...rest } = switches;
  const next: Switches = undo ? rest : { ...rest, pinned: id };
  await saveSite(dir, { switches: next });
  process.stdout.write(undo ? 'no rule set is pinned\n' : `rule set ${id} is pinned\n`);
};

/** Prints where every rule stands at this site: whether it speaks, and why not. */
export const rulesStatus = async (settings: Settings): Promise<void> => {
  const { id, rules } = await readRules(settings);
  const width = Math.max(...rules.map(({ manifest }) => manifest.id.length));
  const lines = rules.map(({ manifest, standing: { voice, because, signed } }) => {
    const words = [signed && `signed by ${signed.name} on ${signed.date}`, because].filter(Boolean).join('; ');
    return `  ${manifest.id.padEnd(width)}  ${voice.padEnd(6)}  ${words}`;
  });
  process.stdout.write(`rule set ${id}\n${lines.join('\n')}\n`);
};
