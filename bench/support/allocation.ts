/**
 * A child process with room enough that no garbage is collected while it measures. It sends the megabytes that one
 * evaluation of all rules allocates, by engine, the resources being parsed beforehand.
 */
import type { FhirResource } from 'fhir/r4.js';
import { benchValueSets } from '../rules/value-sets.ts';
import { benchPatient, generateChart } from './chart.ts';
import { answersOf, createEngines } from './engines.ts';
import { benchSources, elmOf, outcomes } from './rules.ts';

const count = Number(process.argv[2]);
/** Fewer for the engine that allocates more: the room is a gigabyte. */
const times = { compiled: 20, interpreted: 4 } as const;

const { compiled, interpreted } = await createEngines({
  libraries: await elmOf(benchSources()),
  valueSets: benchValueSets(),
});
const text = JSON.stringify(generateChart(benchPatient, count));
const parsed = (length: number) => Array.from({ length }, () => JSON.parse(text) as readonly FhirResource[]);

const allocated: Record<string, number> = {};
for (const [name, engine] of [
  ['compiled', compiled],
  ['interpreted', interpreted],
] as const) {
  for (const resources of parsed(100)) await answersOf(engine, resources, outcomes);
  const inputs = parsed(times[name]);
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  let last = before;
  for (const resources of inputs) {
    await answersOf(engine, resources, outcomes);
    const now = process.memoryUsage().heapUsed;
    if (now < last) throw new Error('garbage was collected during the measurement');
    last = now;
  }
  allocated[name] = (last - before) / inputs.length / 1e6;
}
process.send?.(allocated);
process.disconnect?.();
