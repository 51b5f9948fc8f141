import cors from 'cors';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { type CdsHooksDeps, cdsHooksRouter } from './cds-hooks/router.ts';
import type { RequestIssue } from './cds-hooks/schema.ts';
import { CarehookError, messageOf } from './errors.ts';
import { operationOutcome } from './fhir/operation-outcome.ts';

export interface AppDeps extends CdsHooksDeps {
  /** The largest request body, in the form of the `bytes` package: a whole record in prefetch can be large. */
  readonly bodyLimit: string;
}

/** The HTTP application; it listens nowhere and reads no environment. */
export const createApp = (deps: AppDeps): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet());
  app.use(cors({ methods: ['GET', 'POST'], allowedHeaders: ['Authorization', 'Content-Type'], maxAge: 600 }));
  app.use(express.json({ limit: deps.bodyLimit, type: ['application/json', 'application/*+json'] }));
  app.use(cdsHooksRouter(deps));
  app.use((request, _response, next) => {
    next(
      new CarehookError(
        'NOT_FOUND',
        `expected /cds-services or a page of this service, got ${request.method} ${request.path}`,
      ),
    );
  });
  app.use(errorHandler(deps.log));
  return app;
};

/** Every error becomes an OperationOutcome; words of an unforeseen one stay in the log, they may quote a record. */
const errorHandler =
  (log: Logger): ErrorRequestHandler =>
  (thrown, request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const error = toCarehookError(thrown);
    log[error.status >= 500 ? 'error' : 'info'](
      {
        code: error.code,
        method: request.method,
        path: request.route?.path ?? 'none',
        ...(error.code === 'INTERNAL' && { err: thrown }),
      },
      'refused',
    );
    const issues = Array.isArray(error.cause) ? (error.cause as readonly RequestIssue[]) : undefined;
    response
      .status(error.status)
      .type('application/fhir+json')
      .json(operationOutcome(error.issue, error.message, issues?.map(({ where }) => where).filter(Boolean)));
  };

const toCarehookError = (thrown: unknown): CarehookError => {
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
