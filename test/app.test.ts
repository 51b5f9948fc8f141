import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { appOf, cardAbout, onlyRules } from './support/app.ts';
import {
  colonoscopy,
  ibuprofen,
  orderSign,
  patient,
  patientView,
  prefetchOf,
  serviceAt,
  warfarin,
} from './support/requests.ts';
import { shippedRuleSet } from './support/rule-set.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer', 'warfarin-nsaid');
const view = serviceAt(ruleSet, 'patient-view');
const sign = serviceAt(ruleSet, 'order-sign');
const whole = patientView({ prefetch: prefetchOf(view, [patient(), colonoscopy()]) });
const { agent, post, cards, log } = appOf(ruleSet);

describe('the app', () => {
  it('says nothing of what it is made of, and forbids what it does not need', async () => {
    const { headers } = await agent.get('/cds-services');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    });
  });

  it('takes a compressed body', async () => {
    const request = agent
      .post(`/cds-services/${view.id}`)
      .set({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    request.write(gzipSync(JSON.stringify(whole)));
    const { status, body } = await request;
    expect([status, body]).toEqual([200, { cards: [] }]);
  });

  it('refuses a small body that grows beyond the limit', async () => {
    const { agent: limited } = appOf(ruleSet, { bodyLimit: '100kb' });
    const request = limited
      .post(`/cds-services/${view.id}`)
      .set({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    request.write(gzipSync(JSON.stringify({ ...whole, filler: ' '.repeat(1_000_000) })));
    const { status, body } = await request;
    expect([status, body.issue[0].code]).toEqual([413, 'too-long']);
  });

  it.each([
    [
      'the prefetch',
      (deep: string) =>
        JSON.stringify({ ...whole, prefetch: { ...whole.prefetch, procedures: 0 } }).replace(
          '"procedures":0',
          `"procedures":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Procedure","id":"d","subject":{"reference":"Patient/p"},"extension":${deep}}}]}`,
        ),
    ],
    [
      'a draft',
      (deep: string) =>
        JSON.stringify(
          orderSign([ibuprofen('p', { note: 0 })], { prefetch: prefetchOf(sign, [patient(), warfarin()]) }),
        ).replace('"note":0', `"note":${deep}`),
    ],
    [
      'the context',
      (deep: string) =>
        JSON.stringify({ ...whole, context: { ...whole.context, later: 0 } }).replace('"later":0', `"later":${deep}`),
    ],
    [
      'an extension',
      (deep: string) => JSON.stringify({ ...whole, extension: 0 }).replace('"extension":0', `"extension":${deep}`),
    ],
  ])('answers, or refuses, a body that is nested 200,000 deep in %s', async (where, nested) => {
    const text = nested('['.repeat(200_000) + ']'.repeat(200_000));
    const id = where === 'a draft' ? sign.id : view.id;
    const { status, body } = await agent.post(`/cds-services/${id}`).set('content-type', 'application/json').send(text);
    expect([200, 400]).toContain(status);
    if (status === 400) expect(body.issue[0].diagnostics).toContain('nested more deeply');
    else if (where === 'the prefetch') expect(JSON.stringify(body.cards)).toContain('colorectal-cancer');
    else expect(body.cards).toEqual([]);
  });

  it('answers from the rules that are current when the request begins', async () => {
    let current = onlyRules(ruleSet, 'warfarin-nsaid');
    const { cards: ask } = appOf(ruleSet, { ruleSet: () => current });
    const body = patientView({ prefetch: prefetchOf(view, [patient()]) });
    expect(await ask(body)).toEqual([]);
    current = ruleSet;
    expect(cardAbout(await ask(body), 'colorectal-cancer')).toBeDefined();
  });

  it('logs a call by ids and codes, and nothing that says who the patient is', async () => {
    log.length = 0;
    const chart = [patient('p', { name: [{ family: 'Canary' }], birthDate: '1970-03-04' }), colonoscopy()];
    await cards(patientView({ prefetch: prefetchOf(view, chart) }));
    const [line = ''] = log;
    expect(JSON.parse(line)).toMatchObject({
      service: view.id,
      hook: 'patient-view',
      hookInstance: whole.hookInstance,
      cards: 0,
      findings: ['colorectal-cancer:met'],
      msg: 'answered',
    });
    expect(line).not.toMatch(/Canary|1970-03-04/);
  });

  it('keeps back no card that an invalid one stands beside, and names that one', async () => {
    const invalid = {
      ...ruleSet,
      id: 'invalid',
      rules: ruleSet.rules.map((rule) => ({
        ...rule,
        manifest: { ...rule.manifest, links: [{ label: 'App', url: 'app.example' }] } as typeof rule.manifest,
      })),
    };
    const { cards: ask, log: lines } = appOf(invalid);
    const given = await ask(patientView({ prefetch: prefetchOf(view, [patient()]) }));
    expect(given[0]?.detail).toContain('its card could not be written');
    expect(lines.join('')).toContain('a card broke the specification');
  });

  it('keeps back no card that stands beside one which cannot be written', async () => {
    const throwing = {
      ...ruleSet,
      id: 'throwing',
      rules: ruleSet.rules.flatMap((rule) => {
        const manifest = { ...rule.manifest, id: 'twin' } as typeof rule.manifest;
        Object.defineProperty(manifest, 'links', {
          get: () => {
            throw new Error('no links today');
          },
        });
        return [{ ...rule, manifest }, rule];
      }),
    };
    const { cards: ask, log: lines } = appOf(throwing);
    const given = await ask(patientView({ prefetch: prefetchOf(view, [patient()]) }));
    expect(given.map(({ source }) => source.topic?.code)).toEqual(['colorectal-cancer', 'not-checked']);
    expect(given[1]?.detail).toContain('its card could not be written');
    expect(lines.join('')).toContain('no links today');
  });

  it('answers a thousand calls one after another', async () => {
    for (let i = 0; i < 1000; i++) expect((await post(whole)).body).toEqual({ cards: [] });
  }, 60_000);
});
