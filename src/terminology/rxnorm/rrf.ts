import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { CarehookError } from '../../errors.ts';

/** The places of a file's columns by name; the file has at least these, and each ends in `|`. */
export type Columns<Name extends string = string> = Readonly<Record<Name, number>>;

export const columnsOf = <const Name extends string>(...names: readonly Name[]): Columns<Name> =>
  Object.fromEntries(names.map((name, i) => [name, i])) as Columns<Name>;

/** A file as it was read. */
export interface ReadFile {
  readonly name: string;
  readonly bytes: number;
  readonly lines: number;
  readonly sha256: string;
}

/** The row being read; valid until `onRow` returns. */
export interface Row {
  text(column: number): string;
  /**
   * The field with single spaces, as a copy: a piece of a text keeps the whole text in memory.
   *
   * @throws CONFIG_INVALID with file and line when it is empty
   */
  words(column: number): string;
  /** @throws CONFIG_INVALID with file and line when the field is no RxCUI */
  rxcui(column: number): number;
}

/**
 * Reads a file of RxNorm's Rich Release Format row by row; of the file only a chunk is in memory.
 *
 * @throws CONFIG_INVALID with file and line when a line has too few columns
 */
export const readRrf = async (
  file: string,
  columns: Columns,
  onRow: (row: Row) => void,
  onBytes: (bytes: number) => void = () => {},
): Promise<ReadFile> => {
  const names = Object.keys(columns);
  const hash = createHash('sha256');
  const decoder = new StringDecoder('utf8');
  let [bytes, line, rest] = [0, 0, ''];
  let fields: readonly string[] = [];
  const wrong = (message: string) => new CarehookError('CONFIG_INVALID', `${file}:${line}: ${message}`);
  const row: Row = {
    text: (column) => fields[column] as string,
    words: (column) => {
      const field = (fields[column] as string).replace(/\s+/g, ' ').trim();
      if (field === '') throw wrong(`expected words in ${names[column]} (column ${column + 1}), got none`);
      return Buffer.from(field).toString();
    },
    rxcui: (column) => {
      const field = fields[column] as string;
      if (!/^\d{1,12}$/.test(field))
        throw wrong(`expected the digits of an RxCUI in ${names[column]} (column ${column + 1}), got "${field}"`);
      return Number(field);
    },
  };
  const take = (text: string): void => {
    line += 1;
    if (text === '' || text === '\r') return;
    fields = text.split('|');
    if (fields.length < names.length)
      throw wrong(`expected ${names.length} columns separated by |, got ${fields.length}: "${text.slice(0, 80)}"`);
    onRow(row);
  };
  const takeLines = (text: string): void => {
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      take(text.slice(from, to));
      from = to + 1;
    }
    rest = text.slice(from);
  };

  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
    takeLines(rest + decoder.write(chunk));
    onBytes(chunk.length);
  }
  const last = rest + decoder.end();
  if (last !== '') take(last);
  return { name: basename(file), bytes, lines: line, sha256: hash.digest('hex') };
};
