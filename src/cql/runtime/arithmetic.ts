import { Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { addDuration, subtractDuration } from './add-duration.ts';
import { isTemporal } from './calendar.ts';
import { greater, less, lessOrEqual } from './comparison.ts';
import { decimalOrNull, integerOrNull, longOrNull } from './decimal.ts';
import { unexpected } from './kind.ts';
import { convertValue, unitOf } from './quantity.ts';
import {
  addQuantities,
  divideQuantities,
  multiplyQuantities,
  quantityOrNull,
  subtractQuantities,
} from './quantity-arithmetic.ts';

type Operator = (a: unknown, b: unknown, type?: string) => unknown;

/** The sum; of a date and a quantity the later date, of two texts one. Null where it is out of range. */
export const add: Operator = (a, b, type) => {
  if (a == null || b == null) return null;
  if (typeof a === 'number' && typeof b === 'number') return inRange(a + b, a, b, type);
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return longOrNull(a + b);
  if (isUncertain(a, b)) return combine(add, a, b, type);
  if (isTemporal(a) && b instanceof Quantity) return addDuration(a, b);
  if (a instanceof Quantity && b instanceof Quantity) return addQuantities(a, b);
  throw unexpected('+', 'two numbers, two quantities, two texts, or a date and a quantity', a, b);
};

/** The difference; of a date and a quantity the earlier date. Null where it is out of range. */
export const subtract: Operator = (a, b, type) => {
  if (a == null || b == null) return null;
  if (typeof a === 'number' && typeof b === 'number') return inRange(a - b, a, b, type);
  if (typeof a === 'bigint' && typeof b === 'bigint') return longOrNull(a - b);
  if (isUncertain(a, b)) return combine(subtract, a, b, type);
  if (isTemporal(a) && b instanceof Quantity) return subtractDuration(a, b);
  if (a instanceof Quantity && b instanceof Quantity) return subtractQuantities(a, b);
  throw unexpected('-', 'two numbers, two quantities, or a date and a quantity', a, b);
};

/** The product; units are multiplied too. Null where it is out of range. */
export const multiply: Operator = (a, b, type) => {
  if (a == null || b == null) return null;
  if (typeof a === 'number' && typeof b === 'number') return inRange(a * b, a, b, type);
  if (typeof a === 'bigint' && typeof b === 'bigint') return longOrNull(a * b);
  if (isUncertain(a, b)) return combine(multiply, a, b, type);
  const [left, right] = [plainNumber(a), plainNumber(b)];
  if (a instanceof Quantity && right !== undefined) return quantityOrNull(a.value * right, unitOf(a));
  if (b instanceof Quantity && left !== undefined) return quantityOrNull(left * b.value, unitOf(b));
  if (a instanceof Quantity && b instanceof Quantity) return multiplyQuantities(a, b);
  throw unexpected('*', 'two numbers or quantities', a, b);
};

/** The quotient, a Decimal or a quantity; null where the divisor is 0. */
export const divide: Operator = (a, b, type) => {
  if (a == null || b == null) return null;
  if (typeof a === 'number' && typeof b === 'number') return decimalOrNull(a / b);
  if (typeof a === 'bigint' && typeof b === 'bigint') return decimalOrNull(Number(a) / Number(b));
  if (isUncertain(a, b)) return combine(divide, a, b, type);
  if (a instanceof Quantity) {
    const divisor = plainNumber(b);
    if (divisor !== undefined) return quantityOrNull(a.value / divisor, unitOf(a));
    if (b instanceof Quantity) return divideQuantities(a, b);
  }
  throw unexpected('/', 'two numbers or quantities', a, b);
};

/** The quotient without what is after the point; null where the divisor is 0. */
export const truncatedDivide: Operator = (a, b, type) =>
  wholeDivision(
    'div',
    a,
    b,
    type,
    (x, y) => (x - (x % y)) / y,
    (x, y) => x / y,
    truncatedDivide,
  );

/** What is left over by `truncatedDivide`, with the sign of the dividend; null where the divisor is 0. */
export const modulo: Operator = (a, b, type) => {
  const remainder = (x: number, y: number): number => x % y;
  return wholeDivision('mod', a, b, type, remainder, (x, y) => x % y, modulo);
};

const wholeDivision = (
  name: string,
  a: unknown,
  b: unknown,
  type: string | undefined,
  ofNumbers: (a: number, b: number) => number,
  ofLongs: (a: bigint, b: bigint) => bigint,
  operator: Operator,
): unknown => {
  if (a == null || b == null) return null;
  if (typeof a === 'number' && typeof b === 'number')
    return b === 0 ? null : inRange(inSteps(a, b, ofNumbers, name === 'mod'), a, b, type);
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? null : longOrNull(ofLongs(a, b));
  if (isUncertain(a, b)) return combine(operator, a, b, type);
  if (a instanceof Quantity && b instanceof Quantity) {
    const divisor = convertValue(b.value as number, unitOf(b), unitOf(a));
    if (divisor === null || divisor === 0) return null;
    return quantityOrNull(inSteps(a.value as number, divisor, ofNumbers, name === 'mod'), unitOf(a));
  }
  throw unexpected(name, 'two numbers or quantities', a, b);
};

/** In whole steps of 10⁻⁸ where they are exact, so that 0.3 div 0.1 is 3 and not 2. */
const inSteps = (a: number, b: number, divide: (a: number, b: number) => number, isRemainder: boolean): number => {
  if (Number.isInteger(a) && Number.isInteger(b)) return divide(a, b);
  const [left, right] = [Math.round(a * 1e8), Math.round(b * 1e8)];
  if (!Number.isSafeInteger(left) || !Number.isSafeInteger(right) || right === 0) return divide(a, b);
  return isRemainder ? divide(left, right) / 1e8 : divide(left, right);
};

/** The number with the other sign; null for the least Integer or Long, which has no counterpart. */
export const negate = (a: unknown, type?: string): unknown => {
  if (a == null) return null;
  if (typeof a === 'number') return inRange(0 - a, a, a, type);
  if (typeof a === 'bigint') return longOrNull(-a);
  if (a instanceof Quantity) return quantityOrNull(0 - a.value, unitOf(a));
  if (a instanceof Uncertainty) return new Uncertainty(negate(a.high, type), negate(a.low, type));
  throw unexpected('-', 'a number or a quantity', a);
};

/** The number without its sign; null for the least Integer or Long, which has no counterpart. */
export const abs = (a: unknown, type?: string): unknown => {
  if (a == null) return null;
  if (typeof a === 'number') return inRange(Math.abs(a), a, a, type);
  if (typeof a === 'bigint') return longOrNull(a < 0n ? -a : a);
  if (a instanceof Quantity) return quantityOrNull(Math.abs(a.value as number), unitOf(a));
  throw unexpected('Abs', 'a number or a quantity', a);
};

/** The result as a value of its type: an Integer, or a Decimal; without a type two whole numbers are Integers. */
const inRange = (result: number, a: number, b: number, type: string | undefined): number | null =>
  type === 'Integer' || (type !== 'Decimal' && Number.isInteger(a) && Number.isInteger(b) && Number.isInteger(result))
    ? integerOrNull(result)
    : decimalOrNull(result);

/** The number that a quantity without a unit is. */
const plainNumber = (value: unknown): number | undefined =>
  typeof value === 'number'
    ? value
    : value instanceof Quantity && unitOf(value) === '1'
      ? (value.value as number)
      : undefined;

const isUncertain = (a: unknown, b: unknown): boolean => a instanceof Uncertainty || b instanceof Uncertainty;

/** The least and greatest of what an operator makes of the ends of two spans. */
const combine = (operator: Operator, a: unknown, b: unknown, type: string | undefined): unknown => {
  const [left, right] = [Uncertainty.from(a) as Uncertainty, Uncertainty.from(b) as Uncertainty];
  if (operator === divide || operator === truncatedDivide || operator === modulo)
    if (lessOrEqual(right.low, zeroLike(right.low)) !== false && less(right.high, zeroLike(right.high)) !== true)
      return null;
  const ends = [left.low, left.high].flatMap((x) => [operator(x, right.low, type), operator(x, right.high, type)]);
  if (ends.some((end) => end === null)) return null;
  const low = ends.reduce((least, end) => (less(end, least) ? end : least));
  const high = ends.reduce((most, end) => (greater(end, most) ? end : most));
  return new Uncertainty(low, high);
};

const zeroLike = (value: unknown): unknown => (value instanceof Quantity ? new Quantity(0, unitOf(value)) : 0);
