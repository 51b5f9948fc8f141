/**
 * A child process with one engine, so that no other has shaped the code that they share. It answers each round it is asked
 * for with the CPU milliseconds of an evaluation.
 */
import type { FhirResource } from 'fhir/r4.js';
import { createFloor } from '../floor/floor.ts';
import { benchValueSets } from '../rules/value-sets.ts';
import { benchNow, benchPatient, generateChart } from './chart.ts';
import { answersOf, createEngines } from './engines.ts';
import { measureRound } from './measure.ts';
import { benchSources, elmOf, outcomes } from './rules.ts';

export interface Round {
  /** Resources in a record, how many different records, and how often each. */
  readonly count: number;
  readonly records: number;
  readonly times: number;
}

interface Input {
  readonly text: string;
  readonly resources: readonly FhirResource[];
}

const valueSets = benchValueSets();
const runners = async (): Promise<Readonly<Record<string, (input: Input) => unknown>>> => {
  const { compiled, interpreted, stock } = await createEngines({ libraries: await elmOf(benchSources()), valueSets });
  const floor = createFloor(valueSets);
  return {
    stock: ({ resources }) => answersOf(stock, resources, outcomes),
    interpreted: ({ resources }) => answersOf(interpreted, resources, outcomes),
    compiled: ({ resources }) => answersOf(compiled, resources, outcomes),
    floor: ({ resources }) => floor(resources, benchNow),
    'JSON.parse': ({ text }) => JSON.parse(text),
  };
};

const run = (await runners())[process.argv[2] ?? ''];
if (!run) throw new Error(`expected the name of a contestant, got ${process.argv[2]}`);
// Held, so that the shapes of inputs outlive them.
let held: readonly Input[] = [];

process.on('message', async ({ count, records, times }: Round) => {
  const texts = Array.from({ length: records }, (_, i) => JSON.stringify(generateChart(benchPatient, count, i + 1)));
  const inputs = () => texts.map((text): Input => ({ text, resources: JSON.parse(text) }));
  held = inputs();
  process.send?.({ ms: await measureRound(run, inputs, times), held: held.length });
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
