import { DateTime } from 'cql-execution';
import { createZone, type Zone } from '../clock.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { type CqlEngine, CqlError, type Evaluation } from './engine.ts';
import { createInterpreter, type InterpreterInput } from './interpret.ts';
import { linkModules } from './link.ts';
import { compileLibraries } from './modules.ts';
import { toPlain } from './plain.ts';
import { hostParameters } from './record-source.ts';
import { EvaluationState } from './runtime/evaluation.ts';
import { readDateTime } from './runtime/read-date.ts';

/** Steps without end, for all practical purposes, as the small integer that counts down quickest. */
const mostWork = 2 ** 30 - 1;

export interface CompiledEngineInput extends InterpreterInput {
  /** Where generated modules are kept; the first folder is written to, the others only read. */
  readonly cacheDirs: readonly [string, ...string[]];
}

/** An engine that runs generated modules, and what it could not compile interpreted. */
export interface CompiledEngine extends CqlEngine {
  /** Why a library runs interpreted, by its key; the answers are the same, only slower. */
  readonly interpreted: ReadonlyMap<string, string>;
}

/** An engine that runs every library as a generated ES module over raw FHIR JSON, synchronously once it is asked. */
export const createCompiledEngine = async ({ cacheDirs, ...input }: CompiledEngineInput): Promise<CompiledEngine> => {
  const { libraries, model, valueSets, settings, trace } = input;
  const { modules, interpreted } = await compileLibraries(libraries, { model, cacheDirs, traced: trace !== undefined });
  const linked = linkModules({
    modules,
    libraries,
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
  const interpreter = interpreted.size > 0 ? createInterpreter(input) : undefined;
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
