import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CarehookError } from '../errors.ts';

/**
 * The files below a path whose names end in one of the extensions, packed (.gz) or not; a file is itself.
 *
 * @throws CONFIG_INVALID naming the option when there is none
 */
export const filesBelow = (path: string, option: string, extensions: readonly string[]): readonly string[] => {
  const endings = extensions.flatMap((extension) => [`.${extension}`, `.${extension}.gz`]);
  const fits = (name: string) => endings.some((ending) => name.endsWith(ending));
  const expected = () =>
    new CarehookError('CONFIG_INVALID', `--${option}: expected ${endings.join(', ')} files, found none at ${path}`);
  const stats = statSync(path, { throwIfNoEntry: false });
  const files = stats?.isDirectory()
    ? readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory() && fits(entry.name))
        .map(({ parentPath, name }) => join(parentPath, name))
        .sort()
    : stats && fits(path)
      ? [path]
      : [];
  if (files.length === 0) throw expected();
  return files;
};

/** The lines of a file that are not blank, with their numbers, as they are read; the file may be packed (.gz). */
export async function* linesOf(file: string): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  const bytes = createReadStream(file);
  // An error of either stream ends the reading with it.
  const input = file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes;
  input.setEncoding('utf8');
  let line = 0;
  let rest = '';
  for await (const chunk of input) {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      line += 1;
      if (text.trim() !== '') yield { line, text };
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, text: rest };
}
