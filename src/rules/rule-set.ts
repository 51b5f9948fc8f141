import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { compileEngine } from '../cql/compiled.ts';
import type { Elm } from '../cql/elm.ts';
import type { CqlEngine } from '../cql/engine.ts';
import { type CqlSource, fhirHelpers, translateLibraries } from '../cql/libraries.ts';
import { parseModelInfo, readModelInfoXml } from '../cql/model-info.ts';
import type { ParameterValue } from '../cql/parameters.ts';
import { formatProblem, type Problem, startOf } from '../cql/problem.ts';
import type { Translator } from '../cql/translate.ts';
import { CarehookError } from '../errors.ts';
import type { Missing } from '../record/record.ts';
import { overlayProblems, settingsOf, withOverlay } from './apply-overlay.ts';
import { type Completions, unreadCompletions } from './completions.ts';
import {
  type DataRequirement,
  dataRequirements,
  datedTypes,
  exposureRequirements,
  modifierTypes,
} from './data-requirements.ts';
import type { ExpandedCodes } from './expansion.ts';
import { includedLibraries } from './explain.ts';
import type { Gates } from './gate.ts';
import { type InteractionProvider, shippedProvider } from './interaction-provider.ts';
import { ruleContent, type Standing, standingOf, withNeeds } from './lifecycle.ts';
import { loadRulesFolder, type RuleFolder, type RulesFolder } from './load.ts';
import { loadProviders } from './load-providers.ts';
import type { Manifest, OrderManifest, ServiceEntry } from './manifest.ts';
import { loadOncLists, type OncLists, type OncPair } from './onc-lists.ts';
import { linkRuleSet, type RuleSetImage } from './rule-set-image.ts';
import { contentHash, noSite, type Site } from './site.ts';
import { type LoadedVocabulary, loadVocabulary, type Vocabulary, valueSetBase } from './vocabulary.ts';

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

/** The definitions that a rule's library must have, by kind; the second list is read where present. */
export const entryPoints = {
  reminder: {
    required: ['In Population', 'Last Done', 'Due Date'],
    optional: ['Instances', 'Exclusions', 'Missing', 'Pending', 'Facts'],
  },
  'follow-up': { required: ['In Population', 'Instances'], optional: ['Exclusions', 'Missing', 'Facts'] },
  order: { required: ['Alerts'], optional: [] },
} as const;

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
    ...translated.flatMap(({ name, file }) => missingValueSets(libraries.get(name), file, vocabulary)),
    ...folder.rules.flatMap((rule) => [...missingDefinitions(rule, libraries), ...missingClasses(rule, vocabulary)]),
    ...overlayProblems(site.overlay, shipped.rules, libraries, vocabulary),
    ...unknownRules(folder.rules),
    ...unknownExceptions(folder.rules, lists),
    ...duplicateIds(folder.rules),
    ...duplicateNames(translated, folder.rules),
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
  const undeclared = rules.flatMap((rule, i) => {
    const own = folder.rules[i] as RuleFolder;
    return [...undeclaredLookBacks(rule, own), ...unknownCompletions(rule, own, vocabulary)];
  });
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

const toRule = (
  { family, manifest, library }: RuleFolder,
  libraries: ReadonlyMap<string, Elm>,
  vocabulary: Vocabulary,
): Omit<Rule, 'standing' | 'content'> => {
  const { required, optional } = entryPoints[manifest.kind];
  const definitions = definitionsOf(libraries.get(library.name));
  const read = [...required, ...optional].filter((name) => definitions.has(name));
  const requirementsOf = (names: readonly string[]) =>
    dataRequirements(libraries, vocabulary.valueSets, library.name, names);
  return {
    family,
    manifest,
    library: library.name,
    definitions,
    requirements: requirementsOf(read).map((requirement) => {
      const lookBack = manifest.lookBack[requirement.type];
      return lookBack === undefined || lookBack === 'ever' ? requirement : { ...requirement, lookBack };
    }),
    partlyKnown: partlyKnown(library.name, requirementsOf(['In Population']), { libraries, vocabulary }),
    populationTypes: new Set(requirementsOf(['In Population']).map(({ type }) => type)),
    modifierTypes: modifierTypes(libraries, vocabulary.valueSets, library.name),
  };
};

