import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { BundleEntry, Patient } from 'fhir/r4.js';
import { CarehookError, messageOf } from '../errors.ts';
import { readBundle, relativeEntries } from './read-bundle.ts';

/** A patient of a Bundle, with all that the Bundle holds. */
export interface BundledPatient {
  readonly patient: Patient;
  readonly entries: readonly BundleEntry[];
}

/**
 * Calls `work` for each patient of each Bundle of a folder, in order of the files' names, with a bar on standard error. What
 * fails is told to `failed` with the file's name, and the rest goes on.
 *
 * @throws CONFIG_INVALID when the folder holds no Bundle
 */
export const eachPatient = async (
  dir: string,
  work: (patient: BundledPatient) => Promise<void>,
  failed: (file: string, reason: string) => void,
): Promise<void> => {
  const files = readdirSync(dir)
    .filter((name) => /\.json(\.gz)?$/.test(name))
    .sort();
  if (files.length === 0)
    throw new CarehookError('CONFIG_INVALID', `--bundles: expected .json or .json.gz files in ${dir}, found none`);
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} records', stream: process.stderr, noTTYOutput: false },
    Presets.shades_grey,
  );
  bar.start(files.length, 0);
  for (const name of files) {
    try {
      const entries = relativeEntries(readBundle(join(dir, name)));
      for (const { resource } of entries)
        if (resource?.resourceType === 'Patient') await work({ patient: resource as Patient, entries });
    } catch (thrown) {
      failed(name, messageOf(thrown));
    }
    bar.increment();
  }
  bar.stop();
};
