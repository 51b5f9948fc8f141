import { Quantity, Ratio } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { limitDecimalPrecision } from 'cql-execution/lib/util/math.js';
import { checkUnit } from 'cql-execution/lib/util/units.js';
import { decimalOrNull, decimalText, integerOrNull, longOrNull } from './decimal.ts';
import { untagged } from './fhir-value.ts';
import { unitOf } from './quantity.ts';

/** A value as text. FHIR's 8.0 is JSON's 8 and has lost its zero, so that a whole Decimal gets none. */
const asText = (value: unknown): string | null => {
  if (value == null) return null;
  if (typeof value === 'number') return decimalText(value);
  if (value instanceof Quantity) return `${decimalText(value.value)} '${unitOf(value)}'`;
  if (value instanceof Ratio) return `${asText(value.numerator)}:${asText(value.denominator)}`;
  return String(untagged(value));
};

const truths = new Set(['true', 't', 'yes', 'y', '1']);
const falsehoods = new Set(['false', 'f', 'no', 'n', '0']);

/** True or false as it may be written: true, t, yes, y, 1; null for anything else. */
export const toBoolean = (value: unknown): boolean | null => {
  if (value == null || typeof value === 'boolean') return value ?? null;
  const text = String(value).toLowerCase();
  return truths.has(text) ? true : falsehoods.has(text) ? false : null;
};

/** The Integer that a text, a Boolean or a Long is; null where it is none. */
export const toInteger = (value: unknown): number | null => {
  if (typeof value === 'number') return integerOrNull(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return integerOrNull(Number(value));
  return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? integerOrNull(Number(value)) : null;
};

/** The Long that a text, a Boolean or an Integer is; null where it is none. */
export const toLong = (value: unknown): bigint | null => {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? longOrNull(BigInt(value)) : null;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const text = typeof value === 'string' ? /^([+-]?)(\d+)$/.exec(value) : null;
  return text === null ? null : longOrNull(text[1] === '-' ? -BigInt(text[2] ?? 0) : BigInt(text[2] ?? 0));
};

/** The Decimal that a number, a text or a Boolean is; digits beyond the eighth are left out. */
export const toDecimal = (value: unknown): number | Uncertainty | null => {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Uncertainty) return new Uncertainty(toDecimal(value.low), toDecimal(value.high));
  return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value)
    ? decimalOrNull(limitDecimalPrecision(Number(value)))
    : null;
};

/** The quantity that a number, a ratio or a text such as `5.5 'cm'` is; null where it is none. */
export const toQuantity = (value: unknown): Quantity | Uncertainty | null => {
  if (value == null || value instanceof Quantity) return value ?? null;
  if (typeof value === 'number') return new Quantity(value, '1');
  if (typeof value === 'bigint') return new Quantity(Number(value), '1');
  if (value instanceof Ratio) return value.numerator.dividedBy(value.denominator);
  if (value instanceof Uncertainty) return new Uncertainty(toQuantity(value.low), toQuantity(value.high));
  return typeof value === 'string' ? parseQuantity(value) : null;
};

const quantityForm = /^\s*([+-]?\d+(?:\.\d+)?)\s*(?:'([^']*)')?\s*$/;

const parseQuantity = (text: string): Quantity | null => {
  const [, digits, unit] = quantityForm.exec(text) ?? [];
  const value = digits === undefined ? null : decimalOrNull(Number(digits));
  const trimmed = unit?.trim() || '1';
  return value === null || !(checkUnit(trimmed) as { valid: boolean }).valid ? null : new Quantity(value, trimmed);
};

/** The ratio that a text such as `1 'mg':2 'mL'` is; null where it is none. */
export const toRatio = (value: unknown): Ratio | null => {
  if (value == null || value instanceof Ratio) return value ?? null;
  // A colon may stand inside a unit's braces: the one between the quantities follows a quote or a digit.
  const [, first, second] = /^(.*?['\d]\s*):(\s*[+-]?\d.*)$/.exec(String(value)) ?? [];
  if (first === undefined || second === undefined) return null;
  const [numerator, denominator] = [parseQuantity(first), parseQuantity(second)];
  return numerator === null || denominator === null ? null : new Ratio(numerator, denominator);
};

export { asText as toString };
