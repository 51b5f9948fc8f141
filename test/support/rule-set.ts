import { fileURLToPath } from 'node:url';
import { createTranslator } from '../../src/cql/translate.ts';
import { loadRuleSet, type RuleSet } from '../../src/rules/rule-set.ts';

export const rulesDir = fileURLToPath(new URL('../../rules', import.meta.url));
const cacheDir = fileURLToPath(new URL('../../.carehook/cache', import.meta.url));

/** The shipped rules, from the cache that the global set-up filled. */
export const shippedRuleSet = async (dir = rulesDir): Promise<RuleSet> => {
  const translator = createTranslator();
  try {
    return await loadRuleSet({ dir, cacheDirs: [cacheDir], translator });
  } finally {
    translator.close();
  }
};
