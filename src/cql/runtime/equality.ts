import { Code, Interval, Quantity, Ratio } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { isTemporal } from './calendar.ts';
import { codesEquivalent, hasCodes } from './clinical.ts';
import { greater, less } from './comparison.ts';
import { datesEqual, datesEquivalent } from './date-time.ts';
import { decimalDigits, roundHalfUp } from './decimal.ts';
import { untagged } from './fhir-value.ts';
import { intervalEquals, intervalEquivalent } from './interval.ts';
import { isResource } from './kind.ts';
import { and, not } from './logic.ts';
import { quantitiesEqual, quantitiesEquivalent } from './quantity.ts';

type Fields = Readonly<Record<string, unknown>>;

/** CQL's `=`: null where either is null, or where they are not precise enough to tell. */
export const equal = (a: unknown, b: unknown): boolean | null => {
  if (a == null || b == null) return null;
  if (typeof a !== 'object' && typeof b !== 'object') return a === b;
  const [left, right] = [untagged(a), untagged(b)];
  if (left !== a || right !== b) return equal(left, right);
  if (isUncertain(a, b)) return uncertainEqual(a, b);
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (isTemporal(a)) return isTemporal(b) && datesEqual(a, b);
  if (a === b && isResource(a)) return true;
  if (a instanceof Quantity) return b instanceof Quantity && quantitiesEqual(a, b);
  if (a instanceof Interval) return b instanceof Interval && intervalEquals(a, b);
  if (a instanceof Ratio) return b instanceof Ratio && ratiosEqual(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && listsEqual(a, b);
  return a.constructor === b.constructor && fieldsEqual(a as Fields, b as Fields);
};

const isUncertain = (a: unknown, b: unknown): boolean => a instanceof Uncertainty || b instanceof Uncertainty;

const uncertainEqual = (a: unknown, b: unknown): boolean | null => and(not(less(a, b)), not(greater(a, b)));

const ratiosEqual = (a: Ratio, b: Ratio): boolean | null =>
  and(quantitiesEqual(a.numerator, b.numerator), quantitiesEqual(a.denominator, b.denominator));

/** Elements that are both null count as equal; the first pair that is not equal decides. */
const listsEqual = (a: readonly unknown[], b: readonly unknown[]): boolean | null => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const result = a[i] == null && b[i] == null ? true : equal(a[i], b[i]);
    if (result !== true) return result;
  }
  return true;
};

/** Tuples, codes, and raw FHIR that is no resource. */
const fieldsEqual = (a: Fields, b: Fields): boolean | null => {
  if (isResource(a) || isResource(b)) return false;
  const keys = sharedKeys(a, b);
  if (keys === undefined) return false;
  let [isDifferent, isUnknown] = [false, false];
  for (const key of keys) {
    const result = fieldEqual(a, b, key);
    if (result === false) isDifferent = true;
    if (result === null) isUnknown = true;
  }
  if (!isDifferent || !isUnknown) return isDifferent ? false : isUnknown ? null : true;
  if (a instanceof Code) return false;
  // The conformance expressions let the first element decide that is not equal; by name, lest the order of writing count.
  const first = keys.toSorted().find((key) => fieldEqual(a, b, key) !== true);
  return first === undefined ? true : fieldEqual(a, b, first);
};

const fieldEqual = (a: Fields, b: Fields, key: string): boolean | null =>
  a[key] == null && b[key] == null ? true : equal(a[key], b[key]);

const sharedKeys = (a: Fields, b: Fields): readonly string[] | undefined => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key)) ? keys : undefined;
};

/** CQL's `!=`. */
export const notEqual = (a: unknown, b: unknown): boolean | null => not(equal(a, b));

/** CQL's `~`: true or false of anything; null is equivalent to null alone. */
export const equivalent = (a: unknown, b: unknown): boolean => {
  if (a == null || b == null) return a == null && b == null;
  if (typeof a === 'string' && typeof b === 'string') return textsEquivalent(a, b);
  if (typeof a === 'number' && typeof b === 'number') return numbersEquivalent(a, b);
  if (hasCodes(a) || hasCodes(b)) return codesEquivalent(a, b);
  const [left, right] = [untagged(a), untagged(b)];
  if (left !== a || right !== b) return equivalent(left, right);
  if (typeof a !== 'object' || typeof b !== 'object') return equal(a, b) === true;
  if (isTemporal(a)) return isTemporal(b) && datesEquivalent(a, b);
  if (a instanceof Quantity) return b instanceof Quantity && quantitiesEquivalent(a, b);
  if (a instanceof Interval) return b instanceof Interval && intervalEquivalent(a, b);
  if (a instanceof Ratio) return b instanceof Ratio && ratiosEquivalent(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && listsEquivalent(a, b);
  if (isUncertain(a, b)) return uncertainEqual(a, b) === true;
  return a === b || (a.constructor === b.constructor && fieldsEquivalent(a as Fields, b as Fields));
};

const collator = new Intl.Collator('en', { sensitivity: 'base' });

/** Without regard to case, accents and the kind of white space. */
const textsEquivalent = (a: string, b: string): boolean =>
  a === b || collator.compare(a.replace(/\s/g, ' '), b.replace(/\s/g, ' ')) === 0;

/** Decimals are compared at the digits of the one that has fewer, zeros at the end not counted. */
const numbersEquivalent = (a: number, b: number): boolean => {
  if (a === b || (Number.isInteger(a) && Number.isInteger(b))) return a === b;
  const digits = Math.min(decimalDigits(a), decimalDigits(b));
  return roundHalfUp(a, digits) === roundHalfUp(b, digits);
};

/** 1:100 is as good as 10:1000. */
const ratiosEquivalent = (a: Ratio, b: Ratio): boolean => {
  const [left, right] = [a.numerator.dividedBy(a.denominator), b.numerator.dividedBy(b.denominator)];
  return left !== null && right !== null && quantitiesEquivalent(left, right);
};

const listsEquivalent = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => equivalent(item, b[i]));

const fieldsEquivalent = (a: Fields, b: Fields): boolean =>
  !isResource(a) && !isResource(b) && (sharedKeys(a, b)?.every((key) => equivalent(a[key], b[key])) ?? false);
