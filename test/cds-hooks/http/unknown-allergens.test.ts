import { describe, expect, it } from 'vitest';
import { appOf, notCheckedIn } from '../../support/app.ts';
import { ibuprofen, orderSign, patient, prefetchOf, resource, serviceAt } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = await shippedRuleSet();
const sign = serviceAt(ruleSet, 'order-sign');
const { cards } = appOf(ruleSet);
const clinical = (code: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code }],
});
const rxnorm = (code: string, text: string) => ({
  coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code }],
  text,
});

/** What is named as not checked when ibuprofen is signed for somebody with an allergy. */
const named = async (allergy: object): Promise<string> => {
  const own = resource('AllergyIntolerance', 'a', {
    patient: { reference: 'Patient/p' },
    clinicalStatus: clinical('active'),
    category: ['medication'],
    ...allergy,
  });
  return notCheckedIn(await cards(orderSign([ibuprofen()], { prefetch: prefetchOf(sign, [patient(), own]) }))) ?? '';
};

// Defect 7 of ehr-clients: an allergy that cannot be resolved to an ingredient is skipped without a word.
describe('a drug allergy that nobody can resolve', () => {
  it.each([
    ['by its words', { code: { text: 'Heart tonic' } }],
    [
      'by its local code',
      { code: { coding: [{ system: 'http://local.example', code: 'L1', display: 'Heart tonic' }] } },
    ],
    ['without category, because it may be to a drug', { code: { text: 'Heart tonic' }, category: undefined }],
  ])('is named at every order of a drug, %s', async (_, allergy) => {
    expect(await named(allergy)).toContain('the allergy "Heart tonic"');
  });

  it.each([
    ['is known by its code', { code: rxnorm('855332', 'warfarin') }],
    ['is known by its name', { code: { text: 'Naproxen' } }],
    ['is to a class that a rule reads', { code: { coding: [{ system: 'http://snomed.info/sct', code: '91936005' }] } }],
    ['is refuted', { code: { text: 'Heart tonic' }, verificationStatus: clinical('refuted') }],
    ['is resolved', { code: { text: 'Heart tonic' }, clinicalStatus: clinical('resolved') }],
    ['is to food', { code: { text: 'Peanuts' }, category: ['food'] }],
    ['says that there is none', { code: { text: 'No known drug allergies' } }],
    ['says so in short', { code: { text: 'NKDA' } }],
  ])('is not named when it %s', async (_, allergy) => {
    expect(await named(allergy)).not.toContain('the allergy');
  });
});
