import { join } from 'node:path';
import { type Elm, type ElmNode, walkElm } from '../cql/elm.ts';
import type { CqlSource } from '../cql/libraries.ts';
import { type Problem, startOf } from '../cql/problem.ts';
import { isRxNorm } from '../terminology/medications.ts';
import { codeSystems } from '../terminology/systems.ts';
import { caseProblems, type LoadedLibraryCases, libraryCaseProblems } from './check-cases.ts';
import { addDuration } from './duration.ts';
import { entryPoints } from './entry-points.ts';
import { includedLibraries } from './explain.ts';
import { type LibraryCases, loadLibraryCases } from './library-cases.ts';
import type { RuleFolder, RulesFolder } from './load.ts';
import type { OrderManifest } from './manifest.ts';
import type { CheckedRules } from './rule-set.ts';
import { valueSetBase } from './vocabulary.ts';

/** CDS Hooks: a summary has fewer than 140 characters. */
const summaryLength = 139;

/** Facts that the host adds to those of a care rule's library, and to those of an alert. */
const hostFacts = { care: ['due', 'overdue', 'daysPastDue', 'lastDone'], order: ['focus'] };

/**
 * Faults in what a rules folder says, beyond those that keep it from loading: codes that disagree with their names,
 * definitions nobody reads, words that name no fact, gates that miss a class, windows out of order, missing cases.
 */
export const checkContent = async (
  dir: string,
  { folder, vocabulary, sources, libraries }: CheckedRules,
): Promise<readonly Problem[]> => {
  const libraryCases = await Promise.all(
    folder.libraryCases.map(async (files) => ({ files, ...(await loadLibraryCases(dir, files)) })),
  );
  return [
    ...codeProblems(vocabulary),
    ...unreadDefinitions(folder, sources, libraries, libraryCases),
    ...folder.rules.flatMap((rule) => [
      ...factProblems(rule, libraries.get(rule.library.name)),
      ...windowProblems(rule),
      ...interactionProblems(rule),
      ...(rule.manifest.kind === 'order'
        ? orderProblems(rule, rule.manifest, { libraries, drugClasses: vocabulary.drugClasses })
        : []),
      ...hookProblems(rule, folder.services),
    ]),
    ...(await Promise.all(folder.rules.map((rule) => caseProblems(dir, rule)))).flat(),
    ...libraryCases.flatMap((loaded) => libraryCaseProblems(loaded, libraries)),
  ];
};

const inManifest = ({ folder, place }: RuleFolder, where: readonly PropertyKey[], message: string): Problem => ({
  file: join(folder, 'rule.yaml'),
  ...place(where),
  message,
});

const codeProblems = ({ valueSets, medications, origins }: CheckedRules['vocabulary']): readonly Problem[] => {
  const problems: Problem[] = [];
  const names = new Map<string, { readonly display: string; readonly file: string }>();
  for (const { url, codes } of valueSets.values()) {
    const { file = url, placeOf } = origins.get(url) ?? {};
    for (const { system, code, display } of codes) {
      const at = (message: string): Problem => ({ file, ...placeOf?.(system, code), message: `${code}: ${message}` });
      if (system === codeSystems.LOINC && !hasLoincCheckDigit(code))
        problems.push(at('the check digit of this LOINC code is wrong'));
      const rxnorm = isRxNorm(system) ? medications.byCode(code)?.name : undefined;
      if (rxnorm !== undefined && rxnorm.toLowerCase() !== display.toLowerCase()) {
        problems.push(at(`expected the name that RxNorm has, "${rxnorm}", got "${display}"`));
        continue;
      }
      const known = names.get(`${system}|${code}`);
      if (known && known.display !== display)
        problems.push(at(`expected the name in ${known.file}, "${known.display}", got "${display}"`));
      else names.set(`${system}|${code}`, { display, file });
      if (display.trim() === '') problems.push(at('expected a name for this code'));
    }
  }
  return problems;
};

/** LOINC numbers end in a mod-10 (Luhn) check digit. Those of answers (LA15173-0) are not reckoned so. */
const hasLoincCheckDigit = (code: string): boolean => {
  if (/^LA\d+-\d$/.test(code)) return true;
  const match = /^(\d{1,7})-(\d)$/.exec(code);
  if (!match) return false;
  const sum = [...(match[1] as string)].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(match[2]);
};

