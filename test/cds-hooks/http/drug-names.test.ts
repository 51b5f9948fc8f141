import { describe, expect, it } from 'vitest';
import { appOf, notCheckedIn } from '../../support/app.ts';
import { orderSign, patient, prefetchOf, resource, serviceAt } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = await shippedRuleSet();
const sign = serviceAt(ruleSet, 'order-sign');
const { cards } = appOf(ruleSet);
const order = (medicationCodeableConcept: object, more: object = {}, id = 'o') =>
  resource('MedicationRequest', id, {
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    medicationCodeableConcept,
    ...more,
  });
const warfarinCode = { system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '855332' };

/** The cards when a drug is signed for somebody who takes another. */
const signed = (draft: object, taken: object) =>
  cards(
    orderSign([order(draft, { status: 'draft' }, 'd')], {
      prefetch: prefetchOf(sign, [patient(), order(taken)]),
    }),
  );

describe('a drug by its name alone', () => {
  it.each([
    ['a brand with a dose', 'Coumadin 5 mg PO daily', 'Advil 200 mg 2 tabs prn pain'],
    ['capital letters of a pharmacy', 'WARFARIN SODIUM 5 MG TABLET', 'IBUPROFEN 600 MG TABLET'],
    ['another country’s words', 'warfarin 5 mg OD', 'Nurofen 400 mg TDS'],
  ])('is warned of: %s', async (_, taken, draft) => {
    expect((await signed({ text: draft }, { text: taken })).map(({ indicator }) => indicator)).toContain('warning');
  });

  it.each(['no warfarin', 'stop warfarin', 'warfarin clinic', '?warfarin'])(
    'is not taken from "%s", and that it was not compared is said',
    async (taken) => {
      const found = await signed({ text: 'ibuprofen 600 mg' }, { text: taken });
      expect(found.map(({ indicator }) => indicator)).toEqual(['info']);
      expect(notCheckedIn(found)).toContain(taken);
    },
  );

  it('is no drug where it names a supply, about which nothing need be said', async () => {
    expect(await signed({ text: 'Lancets' }, { text: 'warfarin 5 mg tablet' })).toEqual([]);
  });
});

describe('a drug whose code and name are different ones', () => {
  it('is checked as both, and the card says so', async () => {
    const both = { coding: [warfarinCode], text: 'lisinopril 10 mg tablet' };
    const found = await signed({ text: 'ibuprofen 600 mg' }, both);
    expect(found.map(({ indicator }) => indicator)).toContain('warning');
    expect(notCheckedIn(found)).toContain(
      'its code stands for warfarin sodium 5 MG Oral Tablet, its name for lisinopril',
    );
  });

  it('is not said to be where the name only says less', async () => {
    const found = await signed({ text: 'omeprazole 20 mg' }, { coding: [warfarinCode], text: 'Coumadin' });
    expect(notCheckedIn(found)).toBeUndefined();
  });
});

describe('a compounded product', () => {
  it('is checked by its parts, and a part that is not known is named', async () => {
    const compound = {
      medicationCodeableConcept: undefined,
      medicationReference: { reference: '#m' },
      contained: [
        {
          resourceType: 'Medication',
          id: 'm',
          code: { text: 'House capsules' },
          ingredient: [
            { itemCodeableConcept: { coding: [warfarinCode] } },
            { itemCodeableConcept: { text: 'gooseberry extract' } },
          ],
        },
      ],
    };
    const found = await cards(
      orderSign([order({ text: 'ibuprofen 600 mg' }, { status: 'draft' }, 'd')], {
        prefetch: prefetchOf(sign, [patient(), order({}, compound)]),
      }),
    );
    expect(found.map(({ indicator }) => indicator)).toContain('warning');
    expect(notCheckedIn(found)).toContain('gooseberry extract (in House capsules)');
  });
});
