import { type EngineImage, linkEngine } from '../cql/engine-image.ts';
import { createCompletions } from './completions.ts';
import { createGates } from './gate.ts';
import { loadProviders } from './load-providers.ts';
import type { RuleSet } from './rule-set.ts';
import { linkVocabulary, type Vocabulary, type VocabularyImage } from './vocabulary.ts';

/** All that a rule set is linked from, as plain data: another thread that is given it answers the same. */
export interface RuleSetImage extends Pick<RuleSet, 'id' | 'rules' | 'services' | 'nonInterruptive'> {
  /** "shipped" and the paths of modules, which every thread imports for itself. */
  readonly interactionProviders: readonly string[];
  readonly vocabulary: VocabularyImage;
  readonly engine: EngineImage;
}

/** Links the rule set of an image; no file is read but the generated modules. The vocabulary may be linked already. */
export const linkRuleSet = async (
  { id, rules, services, nonInterruptive, ...images }: RuleSetImage,
  vocabulary: Vocabulary = linkVocabulary(images.vocabulary),
): Promise<RuleSet> => ({
  id,
  rules,
  services,
  nonInterruptive,
  vocabulary,
  engine: await linkEngine(images.engine, vocabulary),
  completions: createCompletions(rules, vocabulary),
  gates: createGates(rules, vocabulary),
  providers: (await loadProviders(images.interactionProviders)).providers,
  images,
});

/** The image of a rule set as it is now, with the rules that were switched off since it was loaded. */
export const imageOf = ({ id, rules, services, nonInterruptive, images }: RuleSet): RuleSetImage => ({
  id,
  rules,
  services,
  nonInterruptive,
  ...images,
});

/** The CQL libraries of a rule set that run interpreted, by name, and why. */
export const interpretedLibraries = ({ images }: RuleSet): ReadonlyMap<string, string> => images.engine.interpreted;
