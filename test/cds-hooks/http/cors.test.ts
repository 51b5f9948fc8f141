import { describe, expect, it } from 'vitest';
import { appOf, onlyRules } from '../../support/app.ts';
import { patient, patientView } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer');
const { agent } = appOf(ruleSet);
const origin = 'https://sandbox.cds-hooks.org';
const service = '/cds-services/carehook-patient-view';

describe('a browser of another origin', () => {
  it.each([
    ['/cds-services', 'GET'],
    [service, 'POST'],
    [`${service}/feedback`, 'POST'],
  ])('[CH-98] is told before it calls %s that it may, with its token and JSON', async (path, method) => {
    const { status, headers, text } = await agent.options(path).set({
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    });
    expect(status).toBe(204);
    expect(text).toBe('');
    expect([origin, '*']).toContain(headers['access-control-allow-origin']);
    expect(headers['access-control-allow-methods']?.split(',')).toContain(method);
    expect(headers['access-control-allow-headers']?.toLowerCase().split(',')).toEqual([
      'authorization',
      'content-type',
    ]);
  });

  it('[CH-98] may read discovery, cards and failures', async () => {
    for (const response of [
      await agent.get('/cds-services').set({ origin }),
      await agent
        .post(service)
        .set({ origin })
        .send(patientView({ prefetch: { patient: patient() } })),
      await agent.post(service).set({ origin }).send({}),
      await agent.post(service).set({ origin, 'content-type': 'application/json' }).send('{'),
      await agent.get('/nowhere').set({ origin }),
    ])
      expect([origin, '*']).toContain(response.headers['access-control-allow-origin']);
  });

  it('[CH-98] sends no cookies, since none are taken', async () => {
    const { headers } = await agent.get('/cds-services').set({ origin });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    expect(headers).not.toHaveProperty('set-cookie');
  });
});
