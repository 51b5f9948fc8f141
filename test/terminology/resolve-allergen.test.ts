import { describe, expect, it } from 'vitest';
import { createAllergenTable } from '../../src/terminology/allergens.ts';
import { resolveAllergen } from '../../src/terminology/resolve-allergen.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { vocabulary } from '../support/record.ts';

const resolve = (concept: Parameters<typeof resolveAllergen>[0]) =>
  resolveAllergen(concept, vocabulary.medications, vocabulary.allergens);
const ingredients = (text: string) => resolve({ text }).ingredients.map(({ name }) => name);

describe('an allergy', () => {
  it.each([
    ['Ibuprofen', 'ibuprofen'],
    ['Allergy to ibuprofen', 'ibuprofen'],
    ['Allergy to ibuprofen (finding)', 'ibuprofen'],
    ['Ibuprofen (substance)', 'ibuprofen'],
    ['ibuprofen allergy', 'ibuprofen'],
    ['Motrin', 'ibuprofen'],
    ['codeine - nausea', 'codeine'],
    ['codeine: itching and rash', 'codeine'],
    ['Hypersensitivity to amoxicillin', 'amoxicillin'],
  ])('to a drug is one to its ingredient: %s', (text, name) => {
    expect(resolve({ text })).toMatchObject({ by: 'name', unknown: [] });
    expect(ingredients(text)).toEqual([name]);
  });

  it.each([
    ['Penicillins', 'penicillin'],
    ['PCN', 'penicillin'],
    ['Allergy to penicillin', 'penicillin'],
    ['Cephalosporin antibiotics', 'cephalosporin'],
  ])('to a class is not one to any drug of it: %s', (text, id) => {
    expect(resolve({ text })).toMatchObject({ classes: [id], ingredients: [], unknown: [] });
  });

  it.each([
    ['Allergy to peanuts', 'food'],
    ['Shellfish allergy', 'food'],
    ['Allergy to dairy product', 'food'],
    ['House dust mite allergy', 'environment'],
    ['Dander (animal) allergy', 'environment'],
    ['Allergy to bee venom', 'environment'],
    ['Latex allergy', 'environment'],
    ['No known allergies', 'none'],
    ['NKDA', 'none'],
  ])('to no drug is known too: %s', (text, kind) => {
    expect(resolve({ text })).toMatchObject({ kinds: [kind], ingredients: [], classes: [], unknown: [] });
  });

  it('to several substances is one to each, and what is not known among them is named', () => {
    expect(resolve({ text: 'ibuprofen, penicillins' })).toMatchObject({
      by: 'parts',
      classes: ['penicillin'],
      unknown: [],
    });
    expect(resolve({ text: 'ibuprofen, blue pill' })).toMatchObject({
      ingredients: [{ name: 'ibuprofen' }],
      unknown: ['blue pill'],
    });
  });

  it.each(['unknown antibiotic', 'no penicillin allergy', 'tolerates amoxicillin', 'blue pill', ''])(
    'is not guessed from "%s"',
    (text) => {
      const { ingredients: drugs, classes, unknown } = resolve({ text, coding: [{ code: 'X1' }] });
      expect([drugs, classes]).toEqual([[], []]);
      expect(unknown).toEqual([text === '' ? 'X1' : text]);
    },
  );

  it('is resolved by its code, and by its name beside it', () => {
    const code = { system: codeSystems.RXNORM, code: '5640' };
    expect(resolve({ coding: [code] })).toMatchObject({ by: 'code', ingredients: [{ name: 'ibuprofen' }] });
    expect(resolve({ coding: [code], text: 'blue pill' })).toMatchObject({ by: 'code', unknown: [] });
    expect(resolve({ coding: [code], text: 'Penicillins' })).toMatchObject({ classes: ['penicillin'] });
  });
});

it.each([
  ['an unknown kind', 'peanut\tplant', /^line 1: expected name, kind \(class, food, environment, vaccine, none\) and/],
  ['a class without ids', 'statins\tclass', /^line 1: expected name, kind/],
  ['ids for a food', 'peanut\tfood\tnsaid', /^line 1: expected name, kind/],
])('the table says which line has %s', (_, line, message) => {
  expect(() => createAllergenTable(`${line}\n`)).toThrow(message);
});
