import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFileName, writeWhole } from './cache-files.ts';
import { UnsupportedNode } from './compile/code.ts';
import { compileLibrary } from './compile/library.ts';
import type { Elm } from './elm.ts';
import { libraryClosure, resolveInclude } from './library-versions.ts';
import type { LibraryModule } from './link.ts';
import type { ModelInfo } from './model-info.ts';
import * as runtime from './runtime/index.ts';

export interface CompiledLibraries {
  /** The files of the modules by library key, includes before those who include them. */
  readonly files: ReadonlyMap<string, string>;
  /** Why a library has no module, by key: a node that has no compiled form, in itself or in what it includes. */
  readonly interpreted: ReadonlyMap<string, string>;
}

export interface CompileOptions {
  readonly model: ModelInfo;
  /** Where modules are kept; the first folder is written to, the others only read. */
  readonly cacheDirs: readonly [string, ...string[]];
  readonly traced?: boolean;
}

/** A generated file: a module to be linked, or the reason why there is none. */
type GeneratedFile = LibraryModule | { readonly unsupported: string };

/** A module for every library, generated where the cache has none, and imported once to see that it is whole. */
export const compileLibraries = async (
  libraries: ReadonlyMap<string, Elm>,
  { model, cacheDirs, traced = false }: CompileOptions,
): Promise<CompiledLibraries> => {
  const hashes = new Map([...libraries].map(([key, elm]) => [key, hashOf(JSON.stringify(elm))]));
  const compiled = new Map<string, string>();
  const interpreted = new Map<string, string>();
  // A closure names includes after those who include them.
  const order = new Set([...libraries.keys()].flatMap((key) => libraryClosure(libraries, key).toReversed()));
  const generate = (elm: Elm): string => {
    try {
      return compileLibrary({
        elm,
        included: (path, version) => {
          const key = resolveInclude(libraries, path, version);
          const found = key === undefined ? undefined : libraries.get(key);
          return key !== undefined && found ? { key, elm: found } : undefined;
        },
        model,
        runtime: runtimeNames,
        traced,
      });
    } catch (thrown) {
      if (!(thrown instanceof UnsupportedNode)) throw thrown;
      return `export const unsupported = ${JSON.stringify(thrown.message)};\n`;
    }
  };

  const sorted = dependenciesFirst(libraries, order);
  const generated = new Map<string, { readonly file: string; readonly module: GeneratedFile }>();
  await Promise.all(
    sorted.map(async (key) => {
      const closure = libraryClosure(libraries, key).map((each) => hashes.get(each));
      const elm = libraries.get(key) as Elm;
      const hash = hashOf([compilerStamp(), modelStamp(model), traced, ...closure].join());
      const name = cacheFileName(elm.library.identifier.id, hash, 'mjs');
      const files = cacheDirs.map((dir) => join(dir, 'modules', name));
      const known = files.find((file) => existsSync(file));
      if (known === undefined) await writeWhole(files[0] as string, generate(elm));
      const file = known ?? (files[0] as string);
      generated.set(key, { file, module: (await import(pathToFileURL(file).href)) as GeneratedFile });
    }),
  );
  for (const key of sorted) {
    const { file, module } = generated.get(key) as { file: string; module: GeneratedFile };
    const without = libraryClosure(libraries, key).find((each) => each !== key && interpreted.has(each));
    if ('unsupported' in module) interpreted.set(key, module.unsupported);
    else if (without !== undefined) interpreted.set(key, `it includes ${without}: ${interpreted.get(without)}`);
    else compiled.set(key, file);
  }
  return { files: compiled, interpreted };
};

const dependenciesFirst = (libraries: ReadonlyMap<string, Elm>, keys: Iterable<string>): readonly string[] => {
  const done = new Set<string>();
  const add = (key: string): void => {
    if (done.has(key)) return;
    for (const each of libraryClosure(libraries, key)) if (each !== key) add(each);
    done.add(key);
  };
  for (const key of keys) add(key);
  return [...done];
};

const runtimeNames: ReadonlySet<string> = new Set(Object.keys(runtime));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const modelStamps = new WeakMap<ModelInfo, string>();

const modelStamp = (model: ModelInfo): string => {
  const known = modelStamps.get(model) ?? hashOf(JSON.stringify(model.types));
  modelStamps.set(model, known);
  return known;
};

let stamp: string | undefined;

/** A hash of the compiler's own files: another compiler writes other modules. */
const compilerStamp = (): string => {
  if (stamp === undefined) {
    const dir = join(import.meta.dirname, 'compile');
    const texts = readdirSync(dir)
      .filter((name) => /\.[jt]s$/.test(name))
      .sort()
      .map((name) => readFileSync(join(dir, name), 'utf8'));
    stamp = hashOf([...texts, ...[...runtimeNames].sort()].join('\0'));
  }
  return stamp;
};
