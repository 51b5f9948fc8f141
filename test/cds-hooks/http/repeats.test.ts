import { describe, expect, it } from 'vitest';
import { appOf, onlyRules } from '../../support/app.ts';
import { ibuprofen, orderSelect, orderSign, patient, prefetchOf, serviceAt, warfarin } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'warfarin-nsaid');
const records = [patient(), warfarin()];
const asked = (cache: boolean, filter: boolean) => ({
  extension: {
    'pddi-configuration-items': { 'cache-for-order-sign-filtering': cache, 'filter-out-repeated-alerts': filter },
  },
});
const select = (elements: object = {}, draft = ibuprofen()) =>
  orderSelect([draft], { prefetch: prefetchOf(serviceAt(ruleSet, 'order-select'), records), ...elements });
const sign = (elements: object = {}, { draft = ibuprofen(), chart = records } = {}) =>
  orderSign([draft], { prefetch: prefetchOf(serviceAt(ruleSet, 'order-sign'), chart), ...elements });

/** How many cards order-sign gives after an order-select. */
const signedAfter = async (selected: object, ...signed: Parameters<typeof sign>) => {
  const { cards } = appOf(ruleSet);
  expect(await cards(select(selected))).toHaveLength(1);
  return (await cards(sign(...signed))).length;
};

describe('an alert that was shown at order-select', () => {
  it('is told again at order-sign where the client says nothing', async () => {
    expect(await signedAfter({}, {})).toBe(1);
    expect(await signedAfter(asked(true, false), asked(false, false))).toBe(1);
    expect(await signedAfter(asked(false, false), asked(false, true))).toBe(1);
  });

  it('is left out at order-sign where the client asked for both', async () => {
    expect(await signedAfter(asked(true, true), asked(true, true))).toBe(0);
    expect(await signedAfter(asked(true, false), asked(false, true))).toBe(0);
  });

  it('is left out though the order has another id and status when it is signed', async () => {
    const draft = { ...ibuprofen(), id: 'another', status: 'active' } as ReturnType<typeof ibuprofen>;
    expect(await signedAfter(asked(true, true), asked(true, true), { draft })).toBe(0);
  });

  it('is told again when the dose has changed', async () => {
    const draft = { ...ibuprofen(), dosageInstruction: [{ text: 'one tablet three times a day' }] } as never;
    expect(await signedAfter(asked(true, true), asked(true, true), { draft })).toBe(1);
  });

  it('is told again when it has become graver', async () => {
    const ulcer = {
      resourceType: 'Condition',
      id: 'ulcer',
      subject: { reference: 'Patient/p' },
      code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'K25.4' }] },
    } as never;
    expect(await signedAfter(asked(true, true), asked(true, true), { chart: [...records, ulcer] })).toBe(1);
  });

  it('is told again to another clinician, and in another encounter', async () => {
    const { cards } = appOf(ruleSet);
    await cards(select(asked(true, true)));
    for (const context of [{ userId: 'Practitioner/another' }, { encounterId: 'another' }]) {
      const call = sign(asked(true, true));
      expect(await cards({ ...call, context: { ...(call.context as object), ...context } })).toHaveLength(1);
    }
  });

  it.each([[[]], ['true'], [null], [{ 'pddi-configuration-items': 'yes' }]])(
    'is told again where the extension is %j',
    async (extension) => {
      expect(await signedAfter({ extension }, { extension })).toBe(1);
    },
  );
});

it('discovery offers both options at the hooks of orders', async () => {
  const { body } = await appOf(ruleSet).agent.get('/cds-services');
  for (const { hook, extension } of body.services) {
    const codes = extension?.['pddi-configuration-items'].map(({ code }: { code: string }) => code);
    expect(codes).toEqual(
      hook === 'patient-view' ? undefined : ['cache-for-order-sign-filtering', 'filter-out-repeated-alerts'],
    );
  }
});
