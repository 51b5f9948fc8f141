import { Code, Interval, Quantity, Ratio } from 'cql-execution';
import type { CqlValue } from './engine.ts';
import { ModelObject } from './model-object.ts';
import { FhirValue } from './runtime/fhir-value.ts';

/** What an engine's own object for FHIR stands for: the JSON of a resource or an element. */
export interface FhirContent {
  readonly json: unknown;
}

/** Makes values of cql-execution's plain, given how an engine holds FHIR; `open` gives undefined for what is no FHIR. */
export const createToPlain = (open: (value: object) => FhirContent | undefined): ((value: unknown) => CqlValue) => {
  const toPlain = (value: unknown): CqlValue => {
    if (value == null) return null;
    // JSON has no Long: a number where it holds all digits, else their text.
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    if (typeof value !== 'object') return value as string | number | boolean;
    if (Array.isArray(value)) return value.map(toPlain);
    const fhir = open(value);
    if (fhir) return fhir.json as CqlValue;
    if (value instanceof Quantity) return { value: value.value as number, unit: (value.unit as string | null) ?? '1' };
    if (value instanceof Ratio) return { numerator: toPlain(value.numerator), denominator: toPlain(value.denominator) };
    if (value instanceof Interval)
      // Closed unless told, as a parameter's value is read.
      return {
        low: toPlain(value.low),
        high: toPlain(value.high),
        ...(value.lowClosed === false && { lowClosed: false }),
        ...(value.highClosed === false && { highClosed: false }),
      };
    if (value instanceof Code)
      return { code: value.code, system: value.system ?? null, display: value.display ?? null };
    if ('isDateTime' in value || 'isDate' in value) return String(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
  };
  return toPlain;
};

/** A value of an engine of ours without its classes. */
export const toPlain = createToPlain((value) => {
  if (value instanceof ModelObject)
    return value.isPrimitive() ? { json: value.json.value ?? null } : { json: value.json };
  if (value instanceof FhirValue) return { json: value.value ?? null };
  // A resource stays the object that it is.
  return 'resourceType' in value ? { json: value } : undefined;
});
