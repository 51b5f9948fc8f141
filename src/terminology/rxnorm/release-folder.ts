import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CarehookError, messageOf } from '../../errors.ts';

const required = ['RXNCONSO.RRF', 'RXNREL.RRF', 'RXNSAT.RRF'] as const;
const optional = ['RXNSAB.RRF', 'RXNCUI.RRF', 'RXNCUICHANGES.RRF', 'RXNATOMARCHIVE.RRF'] as const;

export type ReleaseFileName = (typeof required)[number] | (typeof optional)[number];

export interface ReleaseFolder {
  /** Where the files are: the folder that was named, or `rrf` in it. */
  readonly dir: string;
  /** The paths of the files that are there; all that are required are. */
  readonly files: ReadonlyMap<ReleaseFileName, string>;
  /** The bytes of all of them. */
  readonly bytes: number;
  /** The date of the release (YYYY-MM-DD) where the folder has the name that NLM gave it, or NLM's readme is in it. */
  readonly dateInNames: string | undefined;
}

const invalid = (message: string) => new CarehookError('CONFIG_INVALID', message);

/**
 * The files of an unpacked RxNorm release in a folder or in `rrf` below it.
 *
 * @throws CONFIG_INVALID naming what was expected and what is there instead
 */
export const findRelease = (named: string): ReleaseFolder => {
  const stats = statSync(named, { throwIfNoEntry: false });
  if (!stats) throw invalid(`${named}: expected the folder of an unpacked RxNorm release, found nothing there`);
  if (!stats.isDirectory())
    throw invalid(
      `${named}: expected the folder of an unpacked RxNorm release, got a file${/\.zip$/i.test(named) ? '; unpack it and name the folder' : ''}`,
    );
  const there = entriesOf(named);
  const below = there.some((entry) => entry.name === 'rrf') ? entriesOf(join(named, 'rrf')) : [];
  const dir = below.some(({ name }) => name === 'RXNCONSO.RRF') ? join(named, 'rrf') : named;
  const names = new Set((dir === named ? there : below).map(({ name }) => name));
  if (!required.some((name) => names.has(name)))
    throw invalid(
      `${named}: expected ${required.join(', ')} in it or in its folder rrf, got ${listed(there.map(({ name }) => name))}`,
    );
  const missing = required.filter((name) => !names.has(name));
  if (missing.length > 0)
    throw invalid(`${dir}: expected ${required.join(', ')}, ${missing.join(' and ')} missing: was all of it unpacked?`);
  const files = new Map(
    [...required, ...optional].filter((name) => names.has(name)).map((name) => [name, join(dir, name)] as const),
  );
  const sizes = new Map([...files].map(([name, file]) => [name, statSync(file).size]));
  const empty = required.filter((name) => sizes.get(name) === 0);
  if (empty.length > 0) throw invalid(`${join(dir, empty[0] as string)}: expected rows, got an empty file`);
  const bytes = sizes.values().reduce((sum, size) => sum + size, 0);
  return { dir, files, bytes, dateInNames: dateInNames(dir) };
};

const entriesOf = (dir: string): readonly Dirent[] => {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (thrown) {
    throw new CarehookError('CONFIG_INVALID', `${dir}: expected a folder that can be read: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
};

const listed = (names: readonly string[]): string => {
  if (names.length === 0) return 'an empty folder';
  const more = names.length > 6 ? ` and ${names.length - 6} more` : '';
  return names.toSorted().slice(0, 6).join(', ') + more;
};

/** NLM's names end in the date, month first: `RxNorm_full_prescribe_11022026`, `Readme_Full_Prescribe_11022026.txt` in it. */
const dateInNames = (dir: string): string | undefined => {
  const above = dirname(resolve(dir));
  const readmes = [dir, above].flatMap((folder) => readmesIn(folder));
  const names = [basename(resolve(dir)), basename(above), basename(dirname(above)), ...readmes];
  for (const name of names) {
    const [, month, day, year] = /^(?:rxnorm|readme)_.*?(\d{2})(\d{2})(\d{4})(?!\d)/i.exec(name) ?? [];
    if (year !== undefined) return `${year}-${month}-${day}`;
  }
  return undefined;
};

/** None where the folder above may not be read: a date is wanted, not needed. */
const readmesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((name) => /^readme_/i.test(name));
  } catch {
    return [];
  }
};
