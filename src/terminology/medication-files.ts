/** The texts of the files that a table is made from. */
export interface MedicationFiles {
  /** `rxcui, tty, name, ingredients` (ingredient codes joined by `|`), tab-separated. */
  readonly medications: string;
  /** An imported release of RxNorm in the same columns; its lines are believed before those of `medications`. */
  readonly release?: string;
  /** `name, ingredients, meaning` (`and` or `or`), tab-separated: names in use that are not RxNorm's. */
  readonly drugNames?: string;
  /** One phrase a line. */
  readonly nonDrugs?: string;
  /** `name, kind, classes`, tab-separated: what allergy lists name besides drugs. */
  readonly allergenNames?: string;
  /** `ndc, rxcui`, tab-separated, ascending. */
  readonly packages?: string;
}

/** A line of a file that does not have the file's columns. */
export class MedicationFileError extends Error {
  readonly file: keyof MedicationFiles;
  constructor(file: keyof MedicationFiles, message: string) {
    super(message);
    this.file = file;
  }
}

/** The columns of each line with its number; comments, the header and empty lines are passed over. */
export function* linesOf(text: string): Generator<readonly [line: number, columns: readonly string[]]> {
  let number = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const line = text.slice(start, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
    start = end + 1;
    number += 1;
    if (line !== '' && !line.startsWith('#') && !(number < firstLines && isHeader.test(line)))
      yield [number, line.split('\t')];
  }
}

/** The header stands below no more than a few lines of comment. */
const firstLines = 20;
const isHeader = /^(rxcui|name|phrase|ndc)(\t|$)/;

/** What a fault in a line is said by. */
export const expectedColumns = (line: number, what: string, columns: readonly string[]): string =>
  `line ${line}: expected ${what} separated by tabs, got "${columns.join('\t')}"`;
