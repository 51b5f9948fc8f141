import { join } from 'node:path';
import { z } from 'zod';
import type { CqlEngine, CqlValue } from '../cql/engine.ts';
import type { Problem } from '../cql/problem.ts';
import type { RecordInput } from '../record/record.ts';
import { caseRecord, casesHead, givenSchema } from './cases.ts';
import type { LibraryCasesFiles } from './load.ts';
import { type PlaceOf, readYaml } from './read-yaml.ts';

const scalar = z.union([z.boolean(), z.number(), z.string(), z.null()]);

/** `lib/<Library>.cases.yaml`, the cases of a shared library. */
export const libraryCasesSchema = z.strictObject({
  ...casesHead,
  cases: z
    .array(
      givenSchema.extend({
        /** The values of definitions of `<Library>.cases.cql`; null where it cannot be told. */
        expect: z.record(z.string(), z.union([scalar, z.array(scalar)])),
      }),
    )
    .min(1),
});

export type LibraryCases = z.output<typeof libraryCasesSchema>;
export type LibraryCase = LibraryCases['cases'][number];

/** Where the cases of a shared library stand, relative to the rules folder. */
export const libraryCasesFile = ({ of }: LibraryCasesFiles): string => join('lib', `${of}.cases.yaml`);

/** Reads the cases of a shared library. */
export const loadLibraryCases = async (
  rulesDir: string,
  files: LibraryCasesFiles,
): Promise<{ readonly cases?: LibraryCases; readonly place?: PlaceOf; readonly problems: readonly Problem[] }> => {
  const file = libraryCasesFile(files);
  const read = await readYaml(join(rulesDir, file), file, libraryCasesSchema);
  return 'value' in read ? { cases: read.value, place: read.place, problems: [] } : read;
};

/** How the values differ from what a case expects, a line a definition; none when they agree. */
export const runLibraryCase = async (
  { engine, vocabulary }: { readonly engine: CqlEngine; readonly vocabulary: RecordInput['vocabulary'] },
  { library }: LibraryCasesFiles,
  cases: LibraryCases,
  one: LibraryCase,
): Promise<readonly string[]> => {
  const now = new Date(one.now ?? cases.now);
  const evaluation = engine.evaluate({
    record: caseRecord(one, vocabulary, now),
    now,
    timeZone: one.timeZone ?? cases.timeZone,
  });
  const lines: string[] = [];
  for (const [definition, want] of Object.entries(one.expect)) {
    const got: CqlValue = await evaluation.value(library.name, definition);
    if (JSON.stringify(got) !== JSON.stringify(want))
      lines.push(`${definition}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got)}`);
  }
  return lines;
};
