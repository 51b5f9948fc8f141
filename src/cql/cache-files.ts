import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The name of a cached file: what a library calls itself, without what would lead out of the folder, and a hash. */
export const cacheFileName = (library: string, hash: string, extension: string): string =>
  `${library.replace(/[^\w-]+/g, '_').slice(0, 100)}-${hash.slice(0, 20)}.${extension}`;

/** Writes a file aside and renames it, so that nobody reads half of it. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  const aside = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(aside, text);
  await rename(aside, file);
};
