/** What another server did not do, as the page tells it. */
export interface Problem {
  readonly title: string;
  readonly details: readonly string[];
}

/** Another server's failure; `status` is absent when it gave no answer. */
export class ExchangeError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExchangeError';
    this.status = status;
  }
}

const patienceMs = 15_000;

/**
 * Sends a request and reads the JSON of a 2xx answer; undefined where it has no body.
 *
 * @throws ExchangeError for no answer, another status (with the words of its OperationOutcome) or a body that is no JSON
 */
export const exchange = async (url: string, body?: object, type = 'application/json'): Promise<unknown> => {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
      headers: { accept: type, ...(body && { 'content-type': type }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (thrown) {
    throw new ExchangeError(`no answer from ${new URL(url).origin} (${causeOf(thrown)})`, undefined, { cause: thrown });
  }
  const json = parse(text);
  if (!response.ok) throw new ExchangeError(`HTTP ${response.status}${outcomeWords(json)}`, response.status);
  if (json === undefined && text !== '') throw new ExchangeError('the answer is no JSON', response.status);
  return json;
};

/** The words of a failure under a title; anything but an ExchangeError is a fault of ours and thrown on. */
export const problemOf = (title: string, thrown: unknown): Problem => {
  if (!(thrown instanceof ExchangeError)) throw thrown;
  return { title, details: [thrown.message] };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const outcomeWords = (json: unknown): string => {
  const { issue } = (json ?? {}) as { issue?: unknown };
  const words = (Array.isArray(issue) ? issue : []).map((each) => {
    const { diagnostics, details, code } = (each ?? {}) as Record<string, unknown>;
    return diagnostics ?? (details as { text?: unknown } | undefined)?.text ?? code;
  });
  const told = words.filter((word) => typeof word === 'string');
  return told.length > 0 ? `: ${told.join('; ')}` : '';
};

const causeOf = (thrown: unknown): string => {
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return `not within ${patienceMs / 1000} seconds`;
  const { code } = ((thrown as { cause?: unknown }).cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'the connection failed';
};
