import { describe, expect, it } from 'vitest';
import { appOf, onlyRules } from '../../support/app.ts';
import { ibuprofen, onWarfarin, orderSign } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const { post } = appOf(onlyRules(await shippedRuleSet(), 'warfarin-nsaid'));

describe('a draft for another patient', () => {
  it('is refused, with its place in the request', async () => {
    const { status, body } = await post(orderSign([ibuprofen('p'), ibuprofen('q')], { prefetch: onWarfarin }));
    expect(status).toBe(400);
    expect(body.issue[0]).toMatchObject({ code: 'conflict' });
    expect(body.issue[0].diagnostics).toContain('context.draftOrders.entry[1].resource.subject');
  });

  it('is told by its id, not by the server in front of it', async () => {
    const draft = ibuprofen('p', { subject: { reference: 'https://ehr.example/fhir/Patient/p' } });
    expect((await post(orderSign([draft], { prefetch: onWarfarin }))).status).toBe(200);
  });
});
