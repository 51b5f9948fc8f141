import { fileURLToPath } from 'node:url';
import { createCompiledEngine } from '../../src/cql/compiled.ts';
import { parseModelInfo, readModelInfoXml } from '../../src/cql/model-info.ts';
import { createTranslator } from '../../src/cql/translate.ts';
import { type CheckedRules, checkRuleSet, loadRuleSet, type RuleSet } from '../../src/rules/rule-set.ts';

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

/** The shipped rules as `rules test` reads them, with the cases of the shared libraries. */
export const shippedWithCases = async (): Promise<CheckedRules> => {
  const translator = createTranslator();
  try {
    return await checkRuleSet({ dir: rulesDir, cacheDirs: [cacheDir], translator, withCases: true });
  } finally {
    translator.close();
  }
};

/** An engine over all that was read, the cases of the shared libraries among it. */
export const engineWithCases = ({ libraries, vocabulary }: CheckedRules, cacheDirs: readonly [string] = [cacheDir]) =>
  createCompiledEngine({
    libraries,
    model: parseModelInfo(readModelInfoXml()),
    valueSets: vocabulary.valueSets,
    cacheDirs,
  });
