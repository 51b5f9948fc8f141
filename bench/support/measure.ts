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
 * CPU milliseconds of one run, the median of all. Inputs are made one after the other, each looked at right after, as a service evaluates a
 * body that it has just parsed: what was looked at before has its hashes and shapes known, and what was parsed long before
 * has left the processor's caches. Making them is not counted; nor is its garbage where `prepare` collects it.
 */
export const measureRound = async <T>(
  run: (input: T) => unknown,
  makeInputs: () => readonly T[],
  times: number,
  prepare: () => void = () => {},
): Promise<number> => {
  const runs: number[] = [];
  for (let i = 0; i < times; i++)
    for (const input of makeInputs()) {
      prepare();
      const before = process.cpuUsage();
      await run(input);
      const { user, system } = process.cpuUsage(before);
      runs.push((user + system) / 1000);
    }
  return percentile(runs, 0.5);
};

/** Inputs of different sizes leave different garbage behind, which a run would pay for. */
const collectGarbage = () => collect({ type: 'minor' });

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
      const ms = await measureRound(run, makeInputs, times, collectGarbage);
      if (round >= 0) figures.get(name)?.push(ms);
    }
  return Object.fromEntries([...figures].map(([name, values]) => [name, percentile(values, 0.5)]));
};
