import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFileName, writeWhole } from '../cql/cache-files.ts';
import type { Problem } from '../cql/problem.ts';
import { type AnalyteFile, analyteSchema, type ValueSetFile, valueSetSchema } from './manifest.ts';
import { checkYaml, type PlaceOf, parseYaml } from './read-yaml.ts';

/** A file of a value set, a drug class or an analyte. */
export interface ReadValueSet {
  readonly folder: (typeof folders)[number];
  /** Without its folder. */
  readonly name: string;
  /** Relative to the rules folder. */
  readonly file: string;
  readonly value: ValueSetFile | AnalyteFile;
  readonly place: PlaceOf;
}

const folders = ['value-sets', 'drug-classes', 'analytes'] as const;

/**
 * Reads every value set below `value-sets/`, `drug-classes/` and `analytes/`. What their YAML holds is kept in the first
 * cache folder under a hash of all texts, because hundreds of files take longer to parse than all else at start.
 */
export const readValueSets = async (
  rulesDir: string,
  cacheDirs: readonly string[],
): Promise<{ readonly read: readonly ReadValueSet[]; readonly problems: readonly Problem[] }> => {
  const texts = (await Promise.all(folders.map((folder) => textsIn(rulesDir, folder)))).flat();
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  const name = cacheFileName('value-sets', hash, 'json');
  const cached = await readCached(cacheDirs, name);
  const read: ReadValueSet[] = [];
  const problems: Problem[] = [];
  const held: Record<string, unknown> = {};
  for (const { folder, name: own, file, text } of texts) {
    const parsed = cached && Object.hasOwn(cached, file) ? { raw: cached[file] } : parseYaml(text, file);
    if ('problems' in parsed) {
      problems.push(...parsed.problems);
      continue;
    }
    held[file] = parsed.raw;
    const checked = checkYaml(parsed.raw, text, file, folder === 'analytes' ? analyteSchema : valueSetSchema);
    problems.push(...checked.problems);
    if ('value' in checked) read.push({ folder, name: own, file, value: checked.value, place: checked.place });
  }
  const [first] = cacheDirs;
  // A cache that cannot be written costs time and nothing else.
  if (!cached && first !== undefined && problems.length === 0)
    await writeWhole(join(first, name), JSON.stringify(held)).catch(() => {});
  return { read, problems };
};

const textsIn = async (rulesDir: string, folder: (typeof folders)[number]) => {
  const names = await readdir(join(rulesDir, 'vocabulary', folder)).catch(() => []);
  return Promise.all(
    names
      .filter((each) => each.endsWith('.yaml'))
      .sort()
      .map(async (name) => {
        const file = join('vocabulary', folder, name);
        return { folder, name, file, text: await readFile(join(rulesDir, file), 'utf8') };
      }),
  );
};

const readCached = async (
  cacheDirs: readonly string[],
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> => {
  for (const dir of cacheDirs) {
    try {
      return JSON.parse(await readFile(join(dir, name), 'utf8'));
    } catch {
      // Not there, or not whole: the files are read.
    }
  }
  return undefined;
};
