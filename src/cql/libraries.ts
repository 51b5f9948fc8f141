import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Elm, ElmAnnotation } from './elm.ts';
import { fhirHelpersSource } from './fhir-helpers.ts';
import { type Include, includesOf } from './includes.ts';
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
  /** ELM by library name, those without errors only. */
  readonly libraries: ReadonlyMap<string, Elm>;
  readonly problems: readonly Problem[];
  /** How many were not in the cache. */
  readonly translated: number;
}

export interface TranslateOptions {
  /** Where ELM is kept; the first folder is written to, the others only read. */
  readonly cacheDirs: readonly [string, ...string[]];
  readonly translator: Translator;
  /** Called before each library that is not in the cache. */
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** Our own FHIRHelpers, which every library that reads FHIR includes. */
export const fhirHelpers = (): CqlSource => ({
  file: 'FHIRHelpers.cql (generated)',
  name: 'FHIRHelpers',
  text: fhirHelpersSource(parseModelInfo(readModelInfoXml())),
});

/**
 * ELM for every source, from the cache where neither the library nor anything it includes has changed.
 * ELM with errors never comes back: its errors are problems with file, line and column.
 */
export const translateLibraries = async (
  sources: readonly CqlSource[],
  { cacheDirs, translator, onProgress }: TranslateOptions,
): Promise<TranslatedLibraries> => {
  const modelInfoXml = readModelInfoXml();
  const byName = new Map(sources.map((source) => [source.name, source]));
  const includes = new Map(sources.map(({ name, text }) => [name, includesOf(text)]));

  const libraries = new Map<string, Elm>();
  const problems: Problem[] = [...circles(sources, includes)];
  // The translator never comes back from a circle.
  const inCircle = new Set(problems.map(({ file }) => file));
  const closures = sources
    .map((source) => ({ source, needed: closure(source.name, byName, includes) }))
    .filter(({ needed }) => !needed.some(({ file }) => inCircle.has(file)));
  const cached = await Promise.all(
    closures.map(async ({ source, needed }) => {
      const name = `${source.name}-${cacheKey(needed, modelInfoXml)}.json`;
      return { source, needed, name, elm: await readFirst(cacheDirs.map((dir) => join(dir, 'elm', name))) };
    }),
  );
  const missing = cached.filter(({ elm }) => elm === undefined).length;
  let translated = 0;
  for (const { source, needed, name, elm: known } of cached) {
    let elm = known;
    if (elm === undefined) {
      onProgress?.(translated, missing, source.name);
      translated += 1;
      const json = slim(
        await translator.translate({
          name: source.name,
          sources: Object.fromEntries(needed.map(({ name, text }) => [name, text])),
          modelInfoXml,
        }),
      );
      // Written aside and renamed, so that a reader never sees half a file.
      const file = join(cacheDirs[0], 'elm', name);
      const aside = `${file}.${randomUUID()}`;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(aside, json);
      await rename(aside, file);
      elm = JSON.parse(json) as Elm;
    }
    const errors = errorsOf(elm, source.file, byName);
    if (errors.length === 0) libraries.set(source.name, elm);
    else problems.push(...errors);
  }
  return { libraries, problems: dedupe(problems), translated };
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

type IncludesByName = ReadonlyMap<string, readonly Include[]>;

/** The library and all it includes, by name, itself first. */
const closure = (name: string, byName: ReadonlyMap<string, CqlSource>, includes: IncludesByName): CqlSource[] => {
  const found = new Map<string, CqlSource>();
  const add = (at: string) => {
    const source = byName.get(at);
    if (!source || found.has(at)) return;
    found.set(at, source);
    for (const include of includes.get(at) ?? []) add(include.name);
  };
  add(name);
  return [...found.values()];
};

const circles = (sources: readonly CqlSource[], includes: IncludesByName): readonly Problem[] =>
  sources.flatMap(({ file, name: start }) => {
    const seen = new Set<string>();
    const back = (at: string): readonly string[] | undefined => {
      if (at === start) return [at];
      if (seen.has(at)) return undefined;
      seen.add(at);
      for (const { name } of includes.get(at) ?? []) {
        const rest = back(name);
        if (rest) return [at, ...rest];
      }
      return undefined;
    };
    for (const { name, line, column } of includes.get(start) ?? []) {
      const way = back(name);
      if (way) {
        const message = `include ${name}: the includes go in a circle, ${[start, ...way].join(' → ')}`;
        return [{ file, line, column, message }];
      }
    }
    return [];
  });

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

const cacheKey = (sources: readonly CqlSource[], modelInfoXml: string): string => {
  const hash = createHash('sha256').update(translatorStamp).update(modelInfoXml);
  for (const { name, text } of sources) hash.update(`\0${name}\0${text}`);
  return hash.digest('hex').slice(0, 20);
};

const errorsOf = (elm: Elm, ownFile: string, byName: ReadonlyMap<string, CqlSource>): Problem[] => {
  const errors = (elm.library.annotation ?? []).filter(isError);
  // After a syntax error the translator stumbles over what it could not read, and says so without a reason.
  const told = errors.filter(({ errorType }) => errorType !== 'internal');
  return (told.length > 0 ? told : errors).map(({ libraryId, startLine, startChar, errorType, message }) => ({
    file: byName.get(libraryId ?? '')?.file ?? ownFile,
    ...(startLine !== undefined && { line: startLine }),
    // The parser counts columns from 0, everything after it from 1.
    ...(startChar !== undefined && { column: errorType === 'syntax' ? startChar + 1 : startChar }),
    message,
  }));
};

interface CqlToElmError extends ElmAnnotation {
  readonly libraryId?: string;
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
