import { describe, expect, it } from 'vitest';
import type { RuleSet } from '../../../src/rules/rule-set.ts';
import { appOf, nullOrEmpty } from '../../support/app.ts';
import { patient, patientView } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = await shippedRuleSet();
const { agent } = appOf(ruleSet);
const { body } = await agent.get('/cds-services');
const services: readonly Record<string, unknown>[] = body.services;

describe('discovery', () => {
  it('[CH-9] [CH-10] [CH-20] answers 200 with an object that has an array of services', async () => {
    const response = await agent
      .get('/cds-services')
      .expect(200)
      .expect('content-type', /^application\/json/);
    expect(Object.keys(response.body)).toEqual(['services']);
    expect(response.body.services.length).toBeGreaterThan(0);
  });

  it('[CH-10] answers 200 with an empty array when there is no service', async () => {
    const { agent: empty } = appOf({ ...ruleSet, services: [], rules: [] });
    const response = await empty.get('/cds-services').expect(200);
    expect(response.body).toEqual({ services: [] });
  });

  it('[CH-9] answers while a rule fails at every call', async () => {
    const failing: RuleSet = {
      ...ruleSet,
      engine: { evaluate: () => ({ value: () => Promise.reject(new Error('the rule fails')) }) },
    };
    const { agent: other, cards } = appOf(failing);
    expect(await cards(patientView({ prefetch: { patient: patient() } }))).not.toEqual([]);
    await other.get('/cds-services').expect(200, body);
  });

  it('[CH-3] writes JSON that holds neither comments nor trailing commas', async () => {
    const { text } = await agent.get('/cds-services');
    expect(JSON.stringify(JSON.parse(text))).toBe(text);
  });

  it('[CH-4] [CH-5] [CH-6] has no null and no empty element', () => {
    expect(nullOrEmpty(body)).toEqual([]);
  });

  it.each(services)('[CH-11] [CH-12] [CH-13] [CH-14] describes $id at $hook', ({ hook, id, title, description }) => {
    expect(hook).toMatch(/^[a-z][a-z-]*$/);
    expect(id).toMatch(/^[A-Za-z0-9\-._~]+$/);
    expect(title).toMatch(/\S/);
    expect(description).toMatch(/\S/);
  });

  it.each(services)('[CH-7] says in words what $id at $hook is for and what it does not check', ({ description }) => {
    expect(String(description).split(/\s+/).length).toBeGreaterThan(10);
  });

  it.each(services)('[CH-17] [CH-18] names the versions of $id at $hook', ({ hook, version, hookVersion }) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    const drafts = /^(allergyintolerance-create|problem-list-item-create|medication-refill)$/.test(String(hook));
    expect(hookVersion).toBe(hook === 'order-dispatch' ? '1.1' : drafts ? '0.1.0' : '1.0');
  });

  it('[CH-19] offers the same id at two hooks, each with its own templates', () => {
    const orders = services.filter(({ id }) => id === 'carehook-orders');
    expect(orders.map(({ hook }) => hook)).toEqual(expect.arrayContaining(['order-select', 'order-sign']));
    for (const { prefetch } of orders) expect(prefetch).toHaveProperty('patient');
  });

  it('[CH-15] gives prefetch as an object of queries', () => {
    for (const { prefetch } of services)
      for (const query of Object.values(prefetch as object)) expect(query).toEqual(expect.any(String));
  });
});
