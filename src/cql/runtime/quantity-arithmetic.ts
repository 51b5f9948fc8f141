import { Quantity } from 'cql-execution';
import { getProductOfUnits, getQuotientOfUnits, normalizeUnitsWhenPossible } from 'cql-execution/lib/util/units.js';
import { decimalOrNull } from './decimal.ts';
import { inOneUnit, unitOf } from './quantity.ts';

/** A quantity of a unit; null where the value is out of range or there is no such unit. */
export const quantityOrNull = (value: number, unit: string | null): Quantity | null => {
  const decimal = decimalOrNull(value);
  return decimal === null || unit === null ? null : new Quantity(decimal, unit);
};

/** The sum in the smaller unit; null where the units do not convert. */
export const addQuantities = (a: Quantity, b: Quantity): Quantity | null => {
  const values = inOneUnit(a, b);
  return values === null ? null : quantityOrNull(values[0] + values[1], values[2]);
};

/** The difference in the smaller unit; null where the units do not convert. */
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity | null => {
  const values = inOneUnit(a, b);
  return values === null ? null : quantityOrNull(values[0] - values[1], values[2]);
};

/** The product, in the product of the units. */
export const multiplyQuantities = (a: Quantity, b: Quantity): Quantity | null => {
  const [left, unit, right, other] = measures(a, b);
  return quantityOrNull(left * right, getProductOfUnits(unit, other));
};

/** The quotient, in the quotient of the units; null for a division by zero. */
export const divideQuantities = (a: Quantity, b: Quantity): Quantity | null => {
  if (unitOf(a) === unitOf(b)) return quantityOrNull(a.value / b.value, '1');
  const [left, unit, right, other] = measures(a, b);
  return quantityOrNull(left / right, getQuotientOfUnits(unit, other));
};

/** Of units that convert into each other, as g and mg, both in the same, so that their powers add up. */
const measures = (a: Quantity, b: Quantity): readonly [number, string, number, string] =>
  normalizeUnitsWhenPossible(a.value, unitOf(a), b.value, unitOf(b)) as [number, string, number, string];
