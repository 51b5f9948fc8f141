import { createHash } from 'node:crypto';
import { compileEngine } from '../cql/compiled.ts';
import type { Elm } from '../cql/elm.ts';
import type { CqlEngine } from '../cql/engine.ts';
import { type CqlSource, fhirHelpers, translateLibraries } from '../cql/libraries.ts';
import { parseModelInfo, readModelInfoXml } from '../cql/model-info.ts';
import type { ParameterValue } from '../cql/parameters.ts';
import { formatProblem, type Problem } from '../cql/problem.ts';
import type { Translator } from '../cql/translate.ts';
import { CarehookError } from '../errors.ts';
import type { Missing } from '../record/record.ts';
import { overlayProblems, settingsOf, withOverlay } from './apply-overlay.ts';
import type { Completions } from './completions.ts';
import type { DataRequirement } from './data-requirements.ts';
import type { ExpandedCodes } from './expansion.ts';
import type { Gates } from './gate.ts';
import { type InteractionProvider, shippedProvider } from './interaction-provider.ts';
import { ruleContent, type Standing, standingOf, withNeeds } from './lifecycle.ts';
import { loadRulesFolder, type RuleFolder, type RulesFolder } from './load.ts';
import { loadProviders } from './load-providers.ts';
import type { Manifest, ServiceEntry } from './manifest.ts';
import { loadOncLists, type OncPair } from './onc-lists.ts';
import { linkRuleSet, type RuleSetImage } from './rule-set-image.ts';
import { readingProblems, ruleSetProblems } from './rule-set-problems.ts';
import { noSite, type Site } from './site.ts';
import { interactions, providedRule, toRule } from './to-rule.ts';
import { type LoadedVocabulary, loadVocabulary, type Vocabulary } from './vocabulary.ts';

/** One rule, ready to be evaluated. Only the loader knows that it came from `rule.yaml`. */
export interface Rule {
  readonly family: string;
  readonly manifest: Manifest;
  /** The name of the rule's CQL library. */
  readonly library: string;
  /** The provider that answers for it where that is not this project. */
  readonly provider?: string;
  readonly definitions: ReadonlySet<string>;
  readonly requirements: readonly DataRequirement[];
  /** Value sets of its libraries that are known in part only, and those of them that decide on the population. */
  readonly partlyKnown: { readonly any: readonly Missing[]; readonly population: readonly Missing[] };
  /** The resource types that decide whether a patient is in the population at all. */
  readonly populationTypes: ReadonlySet<string>;
  /** The resource types by which each modifier of an order rule is judged. */
  readonly modifierTypes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly standing: Standing;
  /** The hash that a signature is for. */
  readonly content: string;
}

/** The immutable result of loading; a request that began with one finishes with it. */
export interface RuleSet {
  /** A hash of everything that was loaded. */
  readonly id: string;
  readonly rules: readonly Rule[];
  readonly services: readonly ServiceEntry[];
  readonly vocabulary: Vocabulary;
  readonly engine: CqlEngine;
  readonly completions: Completions;
  readonly gates: Gates;
  /** Pairs of drug classes that must never interrupt. */
  readonly nonInterruptive: readonly OncPair[];
  /** Where interactions are known from beside the rules folder, by id. */
  readonly providers: ReadonlyMap<string, InteractionProvider>;
  /** What vocabulary and engine were linked from. */
  readonly images: Pick<RuleSetImage, 'vocabulary' | 'engine' | 'interactionProviders'>;
}

