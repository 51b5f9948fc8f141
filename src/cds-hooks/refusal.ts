import { CarehookError, type ErrorCode, messageOf } from '../errors.ts';
import type { RequestIssue } from './schema.ts';

/** A call that was refused, as plain data: an Error loses its code on the way from another thread. */
export type Refusal =
  | { readonly code: ErrorCode; readonly message: string; readonly issues?: readonly RequestIssue[] }
  | { readonly code: 'INTERNAL'; readonly name: string; readonly message: string; readonly stack: string };

/** Anything that was thrown while a call was read or answered, as the error that its client is told. */
export const toCarehookError = (thrown: unknown): CarehookError => {
  if (thrown instanceof CarehookError) return thrown;
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message))
    return new CarehookError('REQUEST_INVALID', 'the body is nested more deeply than any FHIR resource', {
      cause: thrown,
    });
  const { type, status } = thrown as { type?: unknown; status?: unknown };
  if (type === 'entity.parse.failed')
    return new CarehookError('REQUEST_NOT_JSON', `expected a JSON body: ${messageOf(thrown)}`);
  if (type === 'entity.too.large')
    return new CarehookError('REQUEST_TOO_LARGE', 'the body is larger than this service accepts');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new CarehookError('REQUEST_INVALID', messageOf(thrown), { cause: thrown });
  return new CarehookError('INTERNAL', 'an unforeseen error; the log of the service has it', { cause: thrown });
};

/** The issues of a request that says not all it must; none for any other error. */
export const issuesOf = ({ cause }: CarehookError): readonly RequestIssue[] =>
  Array.isArray(cause) ? (cause as readonly RequestIssue[]) : [];

/** What was thrown, as it crosses threads. */
export const toRefusal = (thrown: unknown): Refusal => {
  const error = toCarehookError(thrown);
  if (error.code !== 'INTERNAL') return { code: error.code, message: error.message, issues: issuesOf(error) };
  const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  return { code: 'INTERNAL', name, message, stack };
};

/** The error behind a refusal, for the same answer and log as where it was thrown. */
export const fromRefusal = (refusal: Refusal): Error =>
  'stack' in refusal
    ? Object.assign(new Error(refusal.message), { name: refusal.name, stack: refusal.stack })
    : new CarehookError(refusal.code, refusal.message, { cause: refusal.issues });
