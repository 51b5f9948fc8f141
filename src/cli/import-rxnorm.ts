import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { systemClock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { CarehookError } from '../errors.ts';
import { type EarlierImport, readImport, writeImport } from '../terminology/rxnorm/import-folder.ts';
import { termTypes } from '../terminology/rxnorm/ingredients.ts';
import { type Release, readRelease } from '../terminology/rxnorm/read-release.ts';
import { findRelease, type ReleaseFolder } from '../terminology/rxnorm/release-folder.ts';
import { medicationLines, ndcLines } from '../terminology/rxnorm/tables.ts';
import type { LeftOut } from '../terminology/rxnorm/tally.ts';

export interface ImportOptions {
  /** Also when far fewer codes remain than before. */
  readonly force?: boolean;
}

/**
 * Imports an unpacked RxNorm release into the data folder, in place of the one before, and prints what it holds, what was
 * left out and what changed. When it fails, nothing has changed.
 *
 * @throws CONFIG_INVALID when the release is not whole, or less than half of the codes of the last import would remain
 */
export const importRxnorm = async (
  { dataDir }: Pick<Settings, 'dataDir'>,
  dir: string,
  { force = false }: ImportOptions = {},
): Promise<void> => {
  const folder = findRelease(dir);
  const before = await readImport(dataDir);
  const progress = createProgress(folder);
  const release = await readRelease(folder, progress.onBytes).finally(progress.stop);
  const changes = before && changesSince(before, release);
  if (before && release.drugs.size * 2 < before.drugs.size && !force)
    throw new CarehookError(
      'CONFIG_INVALID',
      `${folder.dir}: expected at least half of the ${counted(before.drugs.size)} codes of the last import (${before.release}), got ${counted(release.drugs.size)}; nothing was changed. --force imports it all the same`,
    );
  const now = systemClock.now();
  const summary = {
    release: release.date ?? 'unknown',
    imported: now.toISOString(),
    codes: release.drugs.size,
    termTypes: countsByType(release),
    retired: release.drugs.values().reduce((sum, { retired }) => sum + Number(retired), 0),
    ndc: release.ndcs.length,
    ...(changes && { changes }),
    leftOut: release.leftOut,
    notes: release.notes,
    files: release.files,
  };
  const files = {
    'medications.tsv': medicationLines(release),
    'ndc.tsv': ndcLines(release),
    'release.json': [JSON.stringify(summary, undefined, 2)],
  };
  await writeImport(dataDir, files, now);
  process.stdout.write(reportOf(summary, join(dataDir, 'rxnorm')));
};

/** The codes in use by term type; retired ones are counted apart. */
const countsByType = ({ drugs }: Release): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const { type, retired } of drugs.values()) if (!retired) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(
    termTypes.flatMap((type) => (counts.has(type) ? [[type, counts.get(type) as number]] : [])),
  );
};

interface Difference {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

interface Changes {
  /** The release that was in use before. */
  readonly since: string;
  /** By code; changed are those with other ingredients. */
  readonly codes: Difference;
  /** By NDC; changed are those of another code. */
  readonly ndc: Difference;
}

const changesSince = (before: EarlierImport, { drugs, ndcs }: Release): Changes => ({
  since: before.release,
  codes: difference(
    before.drugs,
    drugs.values().map(({ code, ingredients }) => [String(code), ingredients]),
  ),
  ndc: difference(
    before.ndcs,
    ndcs.values().map(([ndc, drug]) => [ndc, String(drug)]),
  ),
});

const difference = (
  before: ReadonlyMap<string, string>,
  after: Iterable<readonly [key: string, value: string]>,
): Difference => {
  let [added, common, changed] = [0, 0, 0];
  for (const [key, value] of after) {
    const old = before.get(key);
    if (old === undefined) added += 1;
    else common += 1;
    if (old !== undefined && old !== value) changed += 1;
  }
  return { added, removed: before.size - common, changed };
};

interface Summary {
  readonly release: string;
  readonly codes: number;
  readonly termTypes: Readonly<Record<string, number>>;
  readonly retired: number;
  readonly ndc: number;
  readonly changes?: Changes;
  readonly leftOut: readonly LeftOut[];
  readonly notes: readonly string[];
}

const counted = (count: number): string => count.toLocaleString('en-US');

const reportOf = (summary: Summary, dir: string): string => {
  const { release, codes, termTypes: types, retired, ndc, changes, leftOut, notes } = summary;
  const byType = Object.entries(types).map(([type, count]) => `${type} ${counted(count)}`);
  const lines = [
    `RxNorm, release of ${release}: ${counted(codes)} codes and ${counted(ndc)} NDCs in ${dir}`,
    `  ${[...byType, `retired ${counted(retired)}`].join(', ')}`,
    ...changeLines(changes),
    ...(leftOut.length > 0 ? ['left out, or taken with reserve', ...leftOut.map(leftOutLine)] : []),
    ...notes.map((note) => `note: ${note}`),
  ];
  return `${lines.join('\n')}\n`;
};

const leftOutLine = ({ what, count, why, examples }: LeftOut): string => {
  const shown = examples ? ` (${examples.join(', ')}${count > examples.length ? ', …' : ''})` : '';
  return `  ${counted(count)} ${what}: ${why}${shown}`;
};

const changeLines = (changes: Changes | undefined): readonly string[] => {
  if (!changes) return ['the first import here'];
  const words = ({ added, removed, changed }: Difference, other: string) =>
    `${counted(added)} new, ${counted(removed)} removed, ${counted(changed)} ${other}`;
  return [
    `against the import before (release of ${changes.since})`,
    `  codes: ${words(changes.codes, 'with other ingredients')}`,
    `  NDCs: ${words(changes.ndc, 'of another code')}`,
  ];
};

const megabytes = (bytes: number): string => (bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 });

/** A bar by bytes on a terminal; elsewhere a line when a file is begun. */
const createProgress = ({ bytes: total, dir }: ReleaseFolder) => {
  const bar = new SingleBar(
    {
      format: 'reading {file} {bar} {percentage} % of {size} MB',
      stream: process.stderr,
      noTTYOutput: false,
    },
    Presets.shades_grey,
  );
  const terminal = process.stderr.isTTY;
  let [current, done] = ['', 0];
  if (terminal) bar.start(total, 0, { file: '', size: megabytes(total) });
  return {
    onBytes: (file: string, bytes: number) => {
      done += bytes;
      if (terminal) bar.update(done, { file });
      else if (file !== current)
        process.stderr.write(
          `reading ${join(dir, file)} (${megabytes(done - bytes)} of ${megabytes(total)} MB read)\n`,
        );
      current = file;
    },
    stop: () => bar.stop(),
  };
};
