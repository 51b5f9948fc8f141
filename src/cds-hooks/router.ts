import { Router } from 'express';
import type { Logger } from 'pino';
import { createRecent } from '../recent.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import type { AnswerDeps } from './answer.ts';
import type { AnswerPool } from './answer-pool.ts';
import { type CdsService, discoveryResponse, servicesOf } from './discovery.ts';
import { readJson } from './read-json.ts';
import { respond } from './respond.ts';

export interface CdsHooksDeps extends AnswerDeps {
  /** The rule set that a request beginning now is answered from. */
  readonly ruleSet: () => RuleSet;
  /** Where calls with large bodies are answered; on this thread like the others unless given. */
  readonly pool?: AnswerPool;
  readonly log: Logger;
  /** Told how long each answer took. */
  readonly answered?: (service: string, status: number, seconds: number) => void;
}

/** `GET /cds-services` and `POST /cds-services/{id}`; a JSON body comes unread, in a Buffer. */
export const cdsHooksRouter = (deps: CdsHooksDeps): Router => {
  const { pool, log } = deps;
  // One rule set at a time is current; what an older one computed is let go.
  const recent = createRecent<readonly CdsService[]>(1);
  const servicesNow = (ruleSet: RuleSet) => recent(ruleSet.id, () => servicesOf(ruleSet));

  const answerCall = async (service: string, body: unknown, contentType: string) => {
    const arrived = Date.now();
    const ruleSet = deps.ruleSet();
    if (Buffer.isBuffer(body) && pool && body.length >= pool.largeBody && pool.isReady(ruleSet))
      return pool.answer(ruleSet, {
        service,
        bytes: body,
        contentType,
        arrived,
        now: deps.clock.now().getTime(),
      });
    const read = Buffer.isBuffer(body) ? await readJson(body, contentType) : body;
    return respond({ service, body: read, arrived }, { ruleSet, services: servicesNow(ruleSet) }, deps);
  };

  const router = Router();
  router.get('/cds-services', (_request, response) => {
    response.json(discoveryResponse(servicesNow(deps.ruleSet())));
  });

  router.post('/cds-services/:id', async ({ params, body, headers }, response) => {
    const started = performance.now();
    response.on('finish', () => {
      // A name that a caller made up is no label.
      const isKnown = servicesNow(deps.ruleSet()).some(({ id }) => id === params.id);
      deps.answered?.(isKnown ? params.id : 'unknown', response.statusCode, (performance.now() - started) / 1000);
    });
    const { text, lines } = await answerCall(params.id, body, headers['content-type'] ?? '');
    for (const { level, fields, words } of lines) log[level](fields, words);
    response.type('json').send(text);
  });
  return router;
};
