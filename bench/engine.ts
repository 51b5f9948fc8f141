import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createFloor } from './floor/floor.ts';
import { benchValueSets } from './rules/value-sets.ts';
import type { Allocated } from './support/allocation.ts';
import { benchNow, benchPatient, generateChart } from './support/chart.ts';
import { differences } from './support/compare.ts';
import type { Round } from './support/contestant.ts';
import { type Answers, type Asked, answersOf, createEngines } from './support/engines.ts';
import { printJson, printTable, rounded } from './support/print.ts';
import { benchSources, definitionsOf, elmOf, outcomes } from './support/rules.ts';

/** How many different records are compared and measured, by resources in a record. */
const sizes = [
  { count: 20, compared: 40, measured: 8 },
  { count: 100, compared: 10, measured: 4 },
  { count: 500, compared: 3, measured: 2 },
  { count: 1000, compared: 2, measured: 2 },
  { count: 5000, compared: 1, measured: 1 },
] as const;

/**
 * Of the nine rounds that count each contestant takes part in every so many, all spread over the same time, and does a part
 * of the evaluations of a round.
 */
const contestants = [
  { name: 'stock', every: 3, part: 0 },
  { name: 'interpreted', every: 1, part: 0.5 },
  { name: 'compiled', every: 1, part: 1 },
  { name: 'floor', every: 1, part: 1 },
  { name: 'JSON.parse', every: 1, part: 1 },
] as const;
const rounds = 9;
const warmUp = 5;

/**
 * Ten rules over records of 20 to 5,000 resources: CPU of cql-execution, of the interpreter over an index, of compiled
 * libraries and of the same rules by hand, all from parsed resources to answers, which are compared first.
 */
export const bench = async (): Promise<void> => {
  const libraries = await elmOf(benchSources());
  const valueSets = benchValueSets();
  const { compiled, interpreted, stock } = await createEngines({ libraries, valueSets });
  const floor = createFloor(valueSets);
  const names = Object.keys(outcomes);
  const all: Asked = Object.fromEntries(names.map((name) => [name, definitionsOf(libraries.get(name))]));

  const found: string[] = [];
  let pairs = 0;
  for (const { count, compared } of sizes)
    for (let seed = 1; seed <= compared; seed++) {
      const resources = generateChart(benchPatient, count, seed);
      const where = `${count} resources, seed ${seed},`;
      const expected: readonly [string, Answers] = ['stock', await answersOf(stock, resources, all)];
      pairs += names.length;
      found.push(
        ...differences(where, expected, ['interpreted', await answersOf(interpreted, resources, all)]),
        ...differences(where, expected, ['compiled', await answersOf(compiled, resources, all)]),
        ...differences(where, expected, ['floor', floor(resources, benchNow)]),
      );
    }
  if (found.length > 0) {
    process.stdout.write(`${found.slice(0, 50).join('\n')}\n`);
    process.stderr.write(`${found.length} answers differ, so nothing is measured\n`);
    process.exitCode = 1;
    return;
  }
  for (const [library, reason] of compiled.interpreted)
    process.stderr.write(`${library} has no compiled form, it runs interpreted: ${reason}\n`);

  const figures = await measureApart();
  const allocated = await allocatedMegabytes(1000);

  const columns = contestants.map(({ name }) => name);
  const ratio = (count: number, of: string, to: string) =>
    (figures.get(count)?.[of] ?? Number.NaN) / (figures.get(count)?.[to] ?? Number.NaN);
  printTable(`ten rules, CPU ms an evaluation; ${pairs} pairs of record and rule, all engines agree`, [
    ['resources', ...columns, 'stock/compiled', 'compiled/floor', 'stock/interpreted'],
    ...sizes.map(({ count }) => [
      count,
      ...columns.map((name) => rounded(figures.get(count)?.[name] ?? Number.NaN, 3)),
      rounded(ratio(count, 'stock', 'compiled'), 0),
      rounded(ratio(count, 'compiled', 'floor')),
      rounded(ratio(count, 'stock', 'interpreted'), 0),
    ]),
  ]);
  printJson({
    bench: 'engine',
    pairs,
    differences: found.length,
    interpretedLibraries: compiled.interpreted.size,
    floorRatio: rounded(ratio(1000, 'compiled', 'floor')),
    stockRatio: rounded(ratio(1000, 'stock', 'compiled'), 0),
    interpretedStockRatio: rounded(
      Math.min(...[500, 1000, 5000].map((count) => ratio(count, 'stock', 'interpreted'))),
      1,
    ),
    allocatedMB: megabytes(allocated, 'compiled'),
    interpretedAllocatedMB: megabytes(allocated, 'interpreted'),
  });
};

const module = (name: string): string => fileURLToPath(new URL(`support/${name}`, import.meta.url));

/**
 * CPU milliseconds by resources and contestant: of alternating rounds after those that warm up the lowest, of each round the
 * median of its runs. What else a shared machine does only ever adds, and it adds most to those that work from memory.
 */
const measureApart = async (): Promise<ReadonlyMap<number, Readonly<Record<string, number>>>> => {
  const children = await Promise.all(
    contestants.map(async (contestant) => {
      const child = fork(module('contestant.ts'), [contestant.name]);
      await nextMessage(child);
      return { ...contestant, child };
    }),
  );
  try {
    const figures = new Map<number, Readonly<Record<string, number>>>();
    for (const { count, measured: records } of sizes) {
      const values = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
      for (let round = -warmUp; round < rounds; round++)
        for (const { name, child, part, every } of children) {
          if (round % every !== 0) continue;
          const times = Math.max(1, Math.ceil((Math.min(400, 20_000 / count) / records) * part));
          child.send({ count, records, times } satisfies Round);
          const { ms } = (await nextMessage(child)) as { readonly ms: number };
          if (round >= 0) values.get(name)?.push(ms);
        }
      figures.set(count, Object.fromEntries([...values].map(([name, each]) => [name, Math.min(...each)])));
    }
    return figures;
  } finally {
    for (const { child } of children) child.disconnect();
  }
};

const nextMessage = async (child: ChildProcess): Promise<unknown> => {
  const stop = new AbortController();
  const ended = once(child, 'exit', stop).then(([code]) => Promise.reject(new Error(`a child ended with ${code}`)));
  try {
    const [message] = await Promise.race([once(child, 'message', stop), ended]);
    return message;
  } finally {
    ended.catch(() => {});
    stop.abort();
  }
};

const allocatedMegabytes = async (count: number): Promise<Allocated> => {
  const child = fork(module('allocation.ts'), [String(count)], {
    execArgv: ['--expose-gc', '--min-semi-space-size=1024', '--max-semi-space-size=1024'],
  });
  return (await nextMessage(child)) as Allocated;
};

/** What was not measured is no number, so that no aim is met by it, and the bench fails. */
const megabytes = (allocated: Allocated, engine: keyof Allocated): number | string => {
  const value = allocated[engine];
  if (value !== null) return rounded(value);
  process.stderr.write(`${engine}: what it allocates could not be measured, garbage was collected in every try\n`);
  process.exitCode = 1;
  return 'not measured';
};
