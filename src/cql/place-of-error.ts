import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getOrCompute } from '../get-or-compute.ts';

/** Where in the CQL an error arose. */
export interface PlaceInCql {
  readonly library: string;
  readonly locator: string;
}

const frame = /(?:file:\/\/)?(\/[^\s()]*\/modules\/([^/\s()]+)-[0-9a-f]+\.mjs)[^\s():]*:(\d+):(\d+)/;

/**
 * The clause whose generated code threw: generated modules name the place in the CQL before each call that may fail, and
 * the error's stack says which call it was. Undefined for an error that did not come out of a generated module.
 */
export const placeOfError = (thrown: unknown): PlaceInCql | undefined => {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const [, file, library, line, column] = frame.exec(stack) ?? [];
  if (file === undefined || library === undefined) return undefined;
  const text = getOrCompute(lines, file, () => readLines(file))?.[Number(line) - 1];
  const locator = /\/\* (\S+) \*\/ $/.exec(text?.slice(0, Number(column) - 1) ?? '')?.[1];
  return locator === undefined ? undefined : { library, locator };
};

/** By path; a generated file never changes. */
const lines = new Map<string, readonly string[] | undefined>();

const readLines = (file: string): readonly string[] | undefined => {
  try {
    return readFileSync(fileURLToPath(new URL(`file://${file}`)), 'utf8').split('\n');
  } catch {
    return undefined;
  }
};
