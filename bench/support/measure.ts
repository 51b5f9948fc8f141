import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { percentile } from './print.ts';

/** Something whose work on an input is measured. */
export interface Contestant<T> {
  readonly name: string;
  readonly run: (input: T) => unknown;
  /** How often it goes through the inputs in a round, and how many rounds count. */
  readonly times: number;
  readonly rounds: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;

/**
 * CPU milliseconds of one run. Inputs are made one after the other, each looked at right after, as a service evaluates a
 * body that it has just parsed: what was looked at before has its hashes and shapes known, and what was parsed long before
 * has left the processor's caches. Neither making them nor the garbage of that is counted.
 */
export const measureRound = async <T>(
  run: (input: T) => unknown,
  makeInputs: () => readonly T[],
  times: number,
): Promise<number> => {
  let total = 0;
  let runs = 0;
  for (let i = 0; i < times; i++)
    for (const input of makeInputs()) {
      collect({ type: 'minor' });
      const before = process.cpuUsage();
      await run(input);
      const { user, system } = process.cpuUsage(before);
      total += user + system;
      runs += 1;
    }
  return total / 1000 / runs;
};

/** CPU milliseconds of one run by name, the median of alternating rounds after two that warm up. */
export const measure = async <T>(
  contestants: readonly Contestant<T>[],
  makeInputs: () => readonly T[],
): Promise<Readonly<Record<string, number>>> => {
  // Held, so that the shapes of inputs outlive them.
  const held = makeInputs();
  if (held.length === 0) throw new Error('there are no inputs to measure with');
  const rounds = Math.max(...contestants.map((each) => each.rounds));
  const figures = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -2; round < rounds; round++)
    for (const { name, run, times, rounds: own } of contestants) {
      if (round >= own) continue;
      const ms = await measureRound(run, makeInputs, times);
      if (round >= 0) figures.get(name)?.push(ms);
    }
  return Object.fromEntries([...figures].map(([name, values]) => [name, percentile(values, 0.5)]));
};
