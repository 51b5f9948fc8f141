import { describe, expect, it } from 'vitest';
import { appOf, cardAbout, notCheckedIn, onlyRules } from '../../support/app.ts';
import { ibuprofen, orderSign, patient, prefetchOf, serviceAt, warfarin } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'warfarin-nsaid');
const { cards } = appOf(ruleSet);
const prefetch = prefetchOf(serviceAt(ruleSet, 'order-sign'), [patient(), warfarin()]);

describe('a draft for another patient', () => {
  it('is not judged with this patient, and the answer says so', async () => {
    const given = await cards(orderSign([ibuprofen('q')], { prefetch }));
    expect(cardAbout(given, 'warfarin-nsaid')).toBeUndefined();
    expect(notCheckedIn(given)).toContain('1 draft orders of another patient');
  });

  it('takes the others down with it in no way', async () => {
    const given = await cards(orderSign([ibuprofen('q'), ibuprofen('p', { id: 'own' })], { prefetch }));
    expect(cardAbout(given, 'warfarin-nsaid')).toBeDefined();
  });

  it('is told by its id, not by the server in front of it', async () => {
    const draft = ibuprofen('p', { subject: { reference: 'https://ehr.example/fhir/Patient/p' } });
    expect(cardAbout(await cards(orderSign([draft], { prefetch })), 'warfarin-nsaid')).toBeDefined();
  });
});
