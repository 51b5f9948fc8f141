import type { Settings } from '../config.ts';
import { readModelInfoXml } from '../cql/model-info.ts';
import { createTranslator } from '../cql/translate.ts';
import { type CheckedRules, checkRuleSet, type LoadOptions } from '../rules/rule-set.ts';
import { readExpansions } from './expansions.ts';
import { readSite } from './load-rules.ts';

/** The settings without what a site changes or imports: cases are about the rules as they are shipped. */
export const asShipped = ({ siteDir: _site, rxnormDir: _rxnorm, ...settings }: Settings): Settings => settings;

/** Reads the settings' rules folder with every fault found; the translator stays warm for the next reading. */
export const createRulesReader = (settings: Settings, { withCases = false }: Pick<LoadOptions, 'withCases'> = {}) => {
  const { rulesDir, siteDir, cacheDir, builtCacheDir, demonstration, rxnormDir, interactionProviders } = settings;
  const translator = createTranslator();
  return {
    read: async (): Promise<CheckedRules> => {
      const site = await readSite(siteDir);
      return checkRuleSet({
        dir: rulesDir,
        cacheDirs: [cacheDir, builtCacheDir],
        translator,
        site,
        expanded: await readExpansions(settings, site),
        demonstration,
        rxnormDir,
        interactionProviders,
        withCases,
      });
    },
    /** Starts the translator, so that the first change need not wait for it. */
    warm: () => {
      translator
        .translate({
          name: 'Warm',
          sources: { Warm: "library Warm\nusing FHIR version '4.0.1'" },
          modelInfoXml: readModelInfoXml(),
        })
        .catch(() => {});
    },
    close: () => translator.close(),
  };
};
