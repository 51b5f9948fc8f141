import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMedicationTable, noMedications } from '../../src/terminology/medications.ts';
import { routeOfText, wayOfCode, wayOfText } from '../../src/terminology/route.ts';
import { medications } from '../support/record.ts';
import { rulesDir } from '../support/rule-set.ts';

const header = 'rxcui\ttty\tname\tingredients';

describe('createMedicationTable', () => {
  it.each([
    ['three columns', '5640\tIN\tibuprofen'],
    ['no code', '\tIN\tibuprofen\t5640'],
    ['no name', '5640\tIN\t\t5640'],
    ['no ingredient', '5640\tIN\tibuprofen\t'],
    ['spaces for tabs', '5640 IN ibuprofen 5640'],
  ])('names the line that has %s', (_, line) => {
    expect(() =>
      createMedicationTable({ medications: `# RxNorm\n${header}\n11289\tIN\twarfarin\t11289\n${line}\n` }),
    ).toThrow(/^line 4: expected rxcui, tty, name and ingredients separated by tabs, got "/);
  });

  it('reads past comments, the header and empty lines', () => {
    const table = createMedicationTable({ medications: `# a comment\n${header}\n\n5640\tIN\tibuprofen\t5640\n\n` });
    expect(table.byCode('5640')?.name).toBe('ibuprofen');
  });

  it('reads a table whose lines a Windows checkout ends with CR LF', () => {
    const table = createMedicationTable({ medications: `${header}\r\n5640\tIN\tibuprofen\t5640\r\n` });
    expect(table.byCode('5640')?.ingredients).toEqual([{ code: '5640', name: 'ibuprofen' }]);
  });

  it('names every ingredient of a combination, and by its code one that has no row of its own', () => {
    const table = createMedicationTable({
      medications: `${header}\n1\tIN\tone\t1\n9\tSCD\tone 5 MG / two 5 MG Oral Tablet\t1|2\n`,
    });
    expect(table.byCode('9')?.ingredients).toEqual([
      { code: '1', name: 'one', strength: { value: 5, unit: 'mg' } },
      { code: '2', name: 'RxNorm 2' },
    ]);
  });

  it('names a single ingredient without a row by its product', () => {
    const table = createMedicationTable({ medications: `${header}\n9\tSCD\ttwo 5 MG Oral Tablet\t2\n` });
    expect(table.byCode('9')?.ingredients).toMatchObject([{ code: '2', name: 'two 5 MG Oral Tablet' }]);
  });
});

describe('the shipped table', () => {
  it('finds a drug by code', () => {
    expect(medications.byCode('855332')).toEqual({
      code: '855332',
      name: 'warfarin sodium 5 MG Oral Tablet',
      ingredients: [{ code: '11289', name: 'warfarin', strength: { value: 5, unit: 'mg' } }],
      form: 'Oral Tablet',
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
    ['local', 'levonorgestrel 0.000833 MG/HR Intrauterine System'],
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
    ['into the left eye', 'ophthalmic'],
    ['temporally', 'unknown'],
    ['warfarin 5 mg OD', 'unknown'],
    ['INH 300 mg daily', 'unknown'],
    ['ibuprofen 600 mg for eye pain', 'unknown'],
    ['ibuprofen liqui-gel 200 mg', 'systemic'],
    ['timolol 1 gtt OU', 'ophthalmic'],
    ['', 'unknown'],
  ])('reads "%s" as %s', (text, route) => {
    expect(routeOfText(text)).toBe(route);
  });
});

describe('the way', () => {
  it.each([
    ['Oral Tablet', 'oral'],
    ['Extended Release Oral Capsule', 'oral'],
    ['Oral Gel', 'oral'],
    ['Chewing Gum', 'oral'],
    ['by mouth', 'oral'],
    ['Sublingual Tablet', 'sublingual'],
    ['Buccal Film', 'sublingual'],
    ['place under the tongue', 'sublingual'],
    ['Injectable Solution', 'injected'],
    ['Prefilled Syringe', 'injected'],
    ['Intravenous', 'injected'],
    ['intra-articular', 'injected'],
    ['IV piggyback', 'injected'],
    ['Metered Dose Inhaler', 'inhaled'],
    ['Inhalation Solution', 'inhaled'],
    ['Nasal Spray', 'nasal'],
    ['Transdermal System', 'transdermal'],
    ['Medicated Patch', 'topical'],
    ['Rectal Suppository', 'rectal'],
    ['Enema', 'rectal'],
    ['Vaginal Suppository', 'vaginal'],
    ['Intrauterine System', 'intrauterine'],
    ['Drug Implant', 'implanted'],
    ['Ophthalmic Solution', 'ophthalmic'],
    ['Otic Suspension', 'otic'],
    ['Topical Cream', 'topical'],
    ['Medicated Shampoo', 'topical'],
    ['1 capsule PO before the eye exam', 'oral'],
    ['for injection site pain', undefined],
    ['ibuprofen', undefined],
  ])('of "%s" is %s', (text, way) => {
    expect(wayOfText(text)).toBe(way);
  });

  it.each([
    ['26643006', 'oral'],
    ['47625008', 'injected'],
    ['00000000', undefined],
  ])('of the code %s is %s', (code, way) => {
    expect(wayOfCode(code)).toBe(way);
  });
});

it('an installation without a table knows no drug', () => {
  expect(noMedications.byCode('5640')).toBeUndefined();
  expect(noMedications.byName('ibuprofen')).toBeUndefined();
});

describe('a text', () => {
  it.each([
    ['Hydrochlorothiazide 25 MG', 'hydrochlorothiazide', 'unknown'],
    ['Sertraline 100MG', 'sertraline', 'unknown'],
    ['Verapamil Hydrochloride 40 MG', 'verapamil', 'unknown'],
    ['Diazepam [Valium]', 'diazepam', 'unknown'],
    ['200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler', 'albuterol', 'inhaled'],
    ['Lasix 40mg', 'furosemide', 'unknown'],
    ['Allopurinol 100 MG Oral Tablet', 'allopurinol', 'systemic'],
    ['warfarin', 'warfarin', 'unknown'],
    ['Coumadin (warfarin) 5 mg PO daily', 'warfarin', 'systemic'],
    ['metoprolol tartrate 25 mg tab BID', 'metoprolol', 'systemic'],
    ['hydrOXYzine HCl 25 mg q6h prn itching', 'hydroxyzine', 'unknown'],
  ])('%s is %s, %s', (text, ingredient, route) => {
    const found = medications.byText(text);
    expect(found?.ingredients.map((each) => each.name)).toEqual([ingredient]);
    expect(found?.route).toBe(route);
  });

  it.each([
    ['Ibuprofen 200 MG / Famotidine 20 MG', ['ibuprofen', 'famotidine']],
    ['amoxicillin and clavulanate 500 mg', ['amoxicillin', 'clavulanate']],
    ['Augmentin 500 MG', ['amoxicillin', 'clavulanate']],
  ])('%s names several ingredients', (text, ingredients) => {
    expect(medications.byText(text)?.ingredients.map(({ name }) => name)).toEqual(ingredients);
  });

  it.each([
    ['a misspelling', 'Simvistatin 10 MG'],
    ['a longer name that only begins with a drug', 'warfarin alternative 5 MG'],
    ['no name', '25 MG'],
    ['what is refused', 'no warfarin'],
    ['what is stopped', 'stop warfarin'],
    ['an alternative', 'lisinopril or losartan'],
    ['a reason that is a drug', 'naloxone for morphine'],
    ['a place', 'warfarin clinic'],
  ])('is not guessed from %s', (_, text) => {
    expect(medications.byText(text)).toBeUndefined();
  });

  it('tells the strength where it has one for every ingredient', () => {
    expect(medications.byText('lisinopril 10 mg tab')?.ingredients[0]?.strength).toEqual({ value: 10, unit: 'mg' });
    expect(medications.byText('insulin glargine 100 units/ml')?.ingredients[0]?.strength).toEqual({
      value: 100,
      unit: '[iU]',
      per: 'mL',
    });
  });
});

describe('what is imported', () => {
  const table = createMedicationTable({
    medications: '1\tIN\told name\t1\n',
    release: '1\tIN\tnew name\t1\n3\tSCD\tnew name 5 MG Oral Tablet\t1\n',
    packages: '00002003004\t3\n00020030004\t1\n12345678901\t3\n',
  });

  it('is believed before the shipped table, whose names stay names', () => {
    expect(table.byCode('1')?.name).toBe('new name');
    expect(table.byName('old name')?.code).toBe('1');
  });

  it.each([
    ['five, four and two digits', '12345-6789-01'],
    ['eleven digits', '12345678901'],
  ])('finds a package by %s', (_, ndc) => {
    expect(table.byNdc(ndc)?.code).toBe('3');
  });

  it('finds a package by segments that lost a zero, and by ten digits only where they are one drug', () => {
    expect(table.byNdc('0002-0030-04')?.code).toBe('3');
    expect(table.byNdc('0002003004')).toBeUndefined();
  });

  it('names the line of a package that is none', () => {
    expect(() => createMedicationTable({ medications: '', packages: '1234\t3\n' })).toThrow(
      /^line 1: expected an NDC of 11 digits and rxcui separated by tabs, got "1234\t3"$/,
    );
  });
});

describe('what is no drug', () => {
  it.each(['Lancets', 'lancets 30 g #100', 'Pen needle 32G x 4 mm', 'normal saline 1000 mL', 'diabetic diet'])(
    '%s is none',
    (text) => {
      expect(medications.isNonDrug(text)).toBe(true);
    },
  );

  it.each(['enoxaparin 40 mg syringe', 'gooseberry extract syringe', 'heparin flush', ''])(
    '"%s" may be one',
    (text) => {
      expect(medications.isNonDrug(text)).toBe(false);
    },
  );
});
