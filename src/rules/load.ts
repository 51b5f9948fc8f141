import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { declaredName } from '../cql/includes.ts';
import type { CqlSource } from '../cql/libraries.ts';
import type { Problem } from '../cql/problem.ts';
import { type Manifest, manifestSchema, type ServiceEntry, servicesSchema } from './manifest.ts';
import { type PlaceOf, readYaml } from './read-yaml.ts';

/** A rule as its folder holds it. */
export interface RuleFolder {
  /** Relative to the rules folder: `screening/colorectal-cancer`. */
  readonly folder: string;
  readonly family: string;
  readonly manifest: Manifest;
  /** Where a part of the manifest stands in `rule.yaml`. */
  readonly place: PlaceOf;
  readonly library: CqlSource;
}

/** The cases of a shared library: `lib/Problems.cases.cql` says what `lib/Problems.cases.yaml` expects. */
export interface LibraryCasesFiles {
  /** The name of the shared library: `Problems`. */
  readonly of: string;
  /** Its definitions ask the shared library about the patient of a case; `ProblemsCases`. */
  readonly library: CqlSource;
}

export interface RulesFolder {
  readonly rules: readonly RuleFolder[];
  readonly shared: readonly CqlSource[];
  readonly libraryCases: readonly LibraryCasesFiles[];
  readonly services: readonly ServiceEntry[];
  readonly problems: readonly Problem[];
}

/** Folders of the rules folder that hold no rules. */
const notFamilies = new Set(['lib', 'vocabulary', 'schema']);

const casesSuffix = '.cases.cql';

/** Reads every rule folder, the shared libraries and `services.yaml`; all faults come back together. */
export const loadRulesFolder = async (dir: string): Promise<RulesFolder> => {
  const problems: Problem[] = [];
  const servicesFile = await readYaml(join(dir, 'services.yaml'), 'services.yaml', servicesSchema);
  problems.push(...servicesFile.problems);

  const rules: RuleFolder[] = [];
  for (const family of await foldersIn(dir)) {
    if (notFamilies.has(family)) continue;
    for (const id of await foldersIn(join(dir, family))) {
      const read = await readRule(dir, family, id);
      problems.push(...read.problems);
      if ('rule' in read) rules.push(read.rule);
    }
  }
  const inLib = (await readdir(join(dir, 'lib')).catch(() => [])).sort();
  const shared = await Promise.all(
    inLib
      .filter((name) => name.endsWith('.cql') && !name.endsWith(casesSuffix))
      .map((name) => readLibrary(dir, join('lib', name), name.slice(0, -'.cql'.length))),
  );
  const libraryCases = await Promise.all(
    inLib
      .filter((name) => name.endsWith(casesSuffix))
      .map(async (name) => {
        const of = name.slice(0, -casesSuffix.length);
        return { of, read: await readLibrary(dir, join('lib', name), `${of}Cases`) };
      }),
  );
  problems.push(
    ...[...shared, ...libraryCases.map(({ read }) => read)].flatMap(nameProblems),
    ...inLib
      .filter((name) => name.endsWith('.cases.yaml') && !inLib.includes(name.replace(/yaml$/, 'cql')))
      .map((name) => ({
        file: join('lib', name),
        message: `expected ${name.replace(/yaml$/, 'cql')} beside it, with the definitions that the cases are about; found none`,
      })),
  );
  return {
    rules,
    shared: shared.map(({ source }) => source),
    libraryCases: libraryCases.map(({ of, read }) => ({ of, library: read.source })),
    services: 'value' in servicesFile ? servicesFile.value.services : [],
    problems,
  };
};

const readRule = async (dir: string, family: string, id: string) => {
  const folder = join(family, id);
  const file = join(folder, 'rule.yaml');
  const manifest = await readYaml(join(dir, file), file, manifestSchema);
  const name = pascalCase(id);
  const library = await readLibrary(dir, join(folder, `${name}.cql`), name).catch(() => undefined);
  const problems: Problem[] = [...manifest.problems];
  if (!library)
    problems.push({
      file: join(folder, `${name}.cql`),
      message: 'expected the CQL of the rule in this file, found none',
    });
  else problems.push(...nameProblems(library));
  if (!('value' in manifest) || !library) return { problems };
  if (manifest.value.id !== id)
    problems.push({
      file,
      ...manifest.place(['id']),
      message: `id: expected the folder's name "${id}", got "${manifest.value.id}"`,
    });
  const { value, place } = manifest;
  return { problems, rule: { folder, family, manifest: value, place, library: library.source } };
};

interface NamedSource {
  readonly source: CqlSource;
  readonly declared: string | undefined;
}

const readLibrary = async (dir: string, file: string, name: string): Promise<NamedSource> => {
  const text = await readFile(join(dir, file), 'utf8');
  return { source: { file, name, text }, declared: declaredName(text) };
};

const nameProblems = ({ source: { file, name }, declared }: NamedSource): readonly Problem[] =>
  declared === name
    ? []
    : [{ file, line: 1, column: 1, message: `expected "library ${name}", got ${declared ?? 'no library statement'}` }];

const foldersIn = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** `colorectal-cancer` → `ColorectalCancer`. */
export const pascalCase = (id: string): string =>
  id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
