import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noMedications, parseMedicationTable, routeOfText } from '../../src/terminology/medications.ts';
import { medications } from '../support/record.ts';
import { rulesDir } from '../support/rule-set.ts';

const header = 'rxcui\ttty\tname\tingredients';

describe('parseMedicationTable', () => {
  it.each([
    ['three columns', '5640\tIN\tibuprofen'],
    ['no code', '\tIN\tibuprofen\t5640'],
    ['no name', '5640\tIN\t\t5640'],
    ['no ingredient', '5640\tIN\tibuprofen\t'],
    ['spaces for tabs', '5640 IN ibuprofen 5640'],
  ])('names the line that has %s', (_, line) => {
    expect(() => parseMedicationTable(`# RxNorm\n${header}\n11289\tIN\twarfarin\t11289\n${line}\n`)).toThrow(
      /^line 4: expected rxcui, tty, name and ingredients separated by tabs, got "/,
    );
  });

  it('reads past comments, the header and empty lines', () => {
    const table = parseMedicationTable(`# a comment\n${header}\n\n5640\tIN\tibuprofen\t5640\n\n`);
    expect(table.byCode('5640')?.name).toBe('ibuprofen');
  });

  it('reads a table whose lines a Windows checkout ends with CR LF', () => {
    const table = parseMedicationTable(`${header}\r\n5640\tIN\tibuprofen\t5640\r\n`);
    expect(table.byCode('5640')?.ingredients).toEqual([{ code: '5640', name: 'ibuprofen' }]);
  });

  it('names every ingredient of a combination, and by its code one that has no row of its own', () => {
    const table = parseMedicationTable(`${header}\n1\tIN\tone\t1\n9\tSCD\tone 5 MG / two 5 MG Oral Tablet\t1|2\n`);
    expect(table.byCode('9')?.ingredients).toEqual([
      { code: '1', name: 'one' },
      { code: '2', name: 'RxNorm 2' },
    ]);
  });

  it('names a single ingredient without a row by its product', () => {
    const table = parseMedicationTable(`${header}\n9\tSCD\ttwo 5 MG Oral Tablet\t2\n`);
    expect(table.byCode('9')?.ingredients).toEqual([{ code: '2', name: 'two 5 MG Oral Tablet' }]);
  });
});

describe('the shipped table', () => {
  it('finds a drug by code', () => {
    expect(medications.byCode('855332')).toEqual({
      code: '855332',
      name: 'warfarin sodium 5 MG Oral Tablet',
      ingredients: [{ code: '11289', name: 'warfarin' }],
      route: 'systemic',
    });
  });

  it('finds a drug by name whatever its case and white space', () => {
    expect(medications.byName('  Warfarin  Sodium 5 mg\tORAL TABLET ')?.code).toBe('855332');
  });

  it('finds a brand product and an ingredient by name', () => {
    expect(medications.byName('Warfarin Sodium 1 MG Oral Tablet [Coumadin]')?.ingredients[0]?.code).toBe('11289');
    expect(medications.byName('ibuprofen')?.code).toBe('5640');
  });

  it.each(['warfarin sodium', 'warfarin sodium 5 MG', 'ibuprofen tablets', ''])('guesses nothing from "%s"', (name) => {
    expect(medications.byName(name)).toBeUndefined();
  });

  it('knows no code that is not in it', () => {
    expect(medications.byCode('0')).toBeUndefined();
    expect(medications.byCode('constructor')).toBeUndefined();
  });

  it('gives both ingredients of a combination product', () => {
    expect(medications.byCode('994008')?.ingredients.map(({ name }) => name)).toEqual(['naproxen', 'esomeprazole']);
  });

  const names = new Set(
    readFileSync(join(rulesDir, 'vocabulary/medications.tsv'), 'utf8')
      .split('\n')
      .map((line) => line.split('\t')[2]),
  );

  it.each([
    ['systemic', 'warfarin sodium 5 MG Oral Tablet'],
    ['systemic', 'Aspirin 75 MG Delayed Release Oral Tablet'],
    ['systemic', '24 HR Ketoprofen 150 MG Extended Release Oral Capsule'],
    ['systemic', 'montelukast 5 MG Chewable Tablet [Singulair]'],
    ['systemic', 'lamotrigine 5 MG Tablet for Oral Suspension [Lamictal]'],
    ['systemic', '2 ML digoxin 0.25 MG/ML Injection'],
    ['systemic', 'Diazepam 5 MG/ML Injectable Suspension'],
    ['systemic', '0.5 ML sumatriptan 12 MG/ML Prefilled Syringe'],
    ['systemic', '0.4 ML Methotrexate 18.8 MG/ML Auto-Injector'],
    ['systemic', '3 ML insulin isophane, human 70 UNT/ML / insulin, regular, human 30 UNT/ML Pen Injector'],
    ['systemic', '2 ML fentanyl 0.05 MG/ML Cartridge'],
    ['systemic', 'testosterone 75 MG Drug Implant'],
    ['systemic', '72 HR fentanyl 0.075 MG/HR Transdermal System'],
    ['systemic', 'Buprenorphine 0.2 MG Sublingual Tablet [Subutex]'],
    ['systemic', 'fentanyl 1.2 MG Buccal Film'],
    ['systemic', 'Aspirin 150 MG Rectal Suppository'],
    ['systemic', 'sumatriptan 5 MG/ACTUAT Nasal Spray'],
    ['systemic', 'clotrimazole 20 MG/ML Vaginal Cream'],
    ['systemic', '{42 (rivaroxaban 15 MG Oral Tablet) / 9 (rivaroxaban 20 MG Oral Tablet) } Pack'],
    [
      'systemic',
      '{150 (doxycycline monohydrate 100 MG Oral Tablet) / 1 (118 ML) (salicylic acid 20 MG/ML Medicated Liquid Soap) } Pack',
    ],
    ['systemic', 'benzocaine 0.2 MG/MG Oral Gel [Topicale]'],
    ['ophthalmic', 'ketorolac tromethamine 5 MG/ML Ophthalmic Solution'],
    ['ophthalmic', 'ciprofloxacin 2 MG/ML / hydrocortisone 10 MG/ML Otic Suspension [Cipro HC]'],
    ['ophthalmic', 'tobramycin 0.003 MG/MG Ophthalmic Ointment [Tobrex]'],
    ['ophthalmic', 'ketorolac 2.88 MG/ML / phenylephrine 10.16 MG/ML Ophthalmic Irrigation Solution'],
    ['inhaled', '200 ACTUAT ipratropium bromide 0.017 MG/ACTUAT Metered Dose Inhaler'],
    ['inhaled', 'budesonide 0.5 MG/ML Inhalation Suspension'],
    ['inhaled', 'tiotropium 0.018 MG Inhalation Powder'],
    ['local', 'diclofenac sodium 0.01 MG/MG Topical Gel'],
    ['local', 'ketoconazole 20 MG/ML Medicated Shampoo'],
    ['local', 'lidocaine 70 MG / tetracaine 70 MG Medicated Patch'],
    ['local', 'sodium fluoride 2 MG/ML Mouthwash [Prevident Dental Rinse]'],
    ['local', 'neomycin 40 MG/ML / polymyxin B 200000 UNT/ML Irrigation Solution'],
    ['unknown', 'levonorgestrel 0.000833 MG/HR Intrauterine System'],
    ['unknown', 'ibuprofen'],
  ])('takes the route %s from the dose form of "%s"', (route, name) => {
    expect(names).toContain(name);
    expect(medications.byName(name)?.route).toBe(route);
  });
});

