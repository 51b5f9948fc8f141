import { expectedColumns, MedicationFileError } from './medication-files.ts';

/**
 * Finds the drug of a package code by binary search: a Map of 250,000 of them would take 30 MB.
 *
 * @throws MedicationFileError naming the line that is not an NDC of 11 digits and a code
 */
export const packageIndex = (text: string) => {
  const lines = countOf(text, '\n') + 1;
  const ndcs = new Float64Array(lines);
  const codes = new Uint32Array(lines);
  let count = 0;
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline;
    const end = text.charCodeAt(next - 1) === carriageReturn ? next - 1 : next;
    line += 1;
    if (!isPassedOver(text, start, end)) {
      const tab = start + 11;
      const ndc = numberAt(text, start, tab);
      const code = text.charCodeAt(tab) === tabulator ? numberAt(text, tab + 1, end) : undefined;
      if (ndc === undefined || code === undefined)
        throw new MedicationFileError(
          'packages',
          expectedColumns(line, 'an NDC of 11 digits and rxcui', [text.slice(start, end)]),
        );
      ndcs[count] = ndc;
      codes[count] = code;
      count += 1;
    }
    start = next + 1;
  }
  const keys = ndcs.subarray(0, count);
  const values = codes.subarray(0, count);
  const find = (key: number): string | undefined => {
    let low = 0;
    let high = keys.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const at = keys[middle] as number;
      if (at === key) return String(values[middle]);
      if (at < key) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  };
  return (ndc: string): readonly string[] => {
    const found = new Set(elevenDigits(ndc).flatMap((each) => find(Number(each)) ?? []));
    // Ten digits can be three packages; where they are different drugs, none is meant for sure.
    return found.size === 1 ? [...found] : [];
  };
};

/** The 11-digit forms that an NDC can mean (5-4-2; of ten digits one segment has lost its zero). */
const elevenDigits = (ndc: string): readonly string[] => {
  const segments = ndc.trim().split('-');
  if (segments.length === 3)
    return [`${segments[0]?.padStart(5, '0')}${segments[1]?.padStart(4, '0')}${segments[2]?.padStart(2, '0')}`];
  const digits = segments.join('');
  if (/^\d{11}$/.test(digits)) return [digits];
  if (!/^\d{10}$/.test(digits)) return [];
  return [`0${digits}`, `${digits.slice(0, 5)}0${digits.slice(5)}`, `${digits.slice(0, 9)}0${digits.slice(9)}`];
};

const tabulator = 9;
const carriageReturn = 13;

const countOf = (text: string, part: string): number => {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) count += 1;
  return count;
};

/** An empty line, a comment, the header. */
const isPassedOver = (text: string, start: number, end: number): boolean =>
  start === end || text[start] === '#' || (end - start >= 3 && text.startsWith('ndc', start));

/** The digits between two places as a number; undefined where there is anything else, or nothing. */
const numberAt = (text: string, start: number, end: number): number | undefined => {
  if (start >= end || end > text.length) return undefined;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
};
