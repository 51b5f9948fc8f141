import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnswerDeps, answer } from '../cds-hooks/answer.ts';
import { servicesOf } from '../cds-hooks/discovery.ts';
import { profiles } from '../cds-hooks/profile.ts';
import type { Card } from '../cds-hooks/response-schema.ts';
import { type CdsHooksRequest, parseRequest } from '../cds-hooks/schema.ts';
import type { Settings } from '../config.ts';
import { CarehookError, messageOf } from '../errors.ts';
import { createFhirConnections } from '../fhir/client.ts';
import { allMapped } from '../rules/census.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { loadRules } from './load-rules.ts';
import { momentOf } from './read-bundle.ts';

export interface ReplayOptions {
  readonly against: string;
  readonly now?: string;
}

/**
 * Answers every recorded request of a folder (one CDS Hooks request body a .json file) with the settings' rules and with
 * another rules folder, and prints the difference. Nothing is fetched: a request is answered from what it holds.
 */
export const replay = async (
  settings: Settings,
  dir: string,
  { against, now: moment }: ReplayOptions,
): Promise<void> => {
  const now = momentOf(moment);
  const files = readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (files.length === 0)
    throw new CarehookError('CONFIG_INVALID', `expected recorded requests (.json) in ${dir}, found none`);
  const before = await loadRules(settings);
  const after = await loadRules({ ...settings, rulesDir: against });
  const deps: AnswerDeps = {
    clock: { now: () => now },
    timeZone: settings.timeZone,
    // A replay compares what is said; the time it takes is the benchmark's matter.
    budget: 60_000,
    fhirServers: [],
    fhir: createFhirConnections(),
    profile: profiles[settings.profile],
    // Rules are compared, not what an installation has seen.
    census: allMapped,
  };

  const lines: string[] = [`- rule set ${before.id} (${settings.rulesDir})`, `+ rule set ${after.id} (${against})`, ''];
  let changed = 0;
  for (const name of files) {
    const difference = await differenceOf(readRequest(join(dir, name)), before, after, deps);
    if (difference.length === 0) continue;
    changed += 1;
    lines.push(name, ...difference.map((line) => `  ${line}`));
  }
  await deps.fhir.close();
  lines.push(`${files.length} requests, ${changed} answered differently`);
  process.stdout.write(`${lines.join('\n')}\n`);
};

const readRequest = (file: string): CdsHooksRequest | string => {
  try {
    const parsed = parseRequest(JSON.parse(readFileSync(file, 'utf8')));
    return 'request' in parsed
      ? parsed.request
      : parsed.issues.map(({ where, what }) => `${where}: ${what}`).join('; ');
  } catch (thrown) {
    return messageOf(thrown);
  }
};

const differenceOf = async (
  request: CdsHooksRequest | string,
  before: RuleSet,
  after: RuleSet,
  deps: AnswerDeps,
): Promise<readonly string[]> => {
  if (typeof request === 'string') return [`! not a request: ${request}`];
  const [old, new_] = [await said(before, request, deps), await said(after, request, deps)];
  return [
    ...old.filter((line) => !new_.includes(line)).map((line) => `- ${line}`),
    ...new_.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
};

/** What every service at the request's hook says, a line a card, without what differs at every call. */
const said = async (ruleSet: RuleSet, request: CdsHooksRequest, deps: AnswerDeps): Promise<readonly string[]> => {
  const services = servicesOf(ruleSet).filter(({ hook }) => hook === request.hook);
  if (services.length === 0) return [`no service at ${request.hook}`];
  const lines = await Promise.all(
    services.map(async (service) => {
      try {
        return (await answer(ruleSet, service, request, deps)).cards.map((card) => `${service.id} ${cardLine(card)}`);
      } catch (thrown) {
        return [`${service.id} refused: ${messageOf(thrown)}`];
      }
    }),
  );
  return lines.flat();
};

const cardLine = ({ indicator, summary, source, detail = '', suggestions = [] }: Card): string =>
  [
    `[${indicator}] ${source.topic?.code ?? source.label}: ${summary}`,
    ...detail.split('\n').filter((line) => line.trim() !== ''),
    ...suggestions.map(({ label, actions }) => `suggests ${label} (${actions.map(({ type }) => type).join(', ')})`),
  ].join('\n      ');
