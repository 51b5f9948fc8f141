import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Resource } from 'fhir/r4.js';
import { createFhirServer } from '../../src/demo/fhir-server.ts';
import { type CleanUp, listen } from './app.ts';

/** Answers in place of the sample server (or never does) when it returns true. */
export type Fault = (request: IncomingMessage & { readonly url: string }, response: ServerResponse) => boolean;

interface Seen {
  /** The address below the base: `/Patient/p`, `/Observation?patient=p&…`, decoded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Our sample FHIR server with a fault, and every request that it saw. */
export const startFhirServer = async (resources: readonly Resource[], cleanUp: CleanUp, fault?: Fault) => {
  const seen: Seen[] = [];
  const sample = createFhirServer({ resources });
  const base = await listen((request, response) => {
    const url = (request.url ?? '').replace(/^\/fhir/, '');
    seen.push({ url: decodeURIComponent(url), headers: request.headers });
    if (fault?.(Object.assign(request, { url: request.url ?? '' }), response)) return;
    sample(request, response);
  }, cleanUp);
  return { base: `${base}/fhir`, seen };
};

/** The fault only where the address matches; everything else is answered as it should be. */
export const at =
  (address: RegExp, fault: Fault): Fault =>
  (request, response) =>
    address.test(request.url) && fault(request, response);

/** Takes the request and never answers. */
export const hanging: Fault = () => true;

/** Begins to answer and never ends. */
export const stalling: Fault = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/fhir+json' }).write('{"resourceType":"Bundle"');
  return true;
};

/** Answers with these words. */
export const answering =
  (status: number, body: string | object, headers: Readonly<Record<string, string>> = {}): Fault =>
  (_request, response) => {
    response
      .writeHead(status, { 'content-type': 'application/fhir+json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
    return true;
  };

/** An OperationOutcome with one error. */
export const outcome = (code: string, diagnostics: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code, diagnostics }],
});
