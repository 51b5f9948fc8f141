import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import express from 'express';
import type { Resource } from 'fhir/r4.js';
import { capabilityStatement } from './fhir-server/capability-statement.ts';
import { FhirError, fhirErrorFrom, outcomeOf } from './fhir-server/fhir-error.ts';
import type { Answer } from './fhir-server/interactions.ts';
import { create, existingFor, found, knownType, read, remove, searchType, update } from './fhir-server/interactions.ts';
import { nestsDeeperThan } from './fhir-server/resource.ts';
import { createStore } from './fhir-server/store.ts';
import { processBundle } from './fhir-server/transaction.ts';

export interface FhirServerOptions {
  readonly resources: readonly Resource[];
  /** The FHIR base in links, such as http://127.0.0.1:8081/fhir; without it, what the client called. */
  readonly baseUrl?: string;
  readonly now?: () => Date;
  readonly newId?: () => string;
  /** Is told of a fault of the server's own, which the client only sees as 500. */
  readonly onFault?: (error: unknown) => void;
}

const JSON_TYPES = ['application/fhir+json', 'application/json', 'application/json+fhir'];
const FORM = 'application/x-www-form-urlencoded';
const BODY_LIMIT = '5mb';
const DEEPEST = 70;

/**
 * Creates a small FHIR R4 server in memory under `/fhir`, for demonstration and tests; the resources are never changed.
 * @throws Error for resources it cannot keep: without id, of an unknown type, or two different ones with the same id.
 */
export function createFhirServer(options: FhirServerOptions): express.Express {
  const { resources, now = () => new Date(), newId = randomUUID, onFault = () => undefined } = options;
  const store = createStore(resources, now, newId);
  const started = now();
  const app = express();
  app.disable('x-powered-by');
  // The only entity tags are versions of resources.
  app.disable('etag');

  const baseOf = (req: Request) =>
    (options.baseUrl ?? `${req.protocol}://${req.get('host') ?? ''}${req.baseUrl}`).replace(/\/+$/, '');
  const context = (req: Request) => ({ base: baseOf(req), strict: prefers(req, 'handling=strict') });
  const send = (req: Request, res: Response, { status, resource, stored }: Answer) => {
    res.status(status).type('application/fhir+json');
    if (stored !== undefined) {
      res.set('ETag', `W/"${stored.meta.versionId}"`);
      res.set('Last-Modified', new Date(stored.meta.lastUpdated).toUTCString());
      if (status === 201) {
        res.set('Location', `${baseOf(req)}/${stored.resourceType}/${stored.id}/_history/${stored.meta.versionId}`);
      }
    }
    const silent = resource === undefined || (req.method !== 'GET' && prefers(req, 'return=minimal'));
    res.send(silent ? undefined : JSON.stringify(resource));
  };

  const router = express.Router();
  router.use(acceptJson);
  router.use(express.json({ type: JSON_TYPES, limit: BODY_LIMIT }), express.text({ type: FORM, limit: BODY_LIMIT }));

  router
    .route('/metadata')
    .get((req, res) => send(req, res, { status: 200, resource: capabilityStatement(baseOf(req), started) }))
    .all(refuseMethod('GET'));
  router
    .route('/')
    .post((req, res) => send(req, res, { status: 200, resource: processBundle(store, jsonBody(req), context(req)) }))
    .all(refuseMethod('POST'));
  router
    .route('/:type')
    .get((req, res) => send(req, res, searchType(store, req.params.type, queryOf(req), context(req))))
    .post((req, res) => {
      const type = knownType(req.params.type);
      const existing = existingFor(store, type, req.get('if-none-exist'), baseOf(req));
      send(req, res, existing === undefined ? create(store, type, jsonBody(req)) : found(existing));
    })
    .all(refuseMethod('GET, POST'));
  router
    .route('/:type/_search')
    .post((req, res) => {
      const query = new URLSearchParams([...queryOf(req), ...formBody(req)]);
      send(req, res, searchType(store, req.params.type, query, context(req)));
    })
    .all(refuseMethod('POST'));
  router
    .route('/:type/:id')
    .get((req, res) => send(req, res, read(store, req.params.type, req.params.id)))
    .put((req, res) => {
      const { type, id } = req.params;
      send(req, res, update(store, knownType(type), id, jsonBody(req), req.get('if-match')));
    })
    .delete((req, res) => send(req, res, remove(store, req.params.type, req.params.id, req.get('if-match'))))
    .all(refuseMethod('GET, PUT, DELETE'));
  router
    .route('/:type/:id/_history/:version')
    .get((req, res) => send(req, res, read(store, req.params.type, req.params.id, req.params.version)))
    .all(refuseMethod('GET'));

  app.use('/fhir', router);
  app.use((req: Request) => {
    throw new FhirError(404, 'not-supported', `expected an address listed in /fhir/metadata, got ${req.path}`);
  });
  app.use((error: unknown, _req: Request, res: Response, _next: express.NextFunction) => {
    const failure = fhirErrorFrom(error);
    if (failure.status === 500) onFault(error);
    res
      .status(failure.status)
      .type('application/fhir+json')
      .send(JSON.stringify(outcomeOf(failure)));
  });
  return app;
}

function queryOf(req: Request): URLSearchParams {
  return new URLSearchParams(req.originalUrl.split('?').slice(1).join('?'));
}

function prefers(req: Request, preference: string): boolean {
  return (req.get('prefer') ?? '').split(/[,;]/).some((part) => part.trim() === preference);
}

function acceptJson(req: Request, _res: Response, next: express.NextFunction): void {
  const format = queryOf(req).get('_format');
  const wanted = format === null ? req.accepts(JSON_TYPES) !== false : /^(?:text\/|application\/.*)?json/.test(format);
  if (!wanted)
    throw new FhirError(406, 'not-supported', 'expected to be asked for application/fhir+json, the only format');
  next();
}

function refuseMethod(allowed: string): express.RequestHandler {
  return (req, res) => {
    res.set('Allow', allowed);
    throw new FhirError(405, 'not-supported', `expected ${allowed} on ${req.originalUrl}, got ${req.method}`);
  };
}

function jsonBody(req: Request): unknown {
  if (req.is(JSON_TYPES) === false && req.get('content-type') !== undefined) {
    throw new FhirError(415, 'not-supported', `expected application/fhir+json, got ${req.get('content-type')}`);
  }
  // Everything behind this line may recurse.
  if (!nestsDeeperThan(req.body, DEEPEST)) return req.body;
  throw new FhirError(400, 'too-costly', `expected at most ${DEEPEST} levels of nesting, got more`);
}

function formBody(req: Request): URLSearchParams {
  if (typeof req.body === 'string') return new URLSearchParams(req.body);
  if (req.get('content-type') === undefined) return new URLSearchParams();
  throw new FhirError(415, 'not-supported', `expected ${FORM}, got ${req.get('content-type')}`);
}
