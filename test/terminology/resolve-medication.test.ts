import { describe, expect, it } from 'vitest';
import { resolveMedication } from '../../src/terminology/resolve-medication.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { medications } from '../support/record.ts';

const resolve = (concept: Parameters<typeof resolveMedication>[0]) => resolveMedication(concept, medications);
const ingredients = (concept: Parameters<typeof resolveMedication>[0]) => {
  const resolution = resolve(concept);
  return resolution.status === 'resolved' ? resolution.medication.ingredients.map(({ name }) => name) : undefined;
};
const rxnorm = (code: string, display?: string) => ({
  system: codeSystems.RXNORM,
  code,
  ...(display !== undefined && { display }),
});

describe('resolveMedication', () => {
  it('resolves by RxNorm code and labels the drug with its own name where the concept has none', () => {
    expect(resolve({ coding: [rxnorm('197806')] })).toMatchObject({
      status: 'resolved',
      by: 'code',
      label: 'ibuprofen 600 MG Oral Tablet',
    });
  });

  it('resolves an RxNorm code that is sent under the OID of RxNorm', () => {
    expect(ingredients({ coding: [{ system: 'urn:oid:2.16.840.1.113883.6.88', code: '197806' }] })).toEqual([
      'ibuprofen',
    ]);
  });

  it('keeps the words of the concept as the label', () => {
    expect(resolve({ coding: [rxnorm('197806', 'Motrin')], text: 'Motrin 600' }).label).toBe('Motrin 600');
    expect(resolve({ coding: [rxnorm('197806', 'Motrin')] }).label).toBe('Motrin');
  });

  it('finds the RxNorm coding wherever it stands among others', () => {
    const ndc = { system: 'http://hl7.org/fhir/sid/ndc', code: '197806' };
    expect(ingredients({ coding: [ndc, rxnorm('855332')] })).toEqual(['warfarin']);
  });

  it('never takes a code of another system for one of RxNorm', () => {
    expect(resolve({ coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '197806' }] }).status).toBe('unresolved');
    expect(resolve({ coding: [{ code: '197806' }] }).status).toBe('unresolved');
  });

  it('resolves by the text where no code is known', () => {
    expect(resolve({ coding: [rxnorm('1')], text: 'Ibuprofen 600 MG Oral Tablet' })).toMatchObject({
      status: 'resolved',
      by: 'name',
      medication: { code: '197806' },
    });
  });

  it('resolves by the display of any coding', () => {
    expect(ingredients({ coding: [{ system: 'urn:local', code: 'W5', display: 'warfarin' }] })).toEqual(['warfarin']);
  });

  it('takes a vaccine by its CVX code for no drug, which rules ask for by that code', () => {
    const vaccine = { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '187', display: 'zoster recombinant' }] };
    expect(resolveMedication(vaccine, medications)).toEqual({ status: 'non-drug', label: 'zoster recombinant' });
    expect(resolve({ ...vaccine, text: 'warfarin 5 mg' })).toMatchObject({ status: 'resolved', by: 'name' });
  });

  it('takes both drugs where code and name disagree, and says so', () => {
    const both = resolve({ coding: [rxnorm('855332')], text: 'ibuprofen' });
    expect(both).toMatchObject({
      status: 'resolved',
      by: 'code',
      disagreement: { code: 'warfarin sodium 5 MG Oral Tablet', name: 'ibuprofen' },
    });
    expect(ingredients({ coding: [rxnorm('855332')], text: 'ibuprofen' })).toEqual(['warfarin', 'ibuprofen']);
  });

  it.each([
    ['the ingredient on a product', '197806', 'ibuprofen'],
    ['a brand', '855332', 'Coumadin 5 mg'],
    ['one of two ingredients', '994008', 'naproxen'],
  ])('sees no disagreement in %s', (_, code, text) => {
    expect(resolve({ coding: [rxnorm(code)], text })).not.toHaveProperty('disagreement');
  });

  it('resolves a compounded product by its parts and names those it does not know', () => {
    const parts = [{ coding: [rxnorm('197806')] }, { text: 'gooseberry tincture' }, { text: 'warfarin' }];
    expect(resolveMedication({ text: 'House mixture' }, medications, parts)).toMatchObject({
      by: 'parts',
      label: 'House mixture',
      medication: { ingredients: [{ name: 'ibuprofen' }, { name: 'warfarin' }] },
      unknownParts: ['gooseberry tincture'],
    });
  });

  it('says by what name or code a drug is unresolved', () => {
    const unresolved = { status: 'unresolved', empty: false };
    expect(resolve({ text: 'Gooseberry tincture' })).toEqual({ ...unresolved, label: 'Gooseberry tincture' });
    expect(resolve({ coding: [{ system: 'urn:local', code: 'G1' }] })).toEqual({ ...unresolved, label: 'G1' });
    const nameless = { status: 'unresolved', empty: true, label: 'a medication without code or name' };
    expect(resolve({})).toEqual(nameless);
    expect(resolve(undefined)).toEqual(nameless);
  });

  it('reads past codings that are null, as some requests have them', () => {
    expect(ingredients({ coding: [null, rxnorm('197806')] as never })).toEqual(['ibuprofen']);
  });
});
