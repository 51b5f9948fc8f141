import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Elm } from '../cql/elm.ts';
import { declarationIn, usingsOf } from '../cql/includes.ts';
import {
  type CqlSource,
  fhirHelpers,
  includedKeys,
  type LibraryGraph,
  libraryGraph,
  translateLibraries,
} from '../cql/libraries.ts';
import { findLibrary, type LibraryName } from '../cql/library-versions.ts';
import { formatProblem, type Problem } from '../cql/problem.ts';
import { CarehookError } from '../errors.ts';
import { withTranslator } from './with-translator.ts';

/** A library of a folder with all it includes, translated. */
export interface CqlFolder {
  /** The key of the library that was asked for. */
  readonly library: string;
  readonly libraries: ReadonlyMap<string, Elm>;
  readonly sources: ReadonlyMap<string, CqlSource>;
  readonly warnings: readonly Problem[];
}

/**
 * Reads every CQL file of a folder and translates the library that is asked for, `NAME` or `NAME|VERSION`, with all it
 * includes. A folder without FHIRHelpers of its own gets ours.
 *
 * @throws CONFIG_INVALID listing every fault with file, line and column
 */
export const readCqlFolder = async (
  dir: string,
  asked: string,
  cacheDirs: readonly [string, ...string[]],
): Promise<CqlFolder> => {
  const { sources, problems } = readSources(dir);
  refuse(dir, problems);
  const graph = libraryGraph(sources);
  const [name = '', version] = asked.split('|');
  const found = findLibrary(graph.names, { name, version });
  if (!found)
    throw new CarehookError(
      'CONFIG_INVALID',
      `--library: expected one of ${[...graph.names.values()].map(inWords).join(', ')} in ${dir}, got "${asked}"`,
    );
  refuse(dir, otherModels(graph, found.key));
  const translated = await withTranslator((use) =>
    translateLibraries(sources, { cacheDirs, only: [found.key], ...use }),
  );
  refuse(dir, translated.problems);
  const chosen: readonly Problem[] = found.choice
    ? [
        {
          file: '--library',
          message: `of the versions ${found.choice.join(', ')} the highest is taken, ${found.choice[0]}`,
        },
      ]
    : [];
  return {
    library: found.key,
    libraries: translated.libraries,
    sources: graph.sources,
    warnings: [...chosen, ...translated.warnings],
  };
};

const refuse = (dir: string, problems: readonly Problem[]): void => {
  if (problems.length === 0) return;
  const list = problems.map((problem) => `  ${formatProblem(problem)}`).join('\n');
  throw new CarehookError(
    'CONFIG_INVALID',
    `${problems.length} ${problems.length === 1 ? 'fault' : 'faults'} in ${dir}:\n${list}`,
  );
};

const inWords = ({ name, version }: LibraryName): string => (version === undefined ? name : `${name}|${version}`);

const readSources = (dir: string): { sources: readonly CqlSource[]; problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const fileOf = new Map<string, string>();
  const sources = cqlFiles(dir).flatMap((file): CqlSource[] => {
    const text = readFileSync(file, 'utf8');
    const declared = declarationIn(text);
    if (!declared) {
      problems.push({ file, line: 1, column: 1, message: 'expected "library NAME", got no library statement' });
      return [];
    }
    const { name, line, column } = declared;
    const other = fileOf.get(inWords(declared));
    if (other !== undefined)
      problems.push({
        file,
        line,
        column,
        message: `library ${inWords(declared)}: ${other} has this name and version too`,
      });
    fileOf.set(inWords(declared), file);
    return [{ file, name, text }];
  });
  if (sources.length === 0 && problems.length === 0)
    problems.push({ file: dir, message: 'expected CQL files (.cql), found none' });
  const own = sources.some(({ name }) => name === 'FHIRHelpers');
  return { sources: own ? sources : [fhirHelpers(), ...sources], problems };
};

const cqlFiles = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.cql'))
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  } catch (thrown) {
    throw new CarehookError('CONFIG_INVALID', `${dir}: expected a folder of CQL`, { cause: thrown });
  }
};

/** The translator has one data model; it says of any other only that it does not know it. */
const otherModels = (graph: LibraryGraph, key: string): readonly Problem[] =>
  includedKeys(graph, key).flatMap((each) => {
    const { file, text } = graph.sources.get(each) as CqlSource;
    return usingsOf(text).flatMap(({ name, version, line, column }) => {
      if (name === 'System' || (name === 'FHIR' && (version ?? '4.0.1') === '4.0.1')) return [];
      const used = version === undefined ? name : `${name} version '${version}'`;
      return [{ file, line, column, message: `using ${used}: expected FHIR version '4.0.1', the one data model here` }];
    });
  });
