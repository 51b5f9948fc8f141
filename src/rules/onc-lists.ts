import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../cql/problem.ts';
import { readYaml } from './read-yaml.ts';

const pairSchema = z.strictObject({
  id: z.string(),
  /** The row of the publication. */
  number: z.int().positive(),
  one: z.array(z.string()).min(1),
  another: z.array(z.string()).min(1),
});

const listSchema = z.strictObject({ source: z.string(), pairs: z.array(pairSchema) });

/** `onc-lists.yaml`: pairs of drug classes that must always be told, and pairs that must never interrupt. */
export const oncListsSchema = z.strictObject({ highPriority: listSchema, nonInterruptive: listSchema });

/** A pair of the lists of the US Office of the National Coordinator, by the ids of drug classes. */
export type OncPair = z.infer<typeof pairSchema>;

export interface OncLists {
  readonly highPriority: readonly OncPair[];
  readonly nonInterruptive: readonly OncPair[];
}

const none: OncLists = { highPriority: [], nonInterruptive: [] };

/** Reads the lists of a rules folder, which may lack the file; an id that is no drug class is a fault. */
export const loadOncLists = async (
  dir: string,
  drugClasses: ReadonlySet<string>,
): Promise<{ readonly lists: OncLists; readonly problems: readonly Problem[] }> => {
  const file = 'onc-lists.yaml';
  const path = join(dir, file);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there) return { lists: none, problems: [] };
  const read = await readYaml(path, file, oncListsSchema);
  if (!('value' in read)) return { lists: none, problems: read.problems };
  const { highPriority, nonInterruptive } = read.value;
  const problems = Object.entries({ highPriority, nonInterruptive }).flatMap(([list, { pairs }]) =>
    pairs.flatMap(({ one, another }, i) =>
      (['one', 'another'] as const).flatMap((side) =>
        (side === 'one' ? one : another)
          .filter((id) => !drugClasses.has(id))
          .map((id) => ({
            file,
            ...read.place([list, 'pairs', i, side]),
            message: `${list}: expected a drug class of vocabulary/drug-classes, got "${id}"`,
          })),
      ),
    ),
  );
  return { lists: { highPriority: highPriority.pairs, nonInterruptive: nonInterruptive.pairs }, problems };
};
