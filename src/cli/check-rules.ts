import type { Settings } from '../config.ts';
import { readModelInfoXml } from '../cql/model-info.ts';
import { createTranslator } from '../cql/translate.ts';
import { type CheckedRules, checkRuleSet, type LoadOptions } from '../rules/rule-set.ts';
import { readSite } from './load-rules.ts';

/** The settings without the site's changes: cases are about the rules as they are shipped. */
export const asShipped = ({ siteDir: _, ...settings }: Settings): Settings => settings;

/** Reads the settings' rules folder with every fault found; the translator stays warm for the next reading. */
export const createRulesReader = (
  { rulesDir, siteDir, cacheDir, builtCacheDir, demonstration }: Settings,
  { withCases = false }: Pick<LoadOptions, 'withCases'> = {},
) => {
  const translator = createTranslator();
  return {
    read: async (): Promise<CheckedRules> =>
      checkRuleSet({
        dir: rulesDir,
        cacheDirs: [cacheDir, builtCacheDir],
        translator,
        site: await readSite(siteDir),
        demonstration,
        withCases,
      }),
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
