import { Presets, SingleBar } from 'cli-progress';
import type { Settings } from '../config.ts';
import { createTranslator } from '../cql/translate.ts';
import { loadRuleSet, type RuleSet } from '../rules/rule-set.ts';

/**
 * The rule set of the settings' rules folder, with progress on standard error where something must be translated.
 *
 * @throws RULES_INVALID listing every fault
 */
export const loadRules = async ({ rulesDir, cacheDir, builtCacheDir }: Settings): Promise<RuleSet> => {
  const translator = createTranslator();
  const bar = new SingleBar(
    {
      format: 'translating CQL {bar} {value}/{total} {name}',
      noTTYOutput: true,
      notTTYSchedule: 5000,
      stream: process.stderr,
    },
    Presets.shades_grey,
  );
  let shown = false;
  try {
    return await loadRuleSet({
      dir: rulesDir,
      cacheDirs: [cacheDir, builtCacheDir],
      translator,
      onProgress: (done, total, name) => {
        if (!shown) bar.start(total, 0, { name });
        shown = true;
        bar.update(done, { name });
        if (done === total) bar.stop();
      },
    });
  } finally {
    if (shown) bar.stop();
    translator.close();
  }
};
