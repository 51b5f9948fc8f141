import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';

/** An OperationOutcome with one error. */
export const operationOutcome = (
  code: string,
  diagnostics: string,
  expression?: readonly string[],
): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: code as OperationOutcomeIssue['code'],
      diagnostics,
      ...(expression && expression.length > 0 && { expression: [...expression] }),
    },
  ],
});
