/**
 * A child process with room enough that no garbage is collected while it measures. It sends the megabytes that one
 * evaluation of all rules allocates, by engine, the resources being parsed beforehand; null for what it could not measure.
 */
import { GCProfiler } from 'node:v8';
import type { FhirResource } from 'fhir/r4.js';
import type { CqlEngine } from '../../src/cql/engine.ts';
import { benchValueSets } from '../rules/value-sets.ts';
import { benchPatient, generateChart } from './chart.ts';
import { answersOf, createEngines } from './engines.ts';
import { percentile } from './print.ts';
import { benchSources, elmOf, outcomes } from './rules.ts';

export type Allocated = Readonly<Record<'compiled' | 'interpreted', number | null>>;

const count = Number(process.argv[2]);
/** Fewer for the engine that allocates more: the room is a gigabyte. */
const times = { compiled: 21, interpreted: 5 } as const;
const tries = 5;

const text = JSON.stringify(generateChart(benchPatient, count));
const parsed = (length: number) => Array.from({ length }, () => JSON.parse(text) as readonly FhirResource[]);

/**
 * Megabytes that an evaluation allocates, the median of several: the count of used bytes now and then leaps and falls back
 * though nothing was collected, so that a single difference may be far off, even negative. Where garbage was collected no
 * difference counts, and it begins again; null when it never got through.
 */
const allocatedBy = async (engine: CqlEngine, evaluations: number): Promise<number | null> => {
  for (const resources of parsed(100)) await answersOf(engine, resources, outcomes);
  for (let attempt = 0; attempt < tries; attempt++) {
    const inputs = parsed(evaluations);
    global.gc?.();
    const collections = new GCProfiler();
    collections.start();
    const allocated: number[] = [];
    for (const resources of inputs) {
      const before = process.memoryUsage().heapUsed;
      await answersOf(engine, resources, outcomes);
      allocated.push(process.memoryUsage().heapUsed - before);
    }
    if (collections.stop().statistics.length === 0) return percentile(allocated, 0.5) / 1e6;
  }
  return null;
};

const { compiled, interpreted } = await createEngines({
  libraries: await elmOf(benchSources()),
  valueSets: benchValueSets(),
});
process.send?.({
  compiled: await allocatedBy(compiled, times.compiled),
  interpreted: await allocatedBy(interpreted, times.interpreted),
} satisfies Allocated);
process.disconnect?.();
