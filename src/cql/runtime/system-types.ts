import { Code, Concept, Date as CqlDate, DateTime, Interval, Quantity, Ratio } from 'cql-execution';
import { FhirValue } from './fhir-value.ts';

export type TypeTest = (value: unknown) => boolean;

/** A test for a type of CQL's own. */
export const isSystem = (name: string): TypeTest => systemTests[name] ?? (() => false);

const systemTests: Readonly<Record<string, TypeTest>> = {
  Any: (value) => value != null,
  Boolean: (value) => typeof value === 'boolean',
  Integer: (value) => Number.isInteger(value),
  Long: (value) => typeof value === 'bigint',
  Decimal: (value) => typeof value === 'number',
  String: (value) => typeof value === 'string',
  Date: (value) => value instanceof CqlDate,
  DateTime: (value) => value instanceof DateTime && !value.isTime(),
  Time: (value) => value instanceof DateTime && value.isTime() === true,
  Quantity: (value) => value instanceof Quantity,
  Ratio: (value) => value instanceof Ratio,
  Code: (value) => value instanceof Code,
  Concept: (value) => value instanceof Concept,
};

/** A test for lists whose items pass a test, null among them. */
export const isListOf =
  (item: TypeTest): TypeTest =>
  (value) =>
    Array.isArray(value) && value.every((each) => each == null || item(each));

/** A test for intervals whose bounds pass a test. */
export const isIntervalOf =
  (point: TypeTest): TypeTest =>
  (value) =>
    value instanceof Interval && [value.low, value.high].every((bound) => bound == null || point(bound));

/** A test for tuples that have no other elements. */
export const isTuple = (names: readonly string[]): TypeTest => {
  const known = new Set(names);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).every((name) => known.has(name));
};

/** A test that any of several must pass. */
export const isAnyOf =
  (tests: readonly TypeTest[]): TypeTest =>
  (value) =>
    tests.some((test) => test(value));

/** A test that every value passes. */
export const isAnything: TypeTest = () => true;

/** The value, where it passes the test; else null. */
export const asSystem = (value: unknown, test: TypeTest): unknown => (test(value) ? value : null);

/** Whether a value is there and passes the test. */
export const isOfType = (value: unknown, test: TypeTest): boolean => value != null && test(value);

/**
 * The value, which must pass the test where it is there.
 *
 * @throws Error naming the type when it does not: `cast … as` asks for that
 */
export const castTo = (value: unknown, test: TypeTest, type: string): unknown => {
  if (value == null || test(value)) return value ?? null;
  throw new Error(`cannot cast ${value instanceof FhirValue ? value.type : typeof value} as ${type}`);
};
