import { Router } from 'express';
import type { Logger } from 'pino';
import { CarehookError } from '../errors.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { type CdsService, discoveryResponse, servicesOf } from './discovery.ts';
import { parseRequest } from './schema.ts';

export interface CdsHooksDeps extends AnswerDeps {
  /** The rule set that a request beginning now is answered from. */
  readonly ruleSet: () => RuleSet;
  readonly log: Logger;
}

/** `GET /cds-services` and `POST /cds-services/{id}`. */
export const cdsHooksRouter = (deps: CdsHooksDeps): Router => {
  const services = new Map<string, readonly CdsService[]>();
  const servicesNow = (ruleSet: RuleSet) => {
    // One rule set at a time is current; what an older one computed is let go.
    if (!services.has(ruleSet.id)) services.clear();
    return getOrCompute(services, ruleSet.id, () => servicesOf(ruleSet));
  };

  const router = Router();
  router.get('/cds-services', (_request, response) => {
    response.json(discoveryResponse(servicesNow(deps.ruleSet())));
  });

  router.post('/cds-services/:id', async ({ params, body }, response) => {
    const started = performance.now();
    const ruleSet = deps.ruleSet();
    const own = servicesNow(ruleSet).filter(({ id }) => id === params.id);
    if (own.length === 0) {
      const known = [...new Set(servicesNow(ruleSet).map(({ id }) => id))].join(', ');
      throw new CarehookError('SERVICE_UNKNOWN', `expected one of the services ${known}, got "${params.id}"`);
    }
    const parsed = parseRequest(body);
    if ('issues' in parsed)
      throw new CarehookError(
        'REQUEST_INVALID',
        parsed.issues.map(({ where, what }) => `${where || 'the body'}: ${what}`).join('; '),
        {
          cause: parsed.issues,
        },
      );
    const { request } = parsed;
    const service = own.find(({ hook }) => hook === request.hook);
    if (!service)
      throw new CarehookError(
        'HOOK_NOT_DECLARED',
        `hook: expected ${own.map(({ hook }) => hook).join(' or ')}, which service ${params.id} declares, got "${request.hook}"`,
      );
    const { cards, findings, shadow, invalid, limits } = await answer(ruleSet, service, request, deps);
    for (const { rule, reason } of invalid)
      deps.log.error({ rule, reason }, 'a card broke the specification and was kept back');
    for (const finding of [...findings, ...shadow])
      if ('failed' in finding)
        deps.log.error({ rule: finding.rule, reason: finding.reason.slice(0, 200) }, 'a rule failed');
    deps.log.info(
      {
        service: service.id,
        hook: service.hook,
        hookInstance: request.hookInstance,
        ruleSet: ruleSet.id,
        cards: cards.length,
        findings: findings.map(({ rule, status }) => `${rule}:${status}`),
        ...(shadow.length > 0 && { shadow: shadow.map(({ rule, status }) => `${rule}:${status}`) }),
        ...(limits.length > 0 && { limits }),
        ms: Math.round(performance.now() - started),
      },
      'answered',
    );
    response.json({ cards });
  });
  return router;
};
