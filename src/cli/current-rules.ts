import { watch } from 'chokidar';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { formatProblem } from '../cql/problem.ts';
import { CarehookError, messageOf } from '../errors.ts';
import { withSwitches } from '../rules/lifecycle.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { valueSetBase } from '../rules/vocabulary.ts';
import { createRulesReader } from './check-rules.ts';
import { readExpansions } from './expansions.ts';
import { loadRules, readSite } from './load-rules.ts';

/** The rule set that requests beginning now are answered from; whoever began with an older one finishes with it. */
export interface CurrentRules {
  ruleSet(): RuleSet;
  /** Asks again for expansions that are too old, or that the terminology server did not give; an hourly matter. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** How often it is looked whether an expansion has become too old. */
const expansionsEvery = 3_600_000;

/** How long a rule that was switched off may go on speaking. */
const switchesEvery = 20_000;

/**
 * Loads the rules, obeys the site's switches as they change, and in the demonstration loads the rules again when a file of
 * theirs changes; while they have a fault the last good set keeps serving.
 *
 * @throws RULES_INVALID when the rules do not load, or another rule set is pinned
 */
export const createCurrentRules = async (settings: Settings, log: Logger): Promise<CurrentRules> => {
  const { siteDir } = settings;
  let loaded = await loadRules(settings);
  const { switches } = await readSite(siteDir);
  if (switches.pinned !== undefined && switches.pinned !== loaded.id)
    throw new CarehookError(
      'RULES_INVALID',
      `expected the rule set ${switches.pinned}, which is pinned for this site, got ${loaded.id}`,
    );
  let current = loaded;

  const obey = async (): Promise<void> => {
    try {
      const site = await readSite(siteDir);
      const next = withSwitches(loaded, site.switches);
      if (next.id !== current.id)
        log.warn({ ruleSet: next.id, off: Object.keys(site.switches.off) }, 'switches changed');
      current = next;
    } catch (thrown) {
      log.error({ reason: messageOf(thrown) }, 'the switches could not be read; the last ones stand');
    }
  };
  const timer = siteDir === undefined ? undefined : setInterval(obey, switchesEvery).unref();

  const renew = async (): Promise<void> => {
    try {
      const { expansions } = loaded.vocabulary;
      const now = await readExpansions(settings, await readSite(siteDir));
      const isNew = [...now].some(([id, { asked }]) => expansions.get(valueSetBase + id)?.asked !== asked);
      if (!isNew) return;
      const next = await loadRules(settings);
      if (next.id !== loaded.id) log.warn({ ruleSet: next.id }, 'expansions changed, the rules were loaded again');
      loaded = next;
      await obey();
    } catch (thrown) {
      log.error({ reason: messageOf(thrown) }, 'expansions could not be renewed; the last good rules keep serving');
    }
  };
  const renewal = loaded.vocabulary.expansions.size > 0 ? setInterval(renew, expansionsEvery).unref() : undefined;

  const reader = settings.demonstration ? createRulesReader(settings) : undefined;
  const reload = async (): Promise<void> => {
    const { ruleSet, problems } = (await reader?.read()) ?? {};
    if (ruleSet && ruleSet.id !== loaded.id) {
      loaded = ruleSet;
      await obey();
      process.stdout.write(`rules loaded again: rule set ${ruleSet.id}\n`);
    }
    if (!ruleSet && problems)
      process.stdout.write(
        `the last good rules keep serving:\n${problems.map((problem) => `  ${formatProblem(problem)}`).join('\n')}\n`,
      );
  };
  const watcher =
    reader &&
    watch(settings.rulesDir, { ignoreInitial: true, awaitWriteFinish: { stabilityThreshold: 200 } }).on('all', () => {
      reload().catch((thrown) => log.error({ reason: messageOf(thrown) }, 'the rules could not be loaded again'));
    });

  return {
    ruleSet: () => current,
    renew,
    close: async () => {
      clearInterval(timer);
      clearInterval(renewal);
      await watcher?.close();
      reader?.close();
    },
  };
};
