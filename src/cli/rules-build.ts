import type { Settings } from '../config.ts';
import { loadRules } from './load-rules.ts';

/** Translates the rules into a cache folder, so that what is shipped holds ELM and needs no translator. */
export const rulesBuild = async (settings: Settings, out: string): Promise<void> => {
  const { id, rules } = await loadRules({ ...settings, builtCacheDir: out, cacheDir: out });
  process.stdout.write(`rule set ${id}: ${rules.length} rules translated into ${out}\n`);
};
