import { describe, expect, it } from 'vitest';
import { appOf, onlyRules } from '../../support/app.ts';
import { patient, patientView } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer');
const { agent } = appOf(ruleSet, { bodyLimit: '2kb' });
const url = '/cds-services/carehook-patient-view';
const post = (text: string, type = 'application/json') => agent.post(url).set('content-type', type).send(text);

describe('a failure', () => {
  it.each([
    ['text that is no JSON', () => post('{"hook": "patient-view",'), 400, 'structure', /JSON/],
    ['JSON with a comment', () => post('{"hook": "patient-view" /* here */}'), 400, 'structure', /JSON/],
    ['a JSON text that is no object', () => post('"patient-view"'), 400, 'structure', /JSON/],
    ['an array', () => post('[]'), 400, 'invalid', /the body: .*object/],
    ['no body', () => agent.post(url), 400, 'invalid', /the body/],
    ['a form', () => post('hook=patient-view', 'application/x-www-form-urlencoded'), 400, 'invalid', /the body/],
    ['plain text', () => post('hello', 'text/plain'), 400, 'invalid', /the body/],
    ['a charset nobody has', () => post('{}', 'application/json; charset=klingon'), 400, 'invalid', /charset/i],
    ['an encoding nobody has', () => post('{}').set('content-encoding', 'snappy'), 400, 'invalid', /encoding/i],
    ['a body that is too large', () => post(JSON.stringify({ hook: 'x'.repeat(3000) })), 413, 'too-long', /larger/],
    ['an unknown service', () => agent.post('/cds-services/nobody').send({}), 404, 'not-found', /nobody/],
    ['an unknown address', () => agent.get('/cds-service'), 404, 'not-found', /GET \/cds-service/],
    ['the wrong method', () => agent.put('/cds-services').send({}), 404, 'not-found', /PUT/],
    [
      'an address that cannot be decoded',
      () => agent.post('/cds-services/%E0%A4%A').send({}),
      400,
      'invalid',
      /decode/,
    ],
    ['two faults at once', () => post('{"context":{}}'), 400, 'invalid', /hook: .*; hookInstance: /],
  ] as const)(
    '[CH-48] [CH-49] of %s is an OperationOutcome with what and where',
    async (_, send, status, code, words) => {
      const response = await send();
      expect(response.status).toBe(status);
      expect(response.headers['content-type']).toMatch(/^application\/fhir\+json/);
      expect(response.body).toEqual({
        resourceType: 'OperationOutcome',
        issue: [expect.objectContaining({ severity: 'error', code, diagnostics: expect.stringMatching(words) })],
      });
    },
  );

  it('[CH-35] [CH-48] [CH-49] for want of the patient is 412 and says so', async () => {
    const response = await post(JSON.stringify(patientView()));
    expect(response.status).toBe(412);
    expect(response.body.issue[0]).toMatchObject({
      code: 'required',
      diagnostics: expect.stringContaining('Patient/p'),
    });
  });

  it("[CH-49] of the service's own is 500 without a word of the record, and the log has the rest", async () => {
    const { post: send, log } = appOf(ruleSet, {
      clock: {
        now: () => {
          throw new Error('the clock stands still');
        },
      },
    });
    const response = await send(patientView({ prefetch: { patient: patient() } }));
    expect(response.status).toBe(500);
    expect(response.body.issue[0]).toMatchObject({ severity: 'error', code: 'exception' });
    expect(response.text).not.toContain('clock');
    expect(log.join()).toContain('the clock stands still');
  });

  it('is told by where alone, so that nothing of the body is in the log', async () => {
    const { post: send, log } = appOf(ruleSet);
    await send({ hook: 'patient-view', hookInstance: 'Rosalind Canary', context: { patientId: 7 } } as never).expect(
      400,
    );
    expect(log.join()).toContain('REQUEST_INVALID');
    expect(log.join()).not.toContain('Canary');
  });
});
