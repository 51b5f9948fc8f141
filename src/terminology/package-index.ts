import { expectedColumns, linesOf, MedicationFileError } from './medication-files.ts';

/** NDC by binary search in the text itself: a Map of 250,000 of them would take 30 MB. */
export const packageIndex = (text: string) => {
  const codes: number[] = [];
  const ndcs: number[] = [];
  for (const [line, columns] of linesOf(text)) {
    const [ndc = '', rxcui = ''] = columns;
    if (!/^\d{11}$/.test(ndc) || !/^\d+$/.test(rxcui))
      throw new MedicationFileError('packages', expectedColumns(line, 'an NDC of 11 digits and rxcui', columns));
    ndcs.push(Number(ndc));
    codes.push(Number(rxcui));
  }
  const keys = Float64Array.from(ndcs);
  const values = Uint32Array.from(codes);
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
