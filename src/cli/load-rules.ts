import type { Settings } from '../config.ts';
import { formatProblem } from '../cql/problem.ts';
import { CarehookError } from '../errors.ts';
import { loadRuleSet, type RuleSet } from '../rules/rule-set.ts';
import { loadSite, noSite, type Site } from '../rules/site.ts';
import { readExpansions } from './expansions.ts';
import { withTranslator } from './with-translator.ts';

/**
 * What the site's folder changes; nothing where there is no folder.
 *
 * @throws RULES_INVALID listing every fault
 */
export const readSite = async (siteDir: string | undefined): Promise<Site> => {
  if (siteDir === undefined) return noSite;
  const { site, problems } = await loadSite(siteDir);
  if (problems.length > 0)
    throw new CarehookError(
      'RULES_INVALID',
      `faults in the site's folder:\n${problems.map((problem) => `  ${formatProblem(problem)}`).join('\n')}`,
    );
  return site;
};

/**
 * The rule set of the settings' rules folder, with progress on standard error where something must be translated.
 *
 * @throws RULES_INVALID listing every fault
 */
export const loadRules = async (settings: Settings): Promise<RuleSet> => {
  const { rulesDir, siteDir, cacheDir, builtCacheDir, demonstration, rxnormDir, interactionProviders } = settings;
  const site = await readSite(siteDir);
  const expanded = await readExpansions(settings, site);
  return withTranslator((use) =>
    loadRuleSet({
      dir: rulesDir,
      cacheDirs: [cacheDir, builtCacheDir],
      site,
      expanded,
      demonstration,
      rxnormDir,
      interactionProviders,
      ...use,
    }),
  );
};
