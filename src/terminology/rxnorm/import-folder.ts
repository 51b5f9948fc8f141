import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CarehookError, messageOf } from '../../errors.ts';

/** What an earlier import knows: the drugs with their ingredients, the NDCs with their drugs, the date of its release. */
export interface EarlierImport {
  readonly release: string;
  readonly drugs: ReadonlyMap<string, string>;
  readonly ndcs: ReadonlyMap<string, string>;
}

/** A link to the folder of the import in use, so that one rename puts another in its place. */
const linkName = 'rxnorm';

/** Unfinished or replaced folders are let be for a day: another import may be writing, a service may be reading. */
const keptMs = 86_400_000;

/**
 * The import in use, undefined when there is none.
 *
 * @throws CONFIG_INVALID when there is one that cannot be read
 */
export const readImport = async (dataDir: string): Promise<EarlierImport | undefined> => {
  const dir = join(dataDir, linkName);
  const stats = await lstat(dir).catch(absent);
  if (!stats) return undefined;
  if (!stats.isSymbolicLink())
    throw new CarehookError(
      'CONFIG_INVALID',
      `${dir}: expected the link that import-rxnorm makes, got something else; move it away and import again`,
    );
  try {
    const { release } = JSON.parse(await readFile(join(dir, 'release.json'), 'utf8')) as { release: string };
    const drugs = await readColumns(join(dir, 'medications.tsv'), 3);
    return { release, drugs, ndcs: await readColumns(join(dir, 'ndc.tsv'), 1) };
  } catch (thrown) {
    throw new CarehookError(
      'CONFIG_INVALID',
      `${dir}: expected the last import whole; move it away and import again: ${messageOf(thrown)}`,
      {
        cause: thrown,
      },
    );
  }
};

/** The first column of a table with another. */
const readColumns = async (file: string, column: number): Promise<ReadonlyMap<string, string>> => {
  const rows = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const fields = line.split('\t');
    const [key = '', value] = [fields[0], fields[column]];
    if (/^\d+$/.test(key) && value !== undefined) rows.set(key, value);
  }
  return rows;
};

/** The lines of the files of an import by the names of the files. */
export type ImportFiles = Readonly<Record<string, Iterable<string>>>;

/**
 * Writes an import into a folder of its own below the data folder and then makes it the one in use, by one rename: whatever
 * happens, either the one before or this one is in use, whole. The one before stays beside it.
 */
export const writeImport = async (dataDir: string, files: ImportFiles, now: Date): Promise<void> => {
  const id = `${now.toISOString().slice(0, 10)}-${randomUUID().slice(0, 8)}`;
  const unfinished = join(dataDir, `${linkName}.tmp-${id}`);
  const folder = `${linkName}-${id}`;
  const link = join(dataDir, `${linkName}.link-${id}`);
  await mkdir(unfinished, { recursive: true });
  try {
    for (const [name, lines] of Object.entries(files)) await writeLines(join(unfinished, name), lines);
    await syncFolder(unfinished);
    await rename(unfinished, join(dataDir, folder));
    await symlink(folder, link);
    const before = await readlink(join(dataDir, linkName)).catch(absent);
    await rename(link, join(dataDir, linkName));
    await syncFolder(dataDir);
    await removeOld(dataDir, [folder, before], now);
  } catch (thrown) {
    await rm(unfinished, { recursive: true, force: true });
    await rm(link, { force: true });
    throw thrown;
  }
};

const writeLines = async (file: string, lines: Iterable<string>): Promise<void> => {
  const handle = await open(file, 'wx');
  try {
    let pending: string[] = [];
    const flush = async () => {
      await handle.write(pending.map((line) => `${line}\n`).join(''));
      pending = [];
    };
    for (const line of lines) {
      pending.push(line);
      if (pending.length >= 10_000) await flush();
    }
    await flush();
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Renames last over a loss of power only when their folder was written too. */
const syncFolder = async (dir: string): Promise<void> => {
  const handle = await open(dir);
  await handle.sync().finally(() => handle.close());
};

/** Removes what earlier imports left: folders that were replaced, and what one that was killed had not finished. */
const removeOld = async (dataDir: string, kept: readonly (string | undefined)[], now: Date): Promise<void> => {
  const ours = new RegExp(`^${linkName}(-|\\.tmp-|\\.link-)\\d{4}-\\d\\d-\\d\\d-[0-9a-f]{8}$`);
  for (const name of await readdir(dataDir)) {
    if (!ours.test(name) || kept.includes(name)) continue;
    const stats = await lstat(join(dataDir, name)).catch(absent);
    if (stats && now.getTime() - stats.mtimeMs > keptMs)
      await rm(join(dataDir, name), { recursive: true, force: true });
  }
};

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
};
