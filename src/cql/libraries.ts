import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Elm, ElmAnnotation } from './elm.ts';
import { fhirHelpersSource } from './fhir-helpers.ts';
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

/** The name a library declares in its first statement; undefined when there is none. */
export const declaredName = (text: string): string | undefined =>
  /^\s*library\s+(?:"([^"]+)"|([\w.]+))/m.exec(withoutComments(text))?.slice(1).find(Boolean);

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

  const libraries = new Map<string, Elm>();
  const problems: Problem[] = [];
  const cached = await Promise.all(
    sources.map(async (source) => {
      const needed = closure(source.name, byName);
      const name = `${source.name}-${cacheKey(needed, modelInfoXml)}.json`;
      return { source, needed, name, json: await readFirst(cacheDirs.map((dir) => join(dir, 'elm', name))) };
    }),
  );
  const missing = cached.filter(({ json }) => json === undefined).length;
  let translated = 0;
  for (const { source, needed, name, json: known } of cached) {
    let json = known;
    if (json === undefined) {
      onProgress?.(translated++, missing, source.name);
      json = slim(
        await translator.translate({
          name: source.name,
          sources: Object.fromEntries(needed.map(({ name, text }) => [name, text])),
          modelInfoXml,
        }),
      );
      // Written aside and renamed, so that a reader never sees half a file.
      const file = join(cacheDirs[0], 'elm', name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(`${file}.${process.pid}`, json);
      await rename(`${file}.${process.pid}`, file);
    }
    const elm = JSON.parse(json) as Elm;
    const errors = errorsOf(elm, source.file, byName);
    if (errors.length === 0) libraries.set(source.name, elm);
    else problems.push(...errors);
  }
  return { libraries, problems: dedupe(problems), translated };
};

const readFirst = async (files: readonly string[]): Promise<string | undefined> => {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
};

/** The library and all it includes, by name, itself first. */
const closure = (name: string, byName: ReadonlyMap<string, CqlSource>): CqlSource[] => {
  const found = new Map<string, CqlSource>();
  const add = (at: string) => {
    const source = byName.get(at);
    if (!source || found.has(at)) return;
    found.set(at, source);
    for (const include of withoutComments(source.text).matchAll(/^\s*include\s+(?:"([^"]+)"|([\w.]+))/gm))
      add(include[1] ?? include[2] ?? '');
  };
  add(name);
  return [...found.values()];
};

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

const errorsOf = (elm: Elm, ownFile: string, byName: ReadonlyMap<string, CqlSource>): Problem[] =>
  (elm.library.annotation ?? []).filter(isError).map(({ libraryId, startLine, startChar, message }) => ({
    file: byName.get(libraryId ?? '')?.file ?? ownFile,
    ...(startLine !== undefined && { line: startLine }),
    ...(startChar !== undefined && { column: startChar }),
    message,
  }));

interface CqlToElmError extends ElmAnnotation {
  readonly libraryId?: string;
  readonly startLine?: number;
  readonly startChar?: number;
  readonly message: string;
}

const isError = (annotation: ElmAnnotation): annotation is CqlToElmError =>
  annotation.type === 'CqlToElmError' && annotation.errorSeverity === 'error';

/** An error in a shared library is reported once for each library that includes it. */
const dedupe = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
