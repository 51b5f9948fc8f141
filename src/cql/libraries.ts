import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFileName, writeWhole } from './cache-files.ts';
import type { Elm, ElmAnnotation } from './elm.ts';
import { fhirHelpersSource } from './fhir-helpers.ts';
import { declarationIn, type Include, includesOf } from './includes.ts';
import { findLibrary, type LibraryName, libraryKeys } from './library-versions.ts';
import { parseModelInfo, readModelInfoXml } from './model-info.ts';
import type { Problem } from './problem.ts';
import { type Translator, translatorStamp } from './translate.ts';

/** One CQL library as its author wrote it. */
export interface CqlSource {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

export interface TranslatedLibraries {
  /** ELM by library name, or `name|version` where several versions are there; those without errors only. */
  readonly libraries: ReadonlyMap<string, Elm>;
  readonly problems: readonly Problem[];
  /** What was chosen where the text leaves it open: the version of an include. */
  readonly warnings: readonly Problem[];
  /** How many were not in the cache. */
  readonly translated: number;
}

export interface TranslateOptions {
  /** Where ELM is kept; the first folder is written to, the others only read. */
  readonly cacheDirs: readonly [string, ...string[]];
  readonly translator: Translator;
  /** The keys (of `libraryGraph`) of the libraries to translate, with all they include; all unless given. */
  readonly only?: readonly string[];
  /** Called before each library that is not in the cache. */
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** Our own FHIRHelpers, which every library that reads FHIR includes. */
export const fhirHelpers = (): CqlSource => ({
  file: 'FHIRHelpers.cql (generated)',
  name: 'FHIRHelpers',
  text: fhirHelpersSource(parseModelInfo(readModelInfoXml())),
});

/** Sources by key, and what each includes with the key of what that is. */
export interface LibraryGraph {
  readonly sources: ReadonlyMap<string, CqlSource>;
  readonly includes: ReadonlyMap<string, readonly ResolvedInclude[]>;
  readonly names: ReadonlyMap<string, LibraryName>;
}

interface ResolvedInclude extends Include {
  /** Absent where there is no such library. */
  readonly key?: string;
  /** The versions among which one was chosen, that one first. */
  readonly choice?: readonly string[];
}

/** How the libraries of a folder include each other. */
export const libraryGraph = (sources: readonly CqlSource[]): LibraryGraph => {
  const named = sources.map(({ name, text }) => ({ name, version: declarationIn(text)?.version }));
  const keys = libraryKeys(named);
  const byKey = <T>(values: readonly T[]) => new Map(keys.map((key, i): [string, T] => [key, values[i] as T]));
  const names = byKey(named);
  const resolve = (include: Include): ResolvedInclude => ({ ...include, ...findLibrary(names, include) });
  return { sources: byKey(sources), names, includes: byKey(sources.map(({ text }) => includesOf(text).map(resolve))) };
};

/** The key of a library and those of all it includes, itself first. */
export const includedKeys = ({ sources, includes }: LibraryGraph, key: string): readonly string[] => {
  const found = new Set<string>();
  const add = (at: string | undefined) => {
    if (at === undefined || found.has(at) || !sources.has(at)) return;
    found.add(at);
    for (const include of includes.get(at) ?? []) add(include.key);
  };
  add(key);
  return [...found];
};

const restricted = (graph: LibraryGraph, only: readonly string[] | undefined): LibraryGraph => {
  if (!only) return graph;
  const kept = new Set(only.flatMap((key) => includedKeys(graph, key)));
  return { ...graph, sources: new Map([...graph.sources].filter(([key]) => kept.has(key))) };
};

/**
 * ELM for every source, from the cache where neither the library nor anything it includes has changed.
 * ELM with errors never comes back: its errors are problems with file, line and column.
 */
export const translateLibraries = async (
  sources: readonly CqlSource[],
  { cacheDirs, translator, only, onProgress }: TranslateOptions,
): Promise<TranslatedLibraries> => {
  const modelInfoXml = readModelInfoXml();
  const graph = restricted(libraryGraph(sources), only);

  const libraries = new Map<string, Elm>();
  const problems: Problem[] = [...circles(graph), ...missingVersions(graph)];
  // The translator never comes back from a circle.
  const faulty = new Set(problems.map(({ file }) => file));
  const closures = [...graph.sources]
    .map(([key, source]) => ({ key, source, needed: closure(graph, key) }))
    .filter(({ needed }) => !needed.some(({ source: { file } }) => faulty.has(file)));
  const cached = await Promise.all(
    closures.map(async ({ key, source, needed }) => {
      const name = cacheFileName(source.name, cacheKey(needed, modelInfoXml), 'json');
      return { key, source, needed, name, elm: await readFirst(cacheDirs.map((dir) => join(dir, 'elm', name))) };
    }),
  );
  const missing = cached.filter(({ elm }) => elm === undefined).length;
  let translated = 0;
  for (const { key, source, needed, name, elm: known } of cached) {
    let elm = known;
    if (elm === undefined) {
      onProgress?.(translated, missing, source.name);
      translated += 1;
      const json = slim(
        await translator.translate({
          name: key,
          sources: Object.fromEntries(needed.map(({ key, source: { text } }) => [key, text])),
          modelInfoXml,
        }),
      );
      await writeWhole(join(cacheDirs[0], 'elm', name), json);
      elm = JSON.parse(json) as Elm;
    }
    const errors = errorsOf(elm, source.file, graph.sources);
    if (errors.length === 0) libraries.set(key, elm);
    else problems.push(...errors);
  }
  return { libraries, problems: dedupe(problems), warnings: choices(graph), translated };
};

/** The ELM of the first file that is there and whole: a crash can leave one that is cut short. */
const readFirst = async (files: readonly string[]): Promise<Elm | undefined> => {
  for (const file of files) {
    const elm = await readFile(file, 'utf8')
      .then((text) => JSON.parse(text) as Elm)
      .catch(() => undefined);
    if (elm !== undefined) return elm;
  }
  return undefined;
};

interface KeyedSource {
  readonly key: string;
  readonly source: CqlSource;
}

const closure = (graph: LibraryGraph, key: string): readonly KeyedSource[] =>
  includedKeys(graph, key).map((each) => ({ key: each, source: graph.sources.get(each) as CqlSource }));

const circles = ({ sources, includes }: LibraryGraph): readonly Problem[] =>
  [...sources].flatMap(([start, { file }]) => {
    const seen = new Set<string>();
    const back = (at: string): readonly string[] | undefined => {
      if (at === start) return [at];
      if (seen.has(at)) return undefined;
      seen.add(at);
      for (const { key } of includes.get(at) ?? []) {
        const rest = key === undefined ? undefined : back(key);
        if (rest) return [at, ...rest];
      }
      return undefined;
    };
    for (const { name, key, line, column } of includes.get(start) ?? []) {
      const way = key === undefined ? undefined : back(key);
      if (way) {
        const message = `include ${name}: the includes go in a circle, ${[start, ...way].join(' → ')}`;
        return [{ file, line, column, message }];
      }
    }
    return [];
  });

const includesIn = ({ sources, includes }: LibraryGraph) =>
  [...sources].flatMap(([key, { file }]) => (includes.get(key) ?? []).map((include) => ({ file, include })));

/** Includes of a library that is there in other versions only; the translator tells of one that is not there at all. */
const missingVersions = (graph: LibraryGraph): readonly Problem[] =>
  includesIn(graph).flatMap(({ file, include: { name, version, key, line, column } }) => {
    const there = [...graph.names.values()].filter((library) => library.name === name);
    if (key !== undefined || there.length === 0) return [];
    const versions = there.map((library) => library.version ?? 'one without version').join(', ');
    return [
      {
        file,
        line,
        column,
        message: `include ${name} version '${version}': expected a version that is there (${versions})`,
      },
    ];
  });

const choices = (graph: LibraryGraph): readonly Problem[] =>
  includesIn(graph).flatMap(({ file, include: { name, choice, line, column } }) =>
    choice
      ? [
          {
            file,
            line,
            column,
            message: `include ${name}: of the versions ${choice.join(', ')} the highest is taken, ${choice[0]}`,
          },
        ]
      : [],
  );

/** Without the narrative of the CQL text, three quarters of the bytes, which nothing evaluates. */
const slim = (json: string): string =>
  JSON.stringify(
    JSON.parse(json, (key, value) => {
      if (!Array.isArray(value)) return value;
      if (key === 'annotation') {
        const kept = value.filter(({ type }) => type !== 'Annotation');
        return kept.length > 0 ? kept : undefined;
      }
      return value.length === 0 && /^(include|codeFilter|dateFilter|otherFilter)$/.test(key) ? undefined : value;
    }),
  );

const cacheKey = (sources: readonly KeyedSource[], modelInfoXml: string): string => {
  const hash = createHash('sha256').update(translatorStamp).update(modelInfoXml);
  for (const { key, source } of sources) hash.update(`\0${key}\0${source.text}`);
  return hash.digest('hex').slice(0, 20);
};

const errorsOf = (elm: Elm, ownFile: string, sources: ReadonlyMap<string, CqlSource>): Problem[] => {
  const errors = (elm.library.annotation ?? []).filter(isError);
  // After a syntax error the translator stumbles over what it could not read, and says so without a reason.
  const told = errors.filter(({ errorType }) => errorType !== 'internal');
  return (told.length > 0 ? told : errors).map(
    ({ libraryId, libraryVersion, startLine, startChar, errorType, message }) => ({
      file: (sources.get(`${libraryId}|${libraryVersion}`) ?? sources.get(libraryId ?? ''))?.file ?? ownFile,
      ...(startLine !== undefined && { line: startLine }),
      // The parser counts columns from 0, everything after it from 1.
      ...(startChar !== undefined && { column: errorType === 'syntax' ? startChar + 1 : startChar }),
      message,
    }),
  );
};

interface CqlToElmError extends ElmAnnotation {
  readonly libraryId?: string;
  readonly libraryVersion?: string;
  readonly startLine?: number;
  readonly startChar?: number;
  readonly errorType?: string;
  readonly message: string;
}

const isError = (annotation: ElmAnnotation): annotation is CqlToElmError =>
  annotation.type === 'CqlToElmError' && annotation.errorSeverity === 'error';

/** An error in a shared library is reported once for each library that includes it. */
const dedupe = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];
