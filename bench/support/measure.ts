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
 * CPU milliseconds of one run, from one run on each input. Inputs are made for it: what was looked at before has its hashes
 * and shapes known.
 */
export const measureRound = async <T>(run: (input: T) => unknown, inputs: readonly T[]): Promise<number> => {
  // Twice: then the inputs are old, and a run pays for its own garbage only. A full collection would also forget the
  // shapes that optimised code knows, which a busy process never does.
  collect({ type: 'minor' });
  collect({ type: 'minor' });
  const before = process.cpuUsage();
  for (const input of inputs) await run(input);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / inputs.length;
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
      const ms = await measureRound(run, Array.from({ length: times }, makeInputs).flat());
      if (round >= 0) figures.get(name)?.push(ms);
    }
  return Object.fromEntries([...figures].map(([name, values]) => [name, percentile(values, 0.5)]));
};
