import cors from 'cors';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { readBytes } from './cds-hooks/read-bytes.ts';
import { issuesOf, toCarehookError } from './cds-hooks/refusal.ts';
import { type CdsHooksDeps, cdsHooksRouter } from './cds-hooks/router.ts';
import { CarehookError } from './errors.ts';
import { operationOutcome } from './fhir/operation-outcome.ts';
import type { Metrics } from './metrics.ts';

export interface AppDeps extends CdsHooksDeps {
  /** The largest request body, in the form of the `bytes` package: a whole record in prefetch can be large. */
  readonly bodyLimit: string;
  /** Served at `/metrics`; none where it is absent. */
  readonly metrics?: Metrics;
}

/** The HTTP application; it listens nowhere and reads no environment. */
export const createApp = (deps: AppDeps): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet());
  app.use(cors({ methods: ['GET', 'POST'], allowedHeaders: ['Authorization', 'Content-Type'], maxAge: 600 }));
  app.use(readBytes(deps.bodyLimit));
  const { metrics } = deps;
  if (metrics)
    app.get('/metrics', async (_request, response) => {
      response.type(metrics.contentType).send(await metrics.text());
    });
  app.use(cdsHooksRouter({ ...deps, ...(metrics && { answered: metrics.answered }) }));
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
    if (error.code === 'BUSY') response.set('Retry-After', '1');
    const places = issuesOf(error).flatMap(({ where }) => where || []);
    response
      .status(error.status)
      .type('application/fhir+json')
      .json(operationOutcome(error.issue, error.message, places));
  };
