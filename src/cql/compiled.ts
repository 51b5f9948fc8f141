import { type CompiledEngine, type EngineImage, linkEngine } from './engine-image.ts';
import type { InterpreterInput } from './interpret.ts';
import { libraryClosure } from './library-versions.ts';
import { compileLibraries } from './modules.ts';
import { parameterTypes } from './parameters.ts';

export interface CompiledEngineInput extends InterpreterInput {
  /** Where generated modules are kept; the first folder is written to, the others only read. */
  readonly cacheDirs: readonly [string, ...string[]];
}

/** An engine that runs every library as a generated ES module over raw FHIR JSON, synchronously once it is asked. */
export const createCompiledEngine = async (input: CompiledEngineInput): Promise<CompiledEngine> =>
  linkEngine(await compileEngine(input), input);

/** The image of an engine, its modules generated where the cache has none. */
export const compileEngine = async ({
  libraries,
  model,
  settings,
  trace,
  cacheDirs,
}: Omit<CompiledEngineInput, 'valueSets'>): Promise<EngineImage> => {
  const { files, interpreted } = await compileLibraries(libraries, { model, cacheDirs, traced: trace !== undefined });
  const needed = new Set([...interpreted.keys()].flatMap((key) => libraryClosure(libraries, key)));
  const compiled = [...libraries].filter(([key]) => files.has(key));
  return {
    modules: files,
    parameters: new Map(compiled.map(([key, elm]) => [key, parameterTypes(elm)])),
    interpreted,
    libraries: new Map([...libraries].filter(([key]) => needed.has(key))),
    model,
    ...(settings && { settings }),
  };
};
