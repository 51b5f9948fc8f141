import { join } from 'node:path';
import type { Elm } from '../cql/elm.ts';
import type { Problem } from '../cql/problem.ts';
import { loadCases } from './cases.ts';
import { libraryCasesFile, type loadLibraryCases } from './library-cases.ts';
import type { LibraryCasesFiles, RuleFolder } from './load.ts';

/** Fewer cases cannot show that a rule fires, stays silent, and where the border is. */
const fewestCases = 4;

/** The cases of a shared library, as read; none where the file has a fault. */
export interface LoadedLibraryCases extends Awaited<ReturnType<typeof loadLibraryCases>> {
  readonly files: LibraryCasesFiles;
}

/** Faults of the cases of a rule: too few, a name twice, value sets that the rule does not complete by. */
export const caseProblems = async (dir: string, { folder, manifest }: RuleFolder): Promise<readonly Problem[]> => {
  const completion = manifest.kind === 'order' ? [] : manifest.completion.flat();
  const { cases, problems } = await loadCases(dir, folder);
  if (!cases) return problems;
  const file = join(folder, 'cases.yaml');
  const notCompletion = cases.cases.flatMap(({ name, notMapped }) =>
    notMapped
      .filter((id) => !completion.includes(id))
      .map((id) => ({
        file,
        message: `"${name}": notMapped: expected one of the rule's completion ${completion.join(', ') || '(none)'}, got "${id}"`,
      })),
  );
  return [...numberAndNames(file, cases), ...notCompletion];
};

/** Faults of the cases of a shared library: too few, a name twice, definitions that there are not. */
export const libraryCaseProblems = (
  { files, cases, place, problems }: LoadedLibraryCases,
  libraries: ReadonlyMap<string, Elm>,
): readonly Problem[] => {
  if (!cases) return problems;
  const file = libraryCasesFile(files);
  const present = new Set(libraries.get(files.library.name)?.library.statements?.def.map(({ name }) => name));
  const unknown = cases.cases.flatMap(({ name, expect }, i) =>
    Object.keys(expect)
      .filter((definition) => !present.has(definition))
      .map((definition) => ({
        file,
        ...place?.(['cases', i, 'expect', definition]),
        message: `"${name}": expected a definition of ${files.library.file}, got "${definition}"`,
      })),
  );
  return [...unknown, ...numberAndNames(file, cases)];
};

const numberAndNames = (
  file: string,
  { cases }: { readonly cases: readonly { readonly name: string }[] },
): readonly Problem[] => {
  const names = cases.map(({ name }) => name);
  return [
    ...(names.length < fewestCases
      ? [{ file, message: `expected at least ${fewestCases} cases, got ${names.length}` }]
      : []),
    ...names
      .filter((name) => !/^[a-z-]+[a-z0-9 ,]*: \S+ \S+/.test(name))
      .map((name) => ({
        file,
        message: `"${name}": expected a name such as "due: never screened at 45": a status, a colon, and two words or more`,
      })),
    ...names
      .filter((name, i) => names.indexOf(name) < i)
      .map((name) => ({ file, message: `"${name}": another case has this name already` })),
  ];
};
