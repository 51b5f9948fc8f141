import type { Coding, Quantity } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import { canonicalSystem, codeKey, ucum } from './systems.ts';

/** How a value of some unit becomes one of the analyte's unit: factor × value + offset. */
interface UnitConversion {
  readonly factor: number;
  readonly offset: number;
  /** To how many decimals the result is rounded; ten significant digits unless given. */
  readonly decimals?: number;
}

/** What a laboratory or a scale measures, and the one unit in which rules compare it. */
export interface Analyte {
  readonly id: string;
  /** UCUM. */
  readonly unit: string;
  /** Of the other units of UCUM that can be read. */
  readonly units: Readonly<Record<string, UnitConversion>>;
  readonly codes: readonly AnalyteCode[];
}

interface AnalyteCode {
  readonly system: string;
  readonly code: string;
}

/** What this installation can measure in one unit. */
export interface AnalyteTable {
  /**
   * The quantity in its analyte's unit, to ten significant digits; the same object where there is nothing to change.
   * A unit that cannot be read leaves the quantity without a value, so that whatever is compared with it is null.
   */
  normaliseQuantity(codings: readonly Coding[], quantity: Quantity): Quantity;
  /** The analytes that any of the codes is of, in the order of the table. */
  withCodes(codes: readonly AnalyteCode[]): readonly Analyte[];
}

/** A table of analytes, and of units as charts spell them with what UCUM calls them. */
export const createAnalyteTable = (
  analytes: readonly Analyte[],
  spellings: Readonly<Record<string, string>>,
): AnalyteTable => {
  const spelled = new Map(Object.entries(spellings).map(([text, unit]) => [fold(text), unit]));
  const bySystem = new Map<string, Map<string, ReadableAnalyte>>();
  for (const analyte of analytes) {
    const readable = toReadable(analyte);
    for (const { system, code } of analyte.codes) {
      getOrCompute(bySystem, system, () => new Map<string, ReadableAnalyte>()).set(code, readable);
    }
  }
  const analyteOf = (codings: readonly (Coding | null)[]): ReadableAnalyte | undefined => {
    for (const coding of codings) {
      const found = bySystem.get(canonicalSystem(coding?.system) ?? '')?.get(coding?.code ?? '');
      if (found) return found;
    }
    return undefined;
  };
  const read = ({ byUnit, byText }: ReadableAnalyte, text: string): UnitConversion | undefined =>
    byUnit.get(text) ?? byText.get(fold(text)) ?? byUnit.get(spelled.get(fold(text)) ?? '');

  const conversionFor = (analyte: ReadableAnalyte, { system, code, unit }: Quantity): UnitConversion | undefined => {
    if (isBlank(code) && isBlank(unit)) return analyte.withoutUnit;
    const byCode = isBlank(code) ? undefined : read(analyte, code);
    const byUnit = isBlank(unit) ? undefined : read(analyte, unit);
    if (byCode === undefined) return system === ucum && !isBlank(code) ? undefined : byUnit;
    // A code and a text that say two things leave open which of them the number is in.
    return byUnit === undefined || same(byCode, byUnit) ? byCode : undefined;
  };

  return {
    withCodes: (codes) => {
      const keys = new Set(codes.map(({ system, code }) => codeKey(system, code)));
      return analytes.filter((analyte) => analyte.codes.some(({ system, code }) => keys.has(codeKey(system, code))));
    },
    normaliseQuantity: (codings, quantity) => {
      const analyte = analyteOf(codings);
      if (!analyte || typeof quantity.value !== 'number' || isIn(quantity, analyte.unit)) return quantity;
      const conversion = conversionFor(analyte, quantity);
      if (!conversion) return withoutValue(quantity);
      const { unit } = analyte;
      return { ...quantity, value: convert(quantity.value, conversion), unit, system: ucum, code: unit };
    },
  };
};

/** The value in the analyte's unit, without the error that binary fractions add to it. */
const convert = (value: number, { factor, offset, decimals }: UnitConversion): number => {
  const exact = Number((value * factor + offset).toPrecision(10));
  return decimals === undefined ? exact : Number(exact.toFixed(decimals));
};

interface ReadableAnalyte {
  readonly unit: string;
  readonly byUnit: ReadonlyMap<string, UnitConversion>;
  /** The same by unit without regard to case and blanks, which laboratories write as they like. */
  readonly byText: ReadonlyMap<string, UnitConversion>;
  /** How a number without a unit is read, where the analyte has none. */
  readonly withoutUnit: UnitConversion | undefined;
}

const unchanged: UnitConversion = { factor: 1, offset: 0 };

const toReadable = ({ unit, units }: Analyte): ReadableAnalyte => {
  const byUnit = new Map([[unit, unchanged], ...Object.entries(units)]);
  return {
    unit,
    byUnit,
    byText: new Map([...byUnit].map(([text, conversion]) => [fold(text), conversion])),
    withoutUnit: unit === '1' ? unchanged : undefined,
  };
};

/** A unit without regard to case, blanks, and which of its two signs stands for micro. */
const fold = (text: string): string =>
  text
    .replace(/[\u00b5\u03bc]/g, 'u')
    .replace(/\s+/g, '')
    .toLowerCase();

const isIn = ({ system, code, unit }: Quantity, ours: string): boolean =>
  code === ours && system === ucum && (unit === undefined || unit === ours);

const isBlank = (text: unknown): text is undefined => typeof text !== 'string' || text.trim() === '';

const same = (a: UnitConversion, b: UnitConversion): boolean =>
  Math.abs(a.factor - b.factor) < 1e-9 * a.factor && a.offset === b.offset;

const withoutValue = ({ value, ...rest }: Quantity): Quantity => rest;
