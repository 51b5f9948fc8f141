import { decimalOrNull, integerOrNull, longOrNull } from './decimal.ts';

type Num = number | bigint | null;

/** The natural logarithm; null of what has none. */
export const ln = (value: Num): number | null => (value == null ? null : decimalOrNull(Math.log(Number(value))));

/** The logarithm to a base; null of what has none. */
export const log = (value: Num, base: Num): number | null =>
  value == null || base == null ? null : decimalOrNull(Math.log(Number(value)) / Math.log(Number(base)));

/** e to the power of a number; null where it is out of range. */
export const exp = (value: Num): number | null => (value == null ? null : decimalOrNull(Math.exp(Number(value))));

/** A number to the power of another: of Integers and Longs a Decimal where the exponent is negative. */
export const power = (value: Num, exponent: Num, type?: string): Num => {
  if (value == null || exponent == null) return null;
  if (typeof value === 'bigint' && typeof exponent === 'bigint') return longPower(value, exponent);
  const result = Number(value) ** Number(exponent);
  const isWhole = type !== 'Decimal' && Number.isInteger(value) && Number.isInteger(exponent);
  return isWhole && Number(exponent) >= 0 ? integerOrNull(result) : decimalOrNull(result);
};

const longPower = (value: bigint, exponent: bigint): Num => {
  if (exponent < 0n) return decimalOrNull(Number(value) ** Number(exponent));
  // Only 0, 1 and -1 stay within 64 bits beyond this; a larger power would only take long to overflow.
  if (exponent > 63n && (value > 1n || value < -1n)) return null;
  if (value === 0n && exponent > 0n) return 0n;
  return longOrNull(value ** (exponent > 63n ? exponent % 2n : exponent));
};
