import { describe, expect, it } from 'vitest';
import { appOf, cardAbout, notCheckedIn, onlyRules } from '../../support/app.ts';
import {
  drug,
  ibuprofen,
  orderSelect,
  orderSign,
  patient,
  prefetchOf,
  resource,
  serviceAt,
  subjectOf,
  warfarin,
} from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer', 'warfarin-nsaid');
const sign = serviceAt(ruleSet, 'order-sign');
const onWarfarin = prefetchOf(sign, [patient(), warfarin()]);
const { cards } = appOf(ruleSet);

describe('a draft', () => {
  const without = (resourceType = 'MedicationRequest') =>
    resource(resourceType, 'draft-1', { status: 'draft', intent: 'order', ...subjectOf('p') });
  const chart = { prefetch: onWarfarin };

  it('of a drug that nobody knows is named, when choosing and when signing', async () => {
    const unknown = ibuprofen('p', { medicationCodeableConcept: { text: "Grandma's *special* powder" } });
    for (const body of [orderSelect([unknown], chart), orderSign([unknown], chart)])
      expect(notCheckedIn(await cards(body))?.replaceAll('\\', '')).toContain("Grandma's *special* powder");
  });

  it('of a code that nobody knows is named by it', async () => {
    const unknown = ibuprofen('p', {
      medicationCodeableConcept: { coding: [{ system: 'http://local.example', code: 'L-77' }] },
    });
    expect(notCheckedIn(await cards(orderSign([unknown], chart)))).toContain('L-77');
  });

  it('whose medication is a reference that leads nowhere is named', async () => {
    const dangling = {
      ...without(),
      medicationReference: { reference: 'Medication/gone', display: 'Mystery mixture' },
    };
    expect(notCheckedIn(await cards(orderSign([dangling], chart)))).toContain('Mystery mixture');
  });

  it('without any medication is passed over when choosing, because nothing has been chosen yet', async () => {
    expect(await cards(orderSelect([without()], chart))).toEqual([]);
  });

  it('without any medication is named when signing', async () => {
    expect(notCheckedIn(await cards(orderSign([without()], chart)))).toContain('a medication without code or name');
  });

  it('that is no medication has nothing to do with drugs', async () => {
    expect(await cards(orderSign([without('ServiceRequest'), without('NutritionOrder')], chart))).toEqual([]);
  });

  it('that is not among the selections has no card when choosing, and one when signing', async () => {
    const other = ibuprofen('p', { id: 'draft-2', ...drug('198440', 'Acetaminophen 500 MG Oral Tablet') });
    const choosing = (selections: readonly string[]) =>
      cards(orderSelect([ibuprofen(), other], { ...chart, context: { selections } }));
    expect(await choosing(['MedicationRequest/draft-2'])).toEqual([]);
    expect(cardAbout(await choosing(['MedicationRequest/draft-1']), 'warfarin-nsaid')).toBeDefined();
    expect(cardAbout(await cards(orderSign([ibuprofen(), other], chart)), 'warfarin-nsaid')).toBeDefined();
  });

  it('is looked at when the selections name none of the drafts, or none at all', async () => {
    const bundle = { resourceType: 'Bundle', entry: [{ fullUrl: 'urn:uuid:7', resource: ibuprofen() }] };
    for (const selections of [
      [],
      ['draft-1'],
      ['urn:uuid:7'],
      ['http://ehr.example/fhir/MedicationRequest/draft-1'],
      ['MedicationRequest/x'],
    ])
      expect(
        cardAbout(
          await cards(orderSelect([], { ...chart, context: { selections, draftOrders: bundle } })),
          'warfarin-nsaid',
        ),
      ).toBeDefined();
  });

  it('of another patient is not compared with the drugs of this one, and the card says so', async () => {
    for (const whose of ['Patient/q', 'https://ehr.example/fhir/Patient/q']) {
      const given = await cards(orderSign([ibuprofen('p', { subject: { reference: whose } })], chart));
      expect(cardAbout(given, 'warfarin-nsaid')).toBeUndefined();
      expect(notCheckedIn(given)).toContain('1 draft orders of another patient');
    }
  });

  it('of another patient takes no other draft down with it', async () => {
    const given = await cards(orderSign([ibuprofen('q', { id: 'theirs' }), ibuprofen()], chart));
    expect(cardAbout(given, 'warfarin-nsaid')).toBeDefined();
  });

  it("whose patient cannot be made out is taken for this patient's", async () => {
    for (const subject of [
      undefined,
      {},
      { display: 'P' },
      { reference: 'urn:uuid:7' },
      { identifier: { value: '7' } },
    ])
      expect(cardAbout(await cards(orderSign([ibuprofen('p', { subject })], chart)), 'warfarin-nsaid')).toBeDefined();
  });

  it('that is an entry without resource is named', async () => {
    const draftOrders = { resourceType: 'Bundle', entry: [{ fullUrl: 'urn:uuid:7' }, { resource: ibuprofen() }] };
    const given = await cards(orderSign([], { ...chart, context: { draftOrders } }));
    expect(cardAbout(given, 'warfarin-nsaid')).toBeDefined();
    expect(notCheckedIn(given)).toContain('1 entries of the draft orders');
  });

  it('beside a drug of the chart that nobody knows: the card names what it was not compared with', async () => {
    const unknown = warfarin('p', { id: 'local', medicationCodeableConcept: { text: 'Trial drug 7' } });
    const given = await cards(orderSign([ibuprofen()], { prefetch: prefetchOf(sign, [patient(), unknown]) }));
    expect(notCheckedIn(given)).toContain('Trial drug 7');
  });
});
