import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';

type IssueCode = OperationOutcomeIssue['code'];

/** A request that cannot be answered: what was expected, what came, and where. */
export class FhirError extends Error {
  readonly status: number;
  readonly issueCode: IssueCode;
  readonly expression: string | undefined;

  constructor(status: number, issueCode: IssueCode, message: string, expression?: string) {
    super(message);
    this.name = 'FhirError';
    this.status = status;
    this.issueCode = issueCode;
    this.expression = expression;
  }
}

/** Gives the same error with its place inside a Bundle, so that the client finds the entry. */
export function errorIn(place: string, error: FhirError): FhirError {
  const expression = error.expression === undefined ? place : `${place}.${error.expression}`;
  return new FhirError(error.status, error.issueCode, `${place}: ${error.message}`, expression);
}

/** Gives the OperationOutcome that says one thing. */
export function outcome(
  severity: OperationOutcomeIssue['severity'],
  code: IssueCode,
  diagnostics: string,
  expression?: string,
): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity, code, diagnostics, ...(expression === undefined ? {} : { expression: [expression] }) }],
  };
}

/** Gives the OperationOutcome of an error. */
export function outcomeOf(error: FhirError): OperationOutcome {
  return outcome('error', error.issueCode, error.message, error.expression);
}

const BODY_ISSUES: Readonly<Record<number, IssueCode>> = { 400: 'structure', 413: 'too-long', 415: 'not-supported' };

/** Turns whatever was thrown into a FhirError; an error nobody foresaw becomes 500 and tells nothing of its inside. */
export function fhirErrorFrom(error: unknown): FhirError {
  if (error instanceof FhirError) return error;
  // Express and its body parser throw http-errors, which carry `status`; `expose` says that the message is fit to show.
  const { status, message, expose } = Object(error) as { status?: unknown; message?: unknown; expose?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const words = expose === true && typeof message === 'string' ? message : 'the request could not be read';
    return new FhirError(
      status,
      BODY_ISSUES[status] ?? 'invalid',
      `expected a readable request of at most 5 MB; ${words}`,
    );
  }
  return new FhirError(500, 'exception', 'the sample FHIR server failed; this is a fault of its own');
}
