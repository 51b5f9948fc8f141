/**
 * The source as it is.
 *
 * @throws Error with the message when the condition is true and the severity is 'Error'
 */
export const message = (
  source: unknown,
  condition: boolean | null,
  code: string | null,
  severity: string | null,
  text: string | null,
): unknown => {
  if (condition === true && severity === 'Error') throw new Error(`${code ?? 'Error'}: ${text ?? ''}`);
  return source ?? null;
};