/** Definitions that no entry point of any rule reaches; those of shared libraries may be reached by cases of their own. */
const unreadDefinitions = (
  { rules, libraryCases: files }: RulesFolder,
  sources: readonly CqlSource[],
  libraries: ReadonlyMap<string, Elm>,
  libraryCases: readonly LoadedLibraryCases[],
): readonly Problem[] => {
  const read = new Set<string>();
  const ofRules = new Set(rules.map(({ library }) => library.name));
  const visit = (library: string, name: string, skipped: ReadonlySet<string> = new Set()): void => {
    if (skipped.has(library) || read.has(`${library}."${name}"`)) return;
    read.add(`${library}."${name}"`);
    const elm = libraries.get(library)?.library;
    for (const statement of elm?.statements?.def ?? [])
      if (statement.name === name)
        walkElm(statement, (node) => {
          if (node.type !== 'ExpressionRef' && node.type !== 'FunctionRef') return;
          const path = elm?.includes?.def.find(({ localIdentifier }) => localIdentifier === node.libraryName)?.path;
          visit(path ?? library, String(node.name), skipped);
        });
  };
  for (const { manifest, library } of rules) {
    const { required, optional } = entryPoints[manifest.kind];
    for (const name of [...required, ...optional]) visit(library.name, name);
  }
  for (const {
    files: { library },
    cases,
  } of libraryCases)
    for (const name of definitionsExpected(cases)) visit(library.name, name, ofRules);
  return [...sources, ...files.map(({ library }) => library)]
    .filter(({ name }) => name !== 'FHIRHelpers')
    .flatMap(({ name: library, file }) =>
      (libraries.get(library)?.library.statements?.def ?? [])
        .filter(({ name }) => name !== 'Patient' && !read.has(`${library}."${name}"`))
        .map(({ name, locator }) => ({
          file,
          ...startOf(locator),
          message: `"${name}": nothing reads this definition`,
        })),
    );
};

const definitionsExpected = (cases: LibraryCases | undefined): ReadonlySet<string> =>
  new Set((cases?.cases ?? []).flatMap(({ expect }) => Object.keys(expect)));

/** The names of the facts that a library gives to a rule's words. */
const factsOf = ({ manifest }: RuleFolder, elm: Elm | undefined): ReadonlySet<string> => {
  const names = new Set<string>(manifest.kind === 'order' ? hostFacts.order : hostFacts.care);
  const entry = manifest.kind === 'order' ? 'Alerts' : 'Facts';
  walkElm(elm?.library.statements?.def.filter(({ name }) => name === entry) ?? [], (node) => {
    const tuple =
      entry === 'Facts'
        ? node
        : (node as { name?: string; value?: ElmNode }).name === 'facts'
          ? (node.value as ElmNode)
          : undefined;
    if (tuple?.type === 'Tuple') for (const { name } of tuple.element as readonly { name: string }[]) names.add(name);
  });
  return names;
};

const factProblems = (rule: RuleFolder, elm: Elm | undefined): readonly Problem[] => {
  if (!elm) return [];
  const { manifest } = rule;
  const facts = factsOf(rule, elm);
  const known = [...facts].sort().join(', ');
  const texts: { readonly where: readonly PropertyKey[]; readonly text: string }[] =
    manifest.kind === 'order'
      ? Object.entries(manifest.problems).flatMap(([id, { card }]) =>
          Object.entries(card).flatMap(([part, text]) =>
            typeof text === 'string' ? { where: ['problems', id, 'card', part], text } : [],
          ),
        )
      : Object.entries(manifest.cards).flatMap(([status, { summary, detail }]) => [
          { where: ['cards', status, 'summary'], text: summary },
          { where: ['cards', status, 'detail'], text: detail },
        ]);
  const unknown = texts.flatMap(({ where, text }) =>
    [...text.matchAll(/\{\{(\w+)\}\}/g)]
      .filter(([, name = '']) => !facts.has(name))
      .map(([token]) =>
        inManifest(rule, where, `${where.join('.')}: expected one of the facts ${known}, got ${token}`),
      ),
  );
  const long = texts
    .filter(({ where, text }) => where.at(-1) === 'summary' && text.replace(/\{\{\w+\}\}/g, '').length > summaryLength)
    .map(({ where, text }) =>
      inManifest(rule, where, `${where.join('.')}: expected at most ${summaryLength} characters, got ${text.length}`),
    );
  const conditions = manifest.suggestions.flatMap(({ if: needed, unless }, i) =>
    [needed, unless]
      .filter((name) => name !== undefined && !facts.has(name))
      .map((name) =>
        inManifest(rule, ['suggestions', i], `suggestions.${i}: expected one of the facts ${known}, got "${name}"`),
      ),
  );
  return [...unknown, ...long, ...conditions];
};