const interactions = 'interactions';

/** The rule of a provider from elsewhere: it is given the record's drugs, and reads what else it will of the record. */
const providedRule = (provider: string, manifest: OrderManifest, site: Site, demonstration: boolean): Rule => {
  const content = contentHash([provider, manifest]);
  return {
    family: interactions,
    manifest,
    library: '',
    provider,
    definitions: new Set(),
    requirements: exposureRequirements,
    partlyKnown: { any: [], population: [] },
    populationTypes: new Set(),
    modifierTypes: new Map(),
    standing: standingOf({ manifest }, content, site, demonstration),
    content,
  };
};

/** The value sets of a rule's libraries that a terminology server should complete and never has. */
const partlyKnown = (
  library: string,
  ofPopulation: readonly DataRequirement[],
  {
    libraries,
    vocabulary: { expansions, valueSets },
  }: { readonly libraries: ReadonlyMap<string, Elm>; readonly vocabulary: Vocabulary },
): Rule['partlyKnown'] => {
  const unknown = new Map(
    [...expansions].flatMap(([url, { asked, problem }]) =>
      asked === undefined
        ? [
            [
              url,
              {
                what: `the value set "${valueSets.get(url)?.title}"`,
                types: [],
                reason: `known in part only: ${problem}`,
              },
            ],
          ]
        : [],
    ) satisfies [string, Missing][],
  );
  if (unknown.size === 0) return { any: [], population: [] };
  const read = includedLibraries(library, libraries).flatMap((name) =>
    (libraries.get(name)?.library.valueSets?.def ?? []).map(({ id }) => id),
  );
  const among = (urls: Iterable<string | undefined>) =>
    [...new Set(urls)].flatMap((url) => unknown.get(url ?? '') ?? []);
  return { any: among(read), population: among(ofPopulation.map(({ valueSet }) => valueSet)) };
};

const definitionsOf = (elm: Elm | undefined): ReadonlySet<string> =>
  new Set((elm?.library.statements?.def ?? []).filter(({ type }) => type !== 'FunctionDef').map(({ name }) => name));

const missingValueSets = (elm: Elm | undefined, file: string, { valueSets }: Vocabulary): readonly Problem[] =>
  (elm?.library.valueSets?.def ?? [])
    .filter(({ id }) => !valueSets.has(id))
    .map(({ name, id, locator }) => ({
      file,
      ...startOf(locator),
      message: `valueset "${name}": expected a file of vocabulary/ for ${id}, found none; ours begin with ${valueSetBase}`,
    }));

const missingDefinitions = (
  { manifest, library }: RuleFolder,
  libraries: ReadonlyMap<string, Elm>,
): readonly Problem[] => {
  const elm = libraries.get(library.name);
  if (!elm) return [];
  const present = definitionsOf(elm);
  const { required } = entryPoints[manifest.kind];
  // A reminder may give its steps in full instead of the shorthand of one.
  if (manifest.kind === 'reminder' && present.has('In Population') && present.has('Instances')) return [];
  return required
    .filter((name) => !present.has(name))
    .map((name) => ({
      file: library.file,
      line: 1,
      column: 1,
      message: `expected define "${name}", which a rule of kind ${manifest.kind} must have; found ${[...present].map((each) => `"${each}"`).join(', ') || 'no definition'}`,
    }));
};

