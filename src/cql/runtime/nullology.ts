/** Whether there is no value. */
export const isNull = (value: unknown): boolean => value == null;

/** Whether the value is true; false where there is none. */
export const isTrue = (value: unknown): boolean => value === true;

/** Whether the value is false; false where there is none. */
export const isFalse = (value: unknown): boolean => value === false;

/** The first operand that is not null; of a single list, its first element that is not null. */
export const coalesce = (...operands: readonly unknown[]): unknown => {
  const [only] = operands;
  const candidates = operands.length === 1 && Array.isArray(only) ? (only as readonly unknown[]) : operands;
  for (const candidate of candidates) if (candidate != null) return candidate;
  return null;
};
