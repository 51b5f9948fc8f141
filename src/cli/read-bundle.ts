import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bundle, BundleEntry } from 'fhir/r4.js';
import { CarehookError, messageOf } from '../errors.ts';
import { entriesOf } from '../fhir/bundle.ts';
import { createReferenceResolver, withRelativeReferences } from '../record/normalise.ts';

/**
 * What a `.json` or `.json.gz` file holds.
 *
 * @throws CONFIG_INVALID naming the file and what was expected in it when it is no JSON
 */
export const readJson = (file: string, expected: string): unknown => {
  try {
    const bytes = readFileSync(file);
    return JSON.parse((extname(file) === '.gz' ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (thrown) {
    throw new CarehookError('CONFIG_INVALID', `${file}: expected ${expected}: ${messageOf(thrown)}`, { cause: thrown });
  }
};

/**
 * A Bundle from a `.json` or `.json.gz` file.
 *
 * @throws CONFIG_INVALID naming the file when it is none
 */
export const readBundle = (file: string): Bundle => {
  const bundle = readJson(file, 'a Bundle') as Bundle;
  if (bundle.resourceType !== 'Bundle')
    throw new CarehookError('CONFIG_INVALID', `${file}: expected a Bundle, got ${bundle.resourceType}`);
  return bundle;
};

/** A Bundle's entries as an EHR would send them: `urn:uuid` references become `Type/id`. */
export const relativeEntries = (bundle: Bundle): readonly BundleEntry[] => {
  const entries = entriesOf(bundle);
  const resolve = createReferenceResolver(entries);
  return entries.map((entry) => withRelativeReferences(entry, resolve));
};

/**
 * The moment that an option names, or the present.
 *
 * @throws CONFIG_INVALID when it is no ISO 8601 instant
 */
export const momentOf = (option: string | undefined): Date => {
  const now = option === undefined ? new Date() : new Date(option);
  if (Number.isNaN(now.getTime()))
    throw new CarehookError('CONFIG_INVALID', `--now: expected an ISO 8601 instant, got "${option}"`);
  return now;
};