const missingClasses = (
  { folder, manifest, place }: RuleFolder,
  { drugClasses, valueSets }: Vocabulary,
): readonly Problem[] => {
  if (manifest.kind !== 'order') return [];
  const file = join(folder, 'rule.yaml');
  const problem = (where: readonly PropertyKey[], expected: string, got: string, field = 'gate'): Problem => ({
    file,
    ...place(where),
    message: `${field}: expected ${expected}, got "${got}"`,
  });
  const yielded = Object.entries(manifest.yieldsTo).flatMap(([id, classes]) =>
    classes
      .filter((each) => !drugClasses.has(each))
      .map((each) => problem(['yieldsTo', id], 'a drug class of vocabulary/drug-classes', each, 'yieldsTo')),
  );
  const gated = manifest.gate.flatMap(({ draft, with: others }, i) => [
    ...(draft === 'any' ? [] : draft).flatMap((id, at) =>
      drugClasses.has(id) || valueSets.has(valueSetBase + id)
        ? []
        : problem(['gate', i, 'draft', at], 'a drug class or a value set of vocabulary/', id),
    ),
    ...(others === undefined || others === 'same-ingredient' ? [] : others).flatMap((id, at) =>
      drugClasses.has(id)
        ? []
        : problem(['gate', i, 'with', at], 'a drug class of vocabulary/drug-classes or "same-ingredient"', id),
    ),
  ]);
  return [...gated, ...yielded];
};

const undeclaredLookBacks = ({ requirements, manifest }: Rule, { folder, place }: RuleFolder): readonly Problem[] =>
  [...new Set(requirements.map(({ type }) => type))]
    .filter((type) => datedTypes.has(type) && manifest.lookBack[type] === undefined)
    .map((type) => ({
      file: join(folder, 'rule.yaml'),
      ...place(['lookBack']),
      message: `lookBack: expected how far back ${type} matters ("10 y", or "ever"), which the library retrieves`,
    }));

const unknownCompletions = (
  rule: Pick<Rule, 'manifest' | 'requirements'>,
  { folder, place }: RuleFolder,
  vocabulary: Vocabulary,
): readonly Problem[] =>
  unreadCompletions(rule, vocabulary).map((id) => ({
    file: join(folder, 'rule.yaml'),
    ...place(['completion']),
    message: `completion: expected a value set that the library retrieves what was done by, got "${id}"`,
  }));

const unknownRules = (rules: readonly RuleFolder[]): readonly Problem[] =>
  rules.flatMap(({ folder, manifest, place }) =>
    (['needs', 'yieldsTo'] as const).flatMap((field) =>
      (field === 'needs' ? manifest.needs : manifest.kind === 'order' ? Object.keys(manifest.yieldsTo) : [])
        .filter((id) => !rules.some((other) => other.manifest.id === id))
        .map((id) => ({
          file: join(folder, 'rule.yaml'),
          ...place([field]),
          message: `${field}: expected the id of another rule, got "${id}"`,
        })),
    ),
  );

const unknownExceptions = (rules: readonly RuleFolder[], { nonInterruptive }: OncLists): readonly Problem[] =>
  rules.flatMap(({ folder, manifest, place }) =>
    Object.keys(manifest.kind === 'order' ? manifest.exceptions : {})
      .filter((id) => !nonInterruptive.some((pair) => pair.id === id))
      .map((id) => ({
        file: join(folder, 'rule.yaml'),
        ...place(['exceptions', id]),
        message: `exceptions: expected the id of a pair that onc-lists.yaml says never interrupts, got "${id}"`,
      })),
  );

const duplicateIds = (rules: readonly RuleFolder[]): readonly Problem[] =>
  rules
    .filter(({ manifest }, i) => rules.findIndex((other) => other.manifest.id === manifest.id) < i)
    .map(({ folder, manifest, place }) => ({
      file: join(folder, 'rule.yaml'),
      ...place(['id']),
      message: `id: "${manifest.id}" is another rule's id already`,
    }));

/** Libraries are found by name alone; two rules of one id have been told already. */
const duplicateNames = (sources: readonly CqlSource[], rules: readonly RuleFolder[]): readonly Problem[] => {
  const ofRules = new Set(rules.map(({ library }) => library));
  return sources.flatMap((source, i) => {
    const first = sources.findIndex(({ name }) => name === source.name);
    const known = sources[first];
    return first === i || known === undefined || (ofRules.has(known) && ofRules.has(source))
      ? []
      : {
          file: source.file,
          line: 1,
          column: 1,
          message: `library ${source.name}: ${known.file} has this name already`,
        };
  });
};
