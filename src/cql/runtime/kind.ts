/** A FHIR resource as raw JSON: the only raw FHIR that names its type, and equal to nothing but itself. */
export const isResource = (value: object): boolean =>
  typeof (value as { readonly resourceType?: unknown }).resourceType === 'string';

/** What an operator throws when it is given what it is not defined for. */
export const unexpected = (operator: string, expected: string, ...came: readonly unknown[]): Error =>
  new Error(`${operator}: expected ${expected}, got ${came.map(kindOf).join(' and ')}`);

/** The kind of a value for a message; never the value itself, which may be a patient's. */
const kindOf = (value: unknown): string => {
  if (value == null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Array.isArray(value) ? 'list' : (value.constructor?.name ?? 'object');
};
