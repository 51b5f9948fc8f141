import type { Compare, Difference } from './compare.ts';
import type { Sample } from './generate.ts';
import { shrink } from './shrink.ts';
import { rulesUsing, type Target } from './targets.ts';

/** The smallest record that still shows a difference that the sample shows, with what each engine gave. */
export const reportDifference = async (
  target: Target,
  compare: Compare,
  sample: Sample,
  { library, definition }: Pick<Difference, 'library' | 'definition'>,
): Promise<string> => {
  const find = async (candidate: Sample): Promise<Difference | undefined> =>
    (await compare(candidate)).differences.find((each) => each.library === library && each.definition === definition);
  const smallest = await shrink(sample, async (candidate) => (await find(candidate)) !== undefined);
  const { timeZone, values } = (await find(smallest)) as Difference;
  return [
    `the engines differ on a record (seed ${sample.seed})`,
    `rule: ${rulesUsing(target, library).join(', ')}`,
    `definition: ${library}."${definition}"`,
    `time zone: ${timeZone}`,
    ...Object.entries(values).map(([engine, value]) => `${engine}: ${JSON.stringify(value, undefined, 1)}`),
    `record: ${JSON.stringify(smallest, undefined, 1)}`,
  ].join('\n');
};
