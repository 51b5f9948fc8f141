import type { FhirResource } from 'fhir/r4.js';
import { Client } from 'fhir-kit-client';
import { messageOf } from '../errors.ts';
import { isResource, outcomeText } from './bundle.ts';

/** Reads from one FHIR server on behalf of one request. */
export interface FhirClient {
  /**
   * The resource or Bundle at a URL relative to the server's base.
   *
   * @throws FhirError for every failure: no answer, an error status, a body that is no FHIR resource
   */
  get(relativeUrl: string, signal: AbortSignal): Promise<FhirResource>;
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

export interface FhirClientOptions {
  readonly baseUrl: string;
  /** Sent to this server only: a redirect is an error, because it could carry the token elsewhere. */
  readonly accessToken?: string;
}

export const createFhirClient = ({ baseUrl, accessToken }: FhirClientOptions): FhirClient => {
  const client = new Client({
    baseUrl,
    requestOptions: { redirect: 'error' },
    ...(accessToken && { customHeaders: { authorization: `Bearer ${accessToken}` } }),
  });
  return {
    get: async (relativeUrl, signal) => {
      let resource: unknown;
      try {
        resource = await client.request(relativeUrl, { options: { signal } });
      } catch (thrown) {
        throw toFhirError(thrown, signal);
      }
      if (!isResource(resource)) throw new FhirError('the answer is no FHIR resource');
      return resource;
    },
  };
};

/** Words that name no patient: the status and the server's own OperationOutcome, never the URL. */
const toFhirError = (thrown: unknown, signal: AbortSignal): FhirError => {
  if (signal.aborted) return new FhirError('no answer in time', undefined, { cause: thrown });
  const { response } = thrown as { response?: { status: number; data: unknown } };
  if (!response) return new FhirError(`no answer (${causeOf(thrown)})`, undefined, { cause: thrown });
  const { status, data } = response;
  const words = isResource(data) && data.resourceType === 'OperationOutcome' ? `: ${outcomeText(data)}` : '';
  return new FhirError(`HTTP ${status}${words}`, status, { cause: thrown });
};

const causeOf = (thrown: unknown): string => {
  const { code } = ((thrown as { cause?: unknown }).cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : messageOf(thrown);
};