describe('routeOfText', () => {
  it.each([
    ['by mouth', 'systemic'],
    ['Oral route', 'systemic'],
    ['Orally', 'systemic'],
    ['PO', 'systemic'],
    ['IV', 'systemic'],
    ['Intravenous route', 'systemic'],
    ['Subcutaneous', 'systemic'],
    ['Per rectum, rectally', 'systemic'],
    ['Transdermal', 'systemic'],
    ['Nasal', 'systemic'],
    ['Ophthalmic route', 'ophthalmic'],
    ['otic', 'ophthalmic'],
    ['Topical', 'local'],
    ['By inhalation', 'inhaled'],
    ['into the left eye', 'unknown'],
    ['temporally', 'unknown'],
    ['', 'unknown'],
  ])('reads "%s" as %s', (text, route) => {
    expect(routeOfText(text)).toBe(route);
  });
});

it('an installation without a table knows no drug', () => {
  expect(noMedications.byCode('5640')).toBeUndefined();
  expect(noMedications.byName('ibuprofen')).toBeUndefined();
});

describe('a name of the form ingredient or brand, strength, form', () => {
  it.each([
    ['Hydrochlorothiazide 25 MG', 'hydrochlorothiazide', 'unknown'],
    ['Sertraline 100MG', 'sertraline', 'unknown'],
    ['Verapamil Hydrochloride 40 MG', 'verapamil', 'unknown'],
    ['Diazepam [Valium]', 'diazepam', 'unknown'],
    ['200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler', 'albuterol', 'inhaled'],
    ['Lasix 40mg', 'furosemide', 'unknown'],
    ['Allopurinol 100 MG Oral Tablet', 'allopurinol', 'systemic'],
    ['warfarin', 'warfarin', 'unknown'],
  ])('%s is %s, %s', (name, ingredient, route) => {
    const found = medications.byBeginning(name);
    expect(found?.ingredients.map((each) => each.name)).toEqual([ingredient]);
    expect(found?.route).toBe(route);
  });

  it.each([
    ['a misspelling', 'Simvistatin 10 MG'],
    ['two ingredients', 'Ibuprofen 200 MG / Famotidine 20 MG'],
    ['two ingredients in words', 'amoxicillin and clavulanate 500 mg'],
    ['a brand of several ingredients', 'Augmentin 500 MG'],
    ['a longer name that only begins with a drug', 'warfarin alternative 5 MG'],
    ['no name', '25 MG'],
    ['words before the drug', 'no warfarin'],
  ])('is not guessed from %s', (_, name) => {
    expect(medications.byBeginning(name)).toBeUndefined();
  });
});
