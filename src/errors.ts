/**
 * Every error that can reach a client, with its HTTP status and FHIR issue type. Code branches on the key, never on words.
 */
const table = {
  REQUEST_NOT_JSON: { status: 400, issue: 'structure' },
  REQUEST_TOO_LARGE: { status: 413, issue: 'too-long' },
  REQUEST_INVALID: { status: 400, issue: 'invalid' },
  HOOK_NOT_DECLARED: { status: 400, issue: 'not-supported' },
  SERVICE_UNKNOWN: { status: 404, issue: 'not-found' },
  NOT_FOUND: { status: 404, issue: 'not-found' },
  PATIENT_MISMATCH: { status: 400, issue: 'conflict' },
  DATA_UNAVAILABLE: { status: 412, issue: 'required' },
  NOT_READY: { status: 503, issue: 'transient' },
  BUSY: { status: 503, issue: 'throttled' },
  INTERNAL: { status: 500, issue: 'exception' },
  CONFIG_INVALID: { status: 500, issue: 'exception' },
  RULES_INVALID: { status: 500, issue: 'exception' },
} as const satisfies Record<string, { status: number; issue: string }>;

export type ErrorCode = keyof typeof table;

/** An error with a stable code; the message says what was expected, what came, and where. */
export class CarehookError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CarehookError';
    this.code = code;
  }

  /** The HTTP status that a client gets for this error. */
  get status(): number {
    return table[this.code].status;
  }

  /** The code of the OperationOutcome issue that a client gets for this error. */
  get issue(): string {
    return table[this.code].issue;
  }
}

/** The words of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
