import type { Date as CqlDate, DateTime } from 'cql-execution';
import { Quantity } from 'cql-execution';
import { choiceName, elementType, lineage, type ModelInfo } from '../model-info.ts';
import type { EvaluationState } from './evaluation.ts';
import { FhirValue, untagged } from './fhir-value.ts';
import { readDate, readDateTime, readTime } from './read-date.ts';

type Json = Readonly<Record<string, unknown>>;

/** A list element as a list: one object where the specification has a list (seen in requests) is a list of one. */
export const many = (value: unknown): readonly unknown[] | null =>
  value == null ? null : Array.isArray(value) ? value : [value];

/** `value[x]` where any of its types may be there: the first of `table` (name in JSON, type) that is, with its type. */
export const choice = (parent: unknown, table: readonly (readonly [key: string, type: string])[]): FhirValue | null => {
  if (parent == null) return null;
  for (const [key, type] of table) {
    const value = (parent as Json)[key];
    if (value != null) return new FhirValue(type, value);
    // A primitive that has only an extension is there, without a value.
    if ((parent as Json)[`_${key}`] != null) return new FhirValue(type, null);
  }
  return null;
};

/** The value with its type, null staying null. */
export const tag = (type: string, value: unknown): FhirValue | null =>
  value == null ? null : value instanceof FhirValue ? value : new FhirValue(type, value);

/** The raw value, where its tag is one of the types; else null. */
export const asFhir = (value: unknown, types: ReadonlySet<string>): unknown =>
  value instanceof FhirValue && types.has(value.type) ? value.value : null;

/** The resource, where it is of one of the types; else null. */
export const asResource = (value: unknown, types: ReadonlySet<string>): unknown =>
  isFhir(types)(value) ? value : null;

/** Whether a primitive element is neither there nor represented by an extension. */
export const isAbsent = (parent: unknown, key: string, sibling: string): boolean =>
  parent == null || ((parent as Json)[key] == null && (parent as Json)[sibling] == null);

/** A test for the types of resources, by what they call themselves, and of tagged values. */
export const isFhir =
  (types: ReadonlySet<string>) =>
  (value: unknown): boolean =>
    value instanceof FhirValue
      ? types.has(value.type)
      : typeof value === 'object' && value !== null && types.has(`FHIR.${String((value as Json).resourceType)}`);

/**
 * An element of a value whose type is not known before it is there: of a tagged value, a resource, a tuple or a value of
 * CQL. What comes back tells its own type again.
 */
export const elementOf = (model: ModelInfo, value: unknown, path: string, e: EvaluationState): unknown => {
  if (value == null) return null;
  if (Array.isArray(value)) return value.flatMap((item) => elementOf(model, item, path, e) ?? []);
  const raw = untagged(value);
  const type = value instanceof FhirValue ? value.type : typeOfResource(raw);
  if (raw == null) return null;
  if (type === undefined) return (raw as Json)[path] ?? null;
  const element = elementType(model, type, path);
  if (element === undefined) return null;
  if (typeof element !== 'string')
    return choice(
      raw,
      element.map((each) => [choiceName(path, each), each] as const),
    );
  if (path === 'value' && element.startsWith('System.')) return primitive(raw, element, e);
  const listed = /^List<(.+)>$/.exec(element)?.[1];
  const found = (raw as Json)[path];
  if (found == null) return null;
  return listed === undefined ? selfTold(element, found) : (many(found) ?? []).map((item) => selfTold(listed, item));
};

const typeOfResource = (value: unknown): string | undefined => {
  const resourceType = typeof value === 'object' && value !== null ? (value as Json).resourceType : undefined;
  return typeof resourceType === 'string' ? `FHIR.${resourceType}` : undefined;
};

const selfTold = (type: string, value: unknown): unknown =>
  type.startsWith('System.') || typeOfResource(value) !== undefined ? value : tag(type, value);

const primitive = (raw: unknown, type: string, e: EvaluationState): unknown => {
  switch (type) {
    case 'System.DateTime':
      return dateTimeValue(raw, e);
    case 'System.Date':
      return dateValue(raw);
    case 'System.Time':
      return timeValue(raw);
    case 'System.String':
      return stringValue(raw);
    default:
      return raw;
  }
};

/** The DateTime of a FHIR dateTime or instant, read in the evaluation's zone. */
export const dateTimeValue = (raw: unknown, e: EvaluationState): DateTime | null => {
  if (raw == null) return null;
  // One element is often read several times in a row.
  if (raw !== e.lastText) {
    e.lastMoment = readDateTime(raw, e.zone);
    e.lastText = raw;
  }
  return e.lastMoment;
};

/** The Date of a FHIR date. */
export const dateValue = (raw: unknown): CqlDate | null => readDate(raw);

/** The Time of a FHIR time. */
export const timeValue = (raw: unknown): DateTime | null => readTime(raw);

/** The text of a FHIR primitive that is written as text. */
export const stringValue = (raw: unknown): string | null =>
  typeof raw === 'string' ? raw : raw == null ? null : String(raw);

/** A FHIR Quantity to sort by. */
export const quantityOf = (raw: unknown): Quantity | null => {
  const { value, code, unit } = (raw ?? {}) as { value?: number; code?: string; unit?: string };
  return typeof value === 'number' ? new Quantity(value, code ?? unit ?? '1') : null;
};

/** What a value that tells its own type is sorted by: a FHIR primitive's value, a Quantity; null for other FHIR types. */
export const sortKeyOf = (model: ModelInfo, value: unknown, e: EvaluationState): unknown => {
  if (!(value instanceof FhirValue)) return value;
  if (lineage(model, value.type).includes('FHIR.Quantity')) return quantityOf(value.value);
  const inner = elementType(model, value.type, 'value');
  return typeof inner === 'string' && inner.startsWith('System.') ? elementOf(model, value, 'value', e) : null;
};
