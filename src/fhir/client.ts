import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleWhen,
  type IPolicy,
  retry,
  wrap,
} from 'cockatiel';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { Client } from 'fhir-kit-client';
import { Agent } from 'undici';
import { messageOf } from '../errors.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { isResource, nextLink, outcomeText } from './bundle.ts';

/** Reads from one FHIR server on behalf of one request. */
export interface FhirClient {
  /** Forms of searches that this server is known to refuse; kept for all requests to the server. */
  readonly refused: Set<string>;
  /**
   * The resource or Bundle at a URL relative to the server's base.
   *
   * @throws FhirError for every failure: no answer, an error status, a body that is no FHIR resource
   */
  get(relativeUrl: string, signal: AbortSignal): Promise<FhirResource>;
  /**
   * The page after a Bundle; undefined when it is the last.
   *
   * @throws FhirError as `get`, and for a link that leaves the server: it would carry the token elsewhere
   */
  nextPage(bundle: Bundle, signal: AbortSignal): Promise<FhirResource | undefined>;
}

/** A FHIR server that did not give what was asked; `status` is absent when it gave no answer at all. */
export class FhirError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FhirError';
    this.status = status;
  }
}

/** Connections to FHIR servers, kept for the life of the process: sockets and breakers, never a token. */
export interface FhirConnections {
  /** A client that presents the token to this server only. */
  client(baseUrl: string, accessToken?: string): FhirClient;
  close(): Promise<void>;
}

/** A larger answer is refused before it fills the memory. */
const mostBytes = 64 * 1024 * 1024;

export const createFhirConnections = (): FhirConnections => {
  const agent = new Agent({ connections: 32, maxResponseSize: mostBytes, connect: { timeout: 2_000 } });
  const policies = new Map<string, IPolicy>();
  const refused = new Map<string, Set<string>>();
  return {
    client: (baseUrl, accessToken) => {
      const base = baseUrl.replace(/\/+$/, '');
      const policy = getOrCompute(policies, base, createPolicy);
      const client = new Client({
        baseUrl: base,
        // A redirect is an error: it could lead the token to another server.
        requestOptions: { redirect: 'error', dispatcher: agent },
        ...(accessToken && { customHeaders: { authorization: `Bearer ${accessToken}` } }),
      });
      const get = async (url: string, signal: AbortSignal): Promise<FhirResource> => {
        let failure: unknown;
        const tell = (thrown: unknown): never => {
          failure = thrown;
          throw thrown;
        };
        try {
          return await policy.execute(() => ask(client, url, signal).catch(tell), signal);
        } catch (thrown) {
          // What the server said to this request says more than that it is not asked a second time.
          if (thrown instanceof BrokenCircuitError)
            throw failure ?? new FhirError('not asked, because it has just failed several times in a row');
          throw thrown instanceof FhirError ? thrown : toFhirError(thrown, signal);
        }
      };
      return {
        refused: getOrCompute(refused, base, () => new Set()),
        get,
        nextPage: async (bundle, signal) => {
          const next: unknown = nextLink(bundle)?.url;
          if (typeof next !== 'string') return undefined;
          const url = URL.parse(next, `${base}/`)?.href ?? '';
          // Both as URL writes them: a name in capitals or a default port is the same server.
          const own = URL.parse(base)?.href ?? base;
          if (!url.startsWith(`${own}/`) && !url.startsWith(`${own}?`))
            throw new FhirError('the link to its next page leads to another server');
          return get(url, signal);
        },
      };
    },
    close: () => agent.close(),
  };
};

/** One repetition of what may pass, and no questions for ten seconds to a server that has failed five times running. */
const createPolicy = (): IPolicy => {
  const outage = handleWhen(
    (error) => error instanceof FhirError && (error.status === undefined || error.status >= 500),
  );
  return wrap(
    retry(outage, { maxAttempts: 1, backoff: new ConstantBackoff(50) }),
    circuitBreaker(outage, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) }),
  );
};

const noResource = 'the answer is no FHIR resource';

const ask = async (client: Client, url: string, signal: AbortSignal): Promise<FhirResource> => {
  let resource: unknown;
  try {
    resource = await client.request(url, { options: { signal } });
  } catch (thrown) {
    throw toFhirError(thrown, signal);
  }
  if (!isResource(resource)) throw new FhirError(noResource, 200);
  return resource;
};

/** Words that name no patient: the status and the server's own OperationOutcome, never the URL. */
const toFhirError = (thrown: unknown, signal: AbortSignal): FhirError => {
  if (signal.aborted) return new FhirError('no answer in time', undefined, { cause: thrown });
  const { response, cause } = thrown as { response?: { status: number; data: unknown }; cause?: unknown };
  // The client library fails without a cause where the JSON is null, a number or a text.
  if (!response && cause === undefined) return new FhirError(noResource, 200, { cause: thrown });
  if (!response) return new FhirError(`no answer (${causeOf(thrown)})`, undefined, { cause: thrown });
  const { status, data } = response;
  const words =
    status < 300
      ? ': the answer is no JSON'
      : isResource(data) && data.resourceType === 'OperationOutcome'
        ? `: ${outcomeText(data)}`
        : '';
  return new FhirError(`HTTP ${status}${words}`, status, { cause: thrown });
};

const causeOf = (thrown: unknown): string => {
  const { code } = ((thrown as { cause?: unknown }).cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : messageOf(thrown);
};
