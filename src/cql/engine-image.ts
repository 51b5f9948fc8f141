import { pathToFileURL } from 'node:url';
import { DateTime } from 'cql-execution';
import { createZone, type Zone } from '../clock.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { Elm, ElmNode } from './elm.ts';
import { type CqlEngine, CqlError, type Evaluation } from './engine.ts';
import { createInterpreter, type InterpreterInput } from './interpret.ts';
import { type LibraryModule, linkModules } from './link.ts';
import type { ModelInfo } from './model-info.ts';
import type { ParameterValues } from './parameters.ts';
import { toPlain } from './plain.ts';
import { hostParameters } from './record-source.ts';
import { EvaluationState } from './runtime/evaluation.ts';
import { readDateTime } from './runtime/read-date.ts';

/** Steps without end, for all practical purposes, as the small integer that counts down quickest. */
const mostWork = 2 ** 30 - 1;

/** An engine that runs generated modules, and what it could not compile interpreted. */
export interface CompiledEngine extends CqlEngine {
  /** Why a library runs interpreted, by its key; the answers are the same, only slower. */
  readonly interpreted: ReadonlyMap<string, string>;
}

/** All that an engine is linked from but value sets, as plain data that another thread can be given. */
export interface EngineImage {
  /** The files of the generated modules by library key, includes before those who include them. */
  readonly modules: ReadonlyMap<string, string>;
  /** The types of the parameters of each library that has a module. */
  readonly parameters: ReadonlyMap<string, ReadonlyMap<string, ElmNode>>;
  readonly interpreted: ReadonlyMap<string, string>;
  /** The ELM of those that run interpreted and of all that these include; empty where everything is compiled. */
  readonly libraries: ReadonlyMap<string, Elm>;
  readonly model: ModelInfo;
  readonly settings?: ReadonlyMap<string, ParameterValues>;
}

/**
 * Links an engine from its image, importing the generated modules from their files.
 *
 * @throws Error when a module's file is no longer there
 */
export const linkEngine = async (
  image: EngineImage,
  { valueSets, trace }: Pick<InterpreterInput, 'valueSets' | 'trace'>,
): Promise<CompiledEngine> => {
  const { parameters, interpreted, libraries, model, settings } = image;
  const modules = await Promise.all(
    [...image.modules].map(
      async ([key, file]) => [key, (await import(pathToFileURL(file).href)) as LibraryModule] as const,
    ),
  );
  const linked = linkModules({
    modules: new Map(modules),
    parameters,
    model,
    valueSets,
    ...(settings && { settings }),
    given: Object.fromEntries(
      Object.entries(hostParameters).map(([name, read]) => [
        name,
        (e) => read(e.record, { resource: (each) => each, dateTime: (text) => readDateTime(text, e.zone) }),
      ]),
    ),
  });
  const interpreter =
    interpreted.size > 0
      ? createInterpreter({ libraries, model, valueSets, ...(settings && { settings }), ...(trace && { trace }) })
      : undefined;
  const zones = new Map<string, Zone>();
  return {
    interpreted,
    evaluate: (context) => {
      const { record, now, timeZone, utcAs = 'zone' } = context;
      const zone = getOrCompute(zones, timeZone, () => createZone(timeZone));
      const offsetAt = (epochMs: number) => zone.offsetMinutes(epochMs) / 60;
      const offset = offsetAt(now.getTime());
      const e = new EvaluationState(
        record,
        DateTime.fromJSDate(now, offset),
        { offset, offsetAt, utcAs },
        linked.slots,
        mostWork,
        trace,
      );
      let other: Evaluation | undefined;
      return {
        allow: (work) => {
          e.work = work;
        },
        value: async (name, definition) => {
          const library = linked.libraries.get(name);
          if (!library && interpreter) {
            other ??= interpreter.evaluate(context);
            return other.value(name, definition);
          }
          const compute =
            library && Object.hasOwn(library.definitions, definition) ? library.definitions[definition] : undefined;
          if (!compute) throw new CqlError(name, definition, 'there is no such definition');
          return toPlain(compute(e));
        },
      };
    },
  };
};
