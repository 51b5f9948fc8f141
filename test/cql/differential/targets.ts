import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchValueSets } from '../../../bench/rules/value-sets.ts';
import type { Elm } from '../../../src/cql/elm.ts';
import { includesOf } from '../../../src/cql/includes.ts';
import type { CqlSource } from '../../../src/cql/libraries.ts';
import type { ValueSets } from '../../../src/cql/value-sets.ts';
import { loadCases } from '../../../src/rules/cases.ts';
import { loadLibraryCases } from '../../../src/rules/library-cases.ts';
import { loadRulesFolder } from '../../../src/rules/load.ts';
import { loadVocabulary } from '../../../src/rules/vocabulary.ts';
import { elmOf } from '../../support/cql.ts';
import { medications } from '../../support/record.ts';
import { rulesDir } from '../../support/rule-set.ts';
import type { Beginning } from './generate.ts';
import { type Material, materialOf } from './material.ts';

/** Rules that are evaluated over the same records, with all they need. */
export interface Target {
  readonly name: string;
  /** ELM by name, FHIRHelpers among them. */
  readonly libraries: ReadonlyMap<string, Elm>;
  /** The rules' own libraries; a pair is a record and one of these. */
  readonly rules: readonly string[];
  readonly valueSets: ValueSets;
  /** What the libraries of each rule look for: a record is made of one rule's. */
  readonly materials: readonly Material[];
  /** Records made by hand, which generated ones may begin with. */
  readonly cases: readonly Beginning[];
  /** How the record is built: as the service does, or of the resources as they came, references and all. */
  readonly record: 'service' | 'plain';
}

type Parts = Pick<Target, 'name' | 'rules' | 'valueSets' | 'cases' | 'record'>;

const target = async (sources: readonly CqlSource[], parts: Parts): Promise<Target> => {
  const { rules, valueSets } = parts;
  const libraries = await elmOf(sources);
  const materials = rules.map((rule) => materialOf(withIncluded(libraries, rule), valueSets, medications));
  return { ...parts, libraries, materials };
};

/** The rules that a library is part of. */
export const rulesUsing = ({ rules, libraries }: Target, library: string): readonly string[] =>
  rules.filter((rule) => withIncluded(libraries, rule).includes(libraries.get(library) as Elm));

/** A library and all that it includes, by name. */
export const withIncludedNames = ({ libraries }: Target, library: string): ReadonlySet<string> =>
  new Set(withIncluded(libraries, library).map((elm) => elm.library.identifier.id));

const withIncluded = (libraries: ReadonlyMap<string, Elm>, name: string): readonly Elm[] => {
  const found = new Set<Elm>();
  const add = (each: string) => {
    const elm = libraries.get(each);
    if (!elm || found.has(elm)) return;
    found.add(elm);
    for (const { path } of elm.library.includes?.def ?? []) add(path);
  };
  add(name);
  return [...found];
};

/** The shipped rules, the libraries that they share, and what the cases of these libraries ask. */
export const shippedTarget = async (): Promise<Target> => {
  const { shared, rules, libraryCases } = await loadRulesFolder(rulesDir);
  const { vocabulary } = await loadVocabulary(rulesDir);
  const own = [...rules, ...libraryCases].map(({ library }) => library);
  const files = await Promise.all<{ readonly cases?: CasesOfTarget }>([
    ...rules.map(({ folder }) => loadCases(rulesDir, folder)),
    ...libraryCases.map((each) => loadLibraryCases(rulesDir, each)),
  ]);
  const cases = files.flatMap(({ cases: file }, i) =>
    (file?.cases ?? []).map(({ name, now = file?.now ?? '', patient, record, drafts }) => ({
      name,
      rule: own[i]?.name ?? '',
      now,
      patient,
      record,
      drafts,
    })),
  );
  const names = own.map(({ name }) => name);
  return target([...shared, ...own], {
    name: 'rules',
    rules: names,
    valueSets: vocabulary.valueSets,
    cases,
    record: 'service',
  });
};

/** What the cases of rules and of shared libraries have in common. */
interface CasesOfTarget {
  readonly now: string;
  readonly cases: readonly (Omit<Beginning, 'now'> & { readonly now?: string | undefined })[];
}

/** The rules of the bench, which are made to use what the shipped ones do not. */
export const benchTarget = (): Promise<Target> =>
  folderTarget(fileURLToPath(new URL('../../../bench/rules', import.meta.url)), benchValueSets());

/** The libraries of a folder of CQL files; those that no other includes are its rules. */
const folderTarget = async (dir: string, valueSets: ValueSets): Promise<Target> => {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.cql')).sort();
  const sources = await Promise.all(
    files.map(async (file) => ({ file, name: file.slice(0, -4), text: await readFile(join(dir, file), 'utf8') })),
  );
  const included = new Set(sources.flatMap(({ text }) => includesOf(text).map(({ name }) => name)));
  const rules = sources.map(({ name }) => name).filter((name) => !included.has(name));
  return target(sources, { name: relative('.', dir), rules, valueSets, cases: [], record: 'plain' });
};

/** The definitions of a library that have a value of their own. */
export const definitionsOf = (libraries: Target['libraries'], library: string): readonly string[] =>
  (libraries.get(library)?.library.statements?.def ?? [])
    .filter(({ name, type }) => type !== 'FunctionDef' && name !== 'Patient')
    .map(({ name }) => name);

/** Every library that has definitions, those that rules share among them. */
export const evaluatedLibraries = ({ libraries }: Target): readonly string[] =>
  [...libraries.keys()].filter((name) => name !== 'FHIRHelpers' && definitionsOf(libraries, name).length > 0);
