import { CarehookError } from '../errors.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { type AnswerDeps, answer } from './answer.ts';
import type { CdsService } from './discovery.ts';
import { parseRequest } from './schema.ts';

/** A call whose body has come. */
export interface Call {
  /** The id of the service in the address. */
  readonly service: string;
  readonly body: unknown;
  /** Milliseconds since the epoch at which the body was here. */
  readonly arrived: number;
}

/** What the log is told: ids and codes, nothing that identifies a patient. */
interface LogLine {
  readonly level: 'error' | 'info';
  readonly fields: object;
  readonly words: string;
}

/** An answered call, as plain data. */
export interface Reply {
  /** The JSON text of the response. */
  readonly text: string;
  readonly lines: readonly LogLine[];
}

/**
 * Answers a call from a rule set and its services.
 *
 * @throws SERVICE_UNKNOWN, REQUEST_INVALID (its cause is the list of issues), HOOK_NOT_DECLARED, and all of `answer`
 */
export const respond = async (
  { service: id, body, arrived }: Call,
  { ruleSet, services }: { readonly ruleSet: RuleSet; readonly services: readonly CdsService[] },
  deps: AnswerDeps,
): Promise<Reply> => {
  const own = services.filter((each) => each.id === id);
  if (own.length === 0) {
    const known = [...new Set(services.map((each) => each.id))].join(', ');
    throw new CarehookError('SERVICE_UNKNOWN', `expected one of the services ${known}, got "${id}"`);
  }
  const parsed = parseRequest(body);
  if ('issues' in parsed)
    throw new CarehookError(
      'REQUEST_INVALID',
      parsed.issues.map(({ where, what }) => `${where || 'the body'}: ${what}`).join('; '),
      { cause: parsed.issues },
    );
  const { request } = parsed;
  const service = own.find(({ hook }) => hook === request.hook);
  if (!service)
    throw new CarehookError(
      'HOOK_NOT_DECLARED',
      `hook: expected ${own.map(({ hook }) => hook).join(' or ')}, which service ${id} declares, got "${request.hook}"`,
    );
  const { cards, findings, shadow, invalid, limits } = await answer(ruleSet, service, request, deps);
  const failed = [...findings, ...shadow].flatMap((each) =>
    'failed' in each ? [{ rule: each.rule, reason: each.reason.slice(0, 200) }] : [],
  );
  const notMapped = [...findings, ...shadow].flatMap((each) =>
    'notMapped' in each && each.notMapped ? [`${each.rule}:${each.notMapped.join('+')}`] : [],
  );
  return {
    text: JSON.stringify({ cards }),
    lines: [
      ...invalid.map(
        (fields): LogLine => ({ level: 'error', fields, words: 'a card broke the specification and was kept back' }),
      ),
      ...failed.map((fields): LogLine => ({ level: 'error', fields, words: 'a rule failed' })),
      {
        level: 'info',
        fields: {
          service: service.id,
          hook: service.hook,
          hookInstance: request.hookInstance,
          ruleSet: ruleSet.id,
          cards: cards.length,
          findings: findings.map(({ rule, status }) => `${rule}:${status}`),
          ...(shadow.length > 0 && { shadow: shadow.map(({ rule, status }) => `${rule}:${status}`) }),
          ...(notMapped.length > 0 && { notMapped }),
          ...(limits.length > 0 && { limits }),
          ms: Date.now() - arrived,
        },
        words: 'answered',
      },
    ],
  };
};
