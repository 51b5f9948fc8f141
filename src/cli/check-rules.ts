import type { Settings } from '../config.ts';
import { createTranslator } from '../cql/translate.ts';
import { type CheckedRules, checkRuleSet } from '../rules/rule-set.ts';

/** Reads the settings' rules folder with every fault found; the translator stays warm for the next reading. */
export const createRulesReader = ({ rulesDir, cacheDir, builtCacheDir }: Settings) => {
  const translator = createTranslator();
  return {
    read: (): Promise<CheckedRules> =>
      checkRuleSet({ dir: rulesDir, cacheDirs: [cacheDir, builtCacheDir], translator }),
    close: () => translator.close(),
  };
};
