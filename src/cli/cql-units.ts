import type { Bundle, BundleEntry } from 'fhir/r4.js';
import { messageOf } from '../errors.ts';
import { illegibleIn, isResource } from '../fhir/bundle.ts';
import { linesOf } from './cql-files.ts';
import { readJson, relativeEntries } from './read-bundle.ts';

/** Resources that came together in a Bundle, references in the form `Type/id`; or one that came on its own. */
export interface Unit {
  /** The file, with the line where it has lines. */
  readonly where: string;
  readonly alone: boolean;
  readonly entries: readonly BundleEntry[];
  /** How many files are still to come. */
  readonly remaining: number;
}

/** The units of files one after the other; what cannot be read is told, and reading goes on. */
export async function* unitsOf(files: readonly string[], onError: (message: string) => void): AsyncGenerator<Unit> {
  const read = (value: unknown, where: string, remaining: number): readonly Unit[] => {
    if (!isResource(value)) {
      onError(`${where}: expected a FHIR resource with its resourceType, got ${JSON.stringify(value).slice(0, 60)}`);
      return [];
    }
    const alone = value.resourceType !== 'Bundle';
    const bundle: Bundle = alone ? { resourceType: 'Bundle', type: 'collection', entry: [{ resource: value }] } : value;
    const illegible = illegibleIn(bundle);
    if (illegible) onError(`${where}: ${illegible}`);
    return [{ where, alone, entries: relativeEntries(bundle), remaining }];
  };
  for (const [i, file] of files.entries()) {
    const remaining = files.length - 1 - i;
    try {
      if (/\.json(\.gz)?$/.test(file)) yield* read(readJson(file, 'a FHIR resource in JSON'), file, remaining);
      else
        for await (const { line, text } of linesOf(file)) {
          const where = `${file}:${line}`;
          const value = parsed(text, (message) => onError(`${where}: expected a FHIR resource in JSON: ${message}`));
          if (value !== undefined) yield* read(value, where, remaining);
        }
    } catch (thrown) {
      const message = messageOf(thrown);
      onError(message.startsWith(file) ? message : `${file}: ${message}`);
    }
  }
}

const parsed = (text: string, onError: (message: string) => void): unknown => {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    onError(messageOf(thrown));
    return undefined;
  }
};
