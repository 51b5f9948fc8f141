import { join } from 'node:path';
import type { Elm } from '../cql/elm.ts';
import type { CqlSource } from '../cql/libraries.ts';
import { type Problem, startOf } from '../cql/problem.ts';
import { unreadCompletions } from './completions.ts';
import { datedTypes } from './data-requirements.ts';
import { definitionsOf, entryPoints } from './entry-points.ts';
import type { RuleFolder } from './load.ts';
import type { OncLists } from './onc-lists.ts';
import type { Rule } from './rule-set.ts';
import { type Vocabulary, valueSetBase } from './vocabulary.ts';

export interface LoadedRules {
  readonly rules: readonly RuleFolder[];
  /** All that is translated, the libraries of the rules among them. */
  readonly sources: readonly CqlSource[];
  readonly libraries: ReadonlyMap<string, Elm>;
  readonly vocabulary: Vocabulary;
  readonly lists: OncLists;
}

/** What a rules folder names and lacks, or names twice. */
export const ruleSetProblems = ({ rules, sources, libraries, vocabulary, lists }: LoadedRules): readonly Problem[] => [
  ...sources.flatMap(({ name, file }) => missingValueSets(libraries.get(name), file, vocabulary)),
  ...rules.flatMap((rule) => [...missingDefinitions(rule, libraries), ...missingClasses(rule, vocabulary)]),
  ...unknownRules(rules),
  ...unknownExceptions(rules, lists),
  ...duplicateIds(rules),
  ...duplicateNames(sources, rules),
];

/** What the manifest of a rule must say of what its library reads. */
export const readingProblems = (rule: Rule, own: RuleFolder, vocabulary: Vocabulary): readonly Problem[] => [
  ...undeclaredLookBacks(rule, own),
  ...unknownCompletions(rule, own, vocabulary),
];

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
