import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCompiledEngine } from '../../../src/cql/compiled.ts';
import { createInterpreter } from '../../../src/cql/interpret.ts';
import { model, testCaches } from '../../support/cql.ts';
import { clinicZone } from './allowed.ts';
import { type Compare, createCompare, type NamedEngine } from './compare.ts';
import { generateSample, type Sample, sampleOfCase } from './generate.ts';
import { reportDifference } from './report.ts';
import { definitionsOf, evaluatedLibraries, type Target, withIncludedNames } from './targets.ts';

/** All are compared with the first, and the first with stock. */
const enginesOf = async ({ libraries, valueSets }: Target) => {
  const input = { libraries, model, valueSets };
  const compiled = await createCompiledEngine({ ...input, cacheDirs: testCaches });
  const engines: readonly NamedEngine[] = [
    { name: 'interpreted', engine: createInterpreter(input) },
    { name: 'compiled', engine: compiled },
  ];
  return { engines, notCompiled: [...compiled.interpreted] };
};

/** (record, rule) pairs of the shipped rules; more find more. */
const pairs = Number(process.env.CAREHOOK_DIFFERENTIAL_PAIRS ?? 5_000);

/** Declares the tests that all engines give the same for a target's rules, in its cases and on a share of the pairs. */
export const describeAgreement = async (target: Target, share = 1): Promise<void> => {
  const { engines, notCompiled } = await enginesOf(target);
  const compare = createCompare(target, engines);
  const records = Math.ceil((pairs * share) / target.rules.length);
  const reached = new Set<string>();
  const used = new Map<string, number>();
  const agree = async (sample: Sample, rule?: string) => {
    // The libraries that rules share are compared over the generated records, and in cases of their own.
    const extent =
      rule === undefined ? undefined : { compared: new Set([rule]), reached: withIncludedNames(target, rule) };
    const comparison = await compare(sample, extent);
    for (const each of comparison.reached) reached.add(each);
    for (const id of comparison.used) used.set(id, (used.get(id) ?? 0) + 1);
    const [difference] = comparison.differences;
    const alike: Compare = (candidate) => compare(candidate, extent);
    if (difference) expect.fail(await reportDifference(target, alike, sample, difference));
  };

  describe(`all engines give the same for ${target.name}`, () => {
    beforeAll(() => {
      // Stock reads a DateTime without offset in the process's zone, and complains of what it looks for in vain.
      vi.stubEnv('TZ', clinicZone);
      vi.spyOn(console, 'error').mockImplementation(() => {});
    });

    it('none of which runs interpreted in place of compiled', () => {
      expect(notCompiled).toEqual([]);
    });

    it.each(target.cases.map((each) => [each.name, each] as const))('in the case "%s"', async (_, each) => {
      await agree(sampleOfCase(each), each.rule);
    });

    it(`on ${records * target.rules.length} (record, rule) pairs: ${records} records, ${target.rules.length} rules`, async () => {
      for (let seed = 1; seed <= records; seed++) await agree(generateSample(seed, target));
    }, 900_000);

    it('and every definition had something to say of some record', () => {
      const all = evaluatedLibraries(target).flatMap((library) =>
        definitionsOf(target.libraries, library).map((definition) => `${library}.${definition}`),
      );
      expect(all.filter((each) => !reached.has(each))).toEqual([]);
    });

    afterAll(() => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
      console.log(
        `${target.name}: records in which stock was allowed to differ ${JSON.stringify(Object.fromEntries(used))}`,
      );
    });
  });
};
