import { type CompiledEngineInput, createCompiledEngine } from '../cql/compiled.ts';
import type { CqlEngine } from '../cql/engine.ts';
import { createInterpreter } from '../cql/interpret.ts';
import { createStockEngine } from '../cql/stock.ts';

const compiled = async (input: CompiledEngineInput): Promise<CqlEngine> => {
  const engine = await createCompiledEngine(input);
  for (const [library, reason] of engine.interpreted)
    process.stderr.write(`warning: ${library} runs interpreted, which is slower: ${reason}\n`);
  return engine;
};

const engines = {
  compiled,
  interpreted: async (input: CompiledEngineInput) => createInterpreter(input),
  stock: async (input: CompiledEngineInput) => createStockEngine(input),
} satisfies Record<string, (input: CompiledEngineInput) => Promise<CqlEngine>>;

export type EngineKind = keyof typeof engines;

/** The engines there are, the one that is used by default first. */
export const engineKinds = Object.keys(engines) as readonly EngineKind[];

/** An engine of a kind; all kinds give the same answers. */
export const createEngine = (kind: EngineKind, input: CompiledEngineInput): Promise<CqlEngine> => engines[kind](input);
