import type { FhirResource } from 'fhir/r4.js';
import { createCompiledEngine } from '../../src/cql/compiled.ts';
import type { Elm } from '../../src/cql/elm.ts';
import type { CqlEngine } from '../../src/cql/engine.ts';
import { createInterpreter } from '../../src/cql/interpret.ts';
import { parseModelInfo, readModelInfoXml } from '../../src/cql/model-info.ts';
import { createPlainRecord } from '../../src/cql/plain-record.ts';
import { createStockEngine } from '../../src/cql/stock.ts';
import type { ValueSets } from '../../src/cql/value-sets.ts';
import { messageOf } from '../../src/errors.ts';
import { benchNow, benchPatient, benchZone } from './chart.ts';
import { benchCaches } from './rules.ts';

/** Definitions by library. */
export type Asked = Readonly<Record<string, readonly string[]>>;
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const model = parseModelInfo(readModelInfoXml());

export interface EngineInput {
  readonly libraries: ReadonlyMap<string, Elm>;
  readonly valueSets: ValueSets;
}

/** The three engines over the same libraries, and why any library runs interpreted in the compiled one. */
export const createEngines = async ({ libraries, valueSets }: EngineInput) => {
  // Stock reads a DateTime without offset in the zone of the process.
  process.env.TZ = benchZone;
  const input = { libraries, model, valueSets };
  const compiled = await createCompiledEngine({ ...input, cacheDirs: benchCaches });
  return {
    compiled,
    interpreted: createInterpreter(input),
    stock: createStockEngine(input),
  } satisfies Record<string, CqlEngine>;
};

/** What an engine says of a patient, from parsed resources to plain values; an error is a value as well. */
export const answersOf = async (
  engine: CqlEngine,
  resources: readonly FhirResource[],
  asked: Asked,
): Promise<Answers> => {
  const record = createPlainRecord(benchPatient, resources);
  if (!record) throw new Error('the record has no patient');
  const evaluation = engine.evaluate({ record, now: benchNow, timeZone: benchZone });
  const answers: Record<string, Record<string, unknown>> = {};
  for (const library in asked) {
    const values: Record<string, unknown> = {};
    for (const definition of asked[library] ?? [])
      values[definition] = await evaluation
        .value(library, definition)
        .catch((thrown: unknown) => ({ error: messageOf(thrown) }));
    answers[library] = values;
  }
  return answers;
};
