import { Code, Concept } from 'cql-execution';

/** Whether `~` asks for codes in common, and not for the same structure. */
export const hasCodes = (value: unknown): boolean => value instanceof Code || value instanceof Concept;

/** Whether two codes, concepts, or lists of them have a code in common: the same code of the same system. */
export const codesEquivalent = (a: unknown, b: unknown): boolean => {
  if (a instanceof Code && b instanceof Code) return sameCode(a, b);
  const left = codesOf(a);
  return codesOf(b).some((code) => left.some((other) => sameCode(other, code)));
};

/** A text stands for a code of any system. */
const codesOf = (value: unknown): readonly (Code | string)[] => {
  if (value instanceof Code || typeof value === 'string') return [value];
  if (value instanceof Concept) return value.codes as Code[];
  return Array.isArray(value) ? value.flatMap(codesOf) : [];
};

const sameCode = (a: Code | string, b: Code | string): boolean => {
  if (typeof a === 'string') return a === (typeof b === 'string' ? b : b.code);
  if (typeof b === 'string') return a.code === b;
  return a.code === b.code && (a.system ?? null) === (b.system ?? null);
};

/** A code, or a list of codes, as the concept that has them. */
export const toConcept = (value: unknown): Concept | null => {
  if (value == null || value instanceof Concept) return value ?? null;
  if (Array.isArray(value)) return new Concept(value.filter((code) => code != null));
  return new Concept([value], (value as Code).display);
};
