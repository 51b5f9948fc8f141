import { Code, Interval, Quantity, Ratio } from 'cql-execution';
import type { FhirResource } from 'fhir/r4.js';
import type { CqlValue } from './engine.ts';
import { ModelObject } from './model-object.ts';

/** A value of cql-execution's without its classes. */
export const toPlain = (value: unknown): CqlValue => {
  if (value == null) return null;
  if (typeof value !== 'object') return value as string | number | boolean;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof ModelObject) {
    const primitive = value.get('value');
    return value.json.resourceType === undefined && primitive !== undefined && !(primitive instanceof ModelObject)
      ? toPlain(primitive)
      : (value.json as unknown as FhirResource);
  }
  if (value instanceof Quantity) return { value: value.value as number, unit: (value.unit as string | null) ?? '1' };
  if (value instanceof Ratio) return { numerator: toPlain(value.numerator), denominator: toPlain(value.denominator) };
  if (value instanceof Interval) return { low: toPlain(value.low), high: toPlain(value.high) };
  if (value instanceof Code) return { code: value.code, system: value.system ?? null, display: value.display ?? null };
  if ('isDateTime' in value || 'isDate' in value) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
};