const windowProblems = (rule: RuleFolder): readonly Problem[] => {
  const { manifest } = rule;
  if (manifest.kind === 'order') return [];
  // Any day will do to compare lengths of calendar time.
  const end = (duration: Parameters<typeof addDuration>[1]) => addDuration('2024-01-01', duration);
  return Object.entries(manifest.tracks).flatMap(([track, steps]) =>
    Object.entries(steps).flatMap(([step, { due, overdue, critical }]) => {
      const inOrder = end(due) <= end(overdue) && (critical === undefined || end(overdue) <= end(critical));
      return inOrder
        ? []
        : [inManifest(rule, ['tracks', track, step], `tracks.${track}.${step}: expected due ≤ overdue ≤ critical`)];
    }),
  );
};

/** What an alert about an interaction must say: HL7 PDDI-CDS, minimum information; Payne 2015. */
const interactionParts = ['consequence', 'serious', 'mechanism', 'evidence'] as const;

const interactionProblems = (rule: RuleFolder): readonly Problem[] => {
  const { manifest, family } = rule;
  if (family !== 'interactions' || manifest.kind !== 'order') return [];
  return Object.entries(manifest.problems).flatMap(([id, { card }]) =>
    interactionParts
      .filter((part) => card[part] === undefined)
      .map((part) =>
        inManifest(
          rule,
          ['problems', id, 'card'],
          `problems.${id}.card: expected ${part}, which an interaction's card says`,
        ),
      ),
  );
};

/** The classes, modifiers and problems of an order rule stand in both its files. */
const orderProblems = (
  rule: RuleFolder,
  manifest: OrderManifest,
  {
    libraries,
    drugClasses,
  }: { readonly libraries: ReadonlyMap<string, Elm>; readonly drugClasses: ReadonlySet<string> },
): readonly Problem[] => {
  const elm = libraries.get(rule.library.name);
  if (!elm) return [];
  const literalsOf = (names: readonly string[]): ReadonlySet<string> => {
    const literals = new Set<string>();
    for (const name of names)
      walkElm(libraries.get(name)?.library.statements, ({ type, value }) => {
        if (type === 'Literal') literals.add(String(value));
      });
    return literals;
  };
  const literals = literalsOf([rule.library.name]);
  // Modifiers that many rules have are judged by a function of a shared library.
  const judged = literalsOf(includedLibraries(rule.library.name, libraries));
  const unused = Object.entries(manifest.problems).flatMap(([id, { modifiers }]) => [
    ...(literals.has(id)
      ? []
      : [inManifest(rule, ['problems', id], `problems.${id}: the library has no alert with this problem`)]),
    ...Object.keys(modifiers)
      .filter((modifier) => !judged.has(modifier))
      .map((modifier) =>
        inManifest(
          rule,
          ['problems', id, 'modifiers', modifier],
          `problems.${id}.modifiers.${modifier}: the library judges no modifier of this id`,
        ),
      ),
  ]);
  const gated = new Set([
    ...manifest.gate.flatMap(({ draft, with: others }) => [draft, others ?? []].flat()),
    ...manifest.alsoReads,
  ]);
  const missed = (elm.library.valueSets?.def ?? [])
    .filter(
      ({ id }) =>
        id.startsWith(valueSetBase) &&
        drugClasses.has(id.slice(valueSetBase.length)) &&
        !gated.has(id.slice(valueSetBase.length)),
    )
    .map(({ name, id, locator }) => ({
      file: rule.library.file,
      ...startOf(locator),
      message: `"${name}": expected the class ${id.slice(valueSetBase.length)} in the gate of rule.yaml, or in alsoReads where only a modifier reads it`,
    }));
  return [...unused, ...missed];
};

const hookProblems = (
  rule: RuleFolder,
  services: readonly { readonly hooks: readonly string[]; readonly families: readonly string[] }[],
): readonly Problem[] =>
  rule.manifest.clocks.includes('hook') &&
  !services.some(
    ({ hooks, families }) => families.includes(rule.family) && hooks.some((hook) => rule.manifest.hooks.includes(hook)),
  )
    ? [
        inManifest(
          rule,
          ['hooks'],
          `hooks: expected a service of services.yaml for family ${rule.family} at ${rule.manifest.hooks.join(' or ')}, found none`,
        ),
      ]
    : [];