export interface LoadOptions {
  readonly dir: string;
  readonly cacheDirs: readonly [string, ...string[]];
  readonly translator: Translator;
  /** What the site changes, signed and switched off; nothing unless given. */
  readonly site?: Site;
  /** The codes by which a terminology server completes value sets, by id. */
  readonly expanded?: ReadonlyMap<string, ExpandedCodes>;
  /** Whether drafts speak, labelled; true unless told. */
  readonly demonstration?: boolean;
  /** Where a release of RxNorm was imported to, if one was. */
  readonly rxnormDir?: string | undefined;
  /**
   * Where interactions are known from: "shipped" (the rules folder) and paths of modules that export a provider. Without
   * "shipped" the folder's interaction rules are off. Only "shipped" unless given.
   */
  readonly interactionProviders?: readonly string[];
  /** Whether the cases of the shared libraries are read too, which serving does not need; no unless told. */
  readonly withCases?: boolean;
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/**
 * Loads a rules folder into a rule set.
 *
 * @throws RULES_INVALID listing every fault with file, line and column; nothing is served from a folder with one
 */
export const loadRuleSet = async (options: LoadOptions): Promise<RuleSet> => {
  const { ruleSet, problems } = await checkRuleSet(options);
  if (!ruleSet) {
    const list = problems.map((problem) => `  ${formatProblem(problem)}`).join('\n');
    throw new CarehookError(
      'RULES_INVALID',
      `${problems.length} ${problems.length === 1 ? 'fault' : 'faults'} in ${options.dir}:\n${list}`,
    );
  }
  return ruleSet;
};

/** What came of loading a rules folder. */
export interface CheckedRules {
  /** Only where there is no fault. */
  readonly ruleSet?: RuleSet;
  readonly problems: readonly Problem[];
  readonly folder: RulesFolder;
  readonly vocabulary: LoadedVocabulary;
  readonly sources: readonly CqlSource[];
  /** Of the sources, and of the cases of shared libraries where these are read. */
  readonly libraries: ReadonlyMap<string, Elm>;
  /** Values of CQL parameters that the site sets, by library. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, ParameterValue>>>;
}

/** Loads a rules folder and returns every fault found. */
export const checkRuleSet = async ({
  dir,
  cacheDirs,
  translator,
  site = noSite,
  expanded = new Map(),
  demonstration = true,
  rxnormDir,
  interactionProviders = [shippedProvider],
  withCases = false,
  onProgress,
}: LoadOptions): Promise<CheckedRules> => {
  const [shipped, { vocabulary, problems: vocabularyProblems }] = await Promise.all([
    loadRulesFolder(dir),
    loadVocabulary(dir, { localCodes: site.overlay.codes, expanded, rxnormDir, cacheDirs }),
  ]);
  const folder = { ...shipped, rules: shipped.rules.map((rule) => withOverlay(rule, site.overlay)) };
  const sources = [fhirHelpers(), ...folder.shared, ...folder.rules.map(({ library }) => library)];
  const translated = [...sources, ...(withCases ? folder.libraryCases.map(({ library }) => library) : [])];
  const { libraries, problems: cqlProblems } = await translateLibraries(translated, {
    cacheDirs,
    translator,
    ...(onProgress && { onProgress }),
  });
  const { lists, problems: listProblems } = await loadOncLists(dir, vocabulary.drugClasses);
  const { providers, problems: providerProblems } = await loadProviders(interactionProviders);
  const problems = [
    ...folder.problems,
    ...listProblems,
    ...providerProblems,
    ...vocabularyProblems,
    ...cqlProblems,
    ...overlayProblems(site.overlay, shipped.rules, libraries, vocabulary),
    ...ruleSetProblems({ rules: folder.rules, sources: translated, libraries, vocabulary, lists }),
  ];
  const settings = settingsOf(folder.rules, site.overlay);
  const read = { folder, vocabulary, sources, libraries, settings };
  if (problems.length > 0) return { ...read, problems };

  const standing = (rule: Pick<RuleFolder, 'manifest' | 'family'>, content: string): Standing =>
    rule.family === interactions && !interactionProviders.includes(shippedProvider)
      ? { voice: 'off', because: `replaced by ${[...providers.keys()].join(', ') || 'no provider'}` }
      : standingOf(rule, content, site, demonstration);
  const rules = folder.rules.map((rule) => {
    const content = ruleContent(rule, settings.get(rule.library.name), read);
    return { ...toRule(rule, libraries, vocabulary), content, standing: standing(rule, content) };
  });
  const provided = [...providers.values()].flatMap((provider) =>
    provider.rules.map((manifest) => providedRule(provider.id, manifest, site, demonstration)),
  );
  const undeclared = rules.flatMap((rule, i) => readingProblems(rule, folder.rules[i] as RuleFolder, vocabulary));
  if (undeclared.length > 0) return { ...read, problems: undeclared };
  const served = new Map([...libraries].filter(([name]) => sources.some((source) => source.name === name)));
  const engine = await compileEngine({
    libraries: served,
    model: parseModelInfo(readModelInfoXml()),
    settings,
    cacheDirs,
  });
  const id = createHash('sha256')
    .update(JSON.stringify([sources, folder.rules.map(({ manifest }) => manifest), folder.services, [...settings]]))
    .update(JSON.stringify([lists, [...providers.values()].map(({ id, rules: own }) => [id, own])]))
    .update(vocabulary.hash)
    .digest('hex')
    .slice(0, 16);
  const image = {
    id,
    rules: withNeeds([...rules, ...provided]),
    services: folder.services,
    nonInterruptive: lists.nonInterruptive,
    interactionProviders,
    vocabulary: vocabulary.image,
    engine,
  };
  return { ...read, ruleSet: await linkRuleSet(image, vocabulary), problems };
};
