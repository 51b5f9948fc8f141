import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valueSetSchema } from '../../src/rules/manifest.ts';
import { readYaml } from '../../src/rules/read-yaml.ts';

const vocabulary = join(import.meta.dirname, '../../rules/vocabulary');
const classes = join(vocabulary, 'drug-classes');

/** The lines of a vocabulary file without comments, a table's without its header. */
const linesOf = (file: string, header?: string): readonly string[] =>
  readFileSync(join(vocabulary, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && line !== header);

const medications = linesOf('medications.tsv', 'rxcui\ttty\tname\tingredients').map((line) => {
  const [code = '', tty = '', name = '', ingredients = ''] = line.split('\t');
  return { code, tty, name: name.toLowerCase(), ingredients };
});
const ingredientNames = new Map(medications.filter(({ tty }) => tty === 'IN').map(({ code, name }) => [code, name]));
const namesOfRows = new Set(medications.map(({ name }) => name));

const drugNames = linesOf('drug-names.tsv', 'name\tingredients\tmeaning').map((line) => {
  const [name = '', ingredients = '', meaning = ''] = line.split('\t');
  return { name, ingredients: ingredients.split('|'), meaning };
});

const readClass = async (file: string) => {
  const read = await readYaml(join(classes, file), file, valueSetSchema);
  if (!('value' in read)) throw new Error(`${file}: ${JSON.stringify(read.problems)}`);
  return read.value;
};
const drugClasses = await Promise.all(
  readdirSync(classes).map(async (file) => ({ file, drugClass: await readClass(file) })),
);

describe('the table of drugs', () => {
  it('names every code once', () => {
    expect(medications.length).toBe(new Set(medications.map(({ code }) => code)).size);
  });

  it('names every ingredient once', () => {
    expect([...ingredientNames.values()]).toEqual([...new Set(ingredientNames.values())]);
  });

  it('has ingredients that contain themselves, before products that contain them, by code', () => {
    for (const { code, tty, ingredients } of medications) if (tty === 'IN') expect(ingredients).toBe(code);
    const order = medications.map(({ code, tty }) => Number(code) + (tty === 'IN' ? 0 : 1e9));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('knows the name of every ingredient but seven, which stand in products that cannot tell them apart', () => {
    const codes = new Set(medications.flatMap(({ ingredients }) => ingredients.split('|')));
    expect([...codes].filter((code) => !ingredientNames.has(code)).toSorted()).toEqual([
      '142407',
      '1597371',
      '1597373',
      '273888',
      '42543',
      '644718',
      '70602',
    ]);
  });
});

describe('the drug classes', () => {
  it.each(drugClasses)('$file is named like its id and has members', ({ file, drugClass }) => {
    expect(`${drugClass.id}.yaml`).toBe(file);
    expect(Object.keys(drugClass.codes)).toEqual(['RXNORM']);
    expect(Object.keys(drugClass.codes.RXNORM ?? {})).not.toEqual([]);
  });

  it.each(drugClasses)('$file has ingredients of the table, with the names they have there', ({ drugClass }) => {
    for (const [code, name] of Object.entries(drugClass.codes.RXNORM ?? {}))
      expect([code, name.toLowerCase()]).toEqual([code, ingredientNames.get(code)]);
  });

  it('have no two files of one membership', () => {
    const members = drugClasses.map(({ drugClass }) =>
      Object.keys(drugClass.codes.RXNORM ?? {})
        .toSorted()
        .join(),
    );
    expect(members.filter((each, i) => members.indexOf(each) !== i)).toEqual([]);
  });
});

describe('the names of drugs in use', () => {
  it('stand for ingredients of the table', () => {
    const unknown = drugNames.flatMap(({ name, ingredients }) =>
      ingredients.filter((code) => !ingredientNames.has(code)).map((code) => `${name}: ${code}`),
    );
    expect(unknown).toEqual([]);
  });

  it('are in lower case, and mean all of their ingredients or any of several', () => {
    for (const { name, ingredients, meaning } of drugNames) {
      expect(name).toBe(name.toLowerCase().trim());
      expect([name, meaning]).toEqual([name, meaning === 'or' && ingredients.length > 1 ? 'or' : 'and']);
    }
  });

  it('say each name once, and leave to the table what the table names', () => {
    const names = drugNames.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    // RxNorm keeps the salts of lithium apart; the word alone means any of them.
    expect(names.filter((name) => namesOfRows.has(name))).toEqual(['lithium']);
  });

  it.each([
    ['hctz', 'and', ['hydrochlorothiazide']],
    ['augmentin', 'and', ['amoxicillin', 'clavulanate']],
    ['penicillin', 'or', ['penicillin g', 'penicillin v']],
    ['lithium', 'or', ['lithium', 'lithium carbonate', 'lithium citrate']],
    ['vitamin d', 'or', ['cholecalciferol', 'ergocalciferol']],
    ['coumadin', 'and', ['warfarin']],
    ['nyquil', 'and', ['acetaminophen', 'dextromethorphan', 'doxylamine']],
  ] as const)('%s', (name, meaning, ingredients) => {
    const found = drugNames.find((each) => each.name === name);
    expect(found?.meaning).toBe(meaning);
    expect(found?.ingredients.map((code) => ingredientNames.get(code)).toSorted()).toEqual(ingredients);
  });

  it('leaves out abbreviations that mean two drugs', () => {
    const ambiguous = new Set([
      'ms',
      'mso4',
      'mgso4',
      'hct',
      't3',
      'tac',
      'ara-a',
      'dpt',
      'znso4',
      'cpz',
      'pit',
      'azt',
    ]);
    expect(drugNames.filter(({ name }) => ambiguous.has(name))).toEqual([]);
  });
});

describe('what is no drug', () => {
  const phrases = linesOf('non-drugs.txt');

  it('is in lower case, in order, each phrase once', () => {
    expect(phrases).toEqual([...new Set(phrases.map((each) => each.toLowerCase().trim()))].toSorted());
  });

  it('is no name of a drug', () => {
    const names = new Set([...namesOfRows, ...drugNames.map(({ name }) => name)]);
    expect(phrases.filter((phrase) => names.has(phrase))).toEqual([]);
  });
});
