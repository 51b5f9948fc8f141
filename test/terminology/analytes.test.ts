import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ucumLhc from '@lhncbc/ucum-lhc';
import fc from 'fast-check';
import type { Quantity } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { analyteSchema, unitSpellingsSchema } from '../../src/rules/manifest.ts';
import { createAnalyteTable } from '../../src/terminology/analytes.ts';
import { codeSystems, ucum } from '../../src/terminology/systems.ts';
import { analytes } from '../support/record.ts';
import { rulesDir } from '../support/rule-set.ts';

const folder = join(rulesDir, 'vocabulary');
const files = readdirSync(join(folder, 'analytes')).map((name) =>
  analyteSchema.parse(parse(readFileSync(join(folder, 'analytes', name), 'utf8'))),
);
const { spellings } = unitSpellingsSchema.parse(parse(readFileSync(join(folder, 'unit-spellings.yaml'), 'utf8')));
const units = ucumLhc.UcumLhcUtils.getInstance();

const conversions = files.flatMap(({ id, unit, codes, units: others }) =>
  Object.entries(others).map(([from, conversion]) => {
    const { factor, offset, decimals } =
      typeof conversion === 'number' ? { factor: conversion, offset: 0, decimals: undefined } : conversion;
    return { id, unit, from, factor, offset, decimals, code: Object.keys(codes.LOINC ?? {})[0] ?? '' };
  }),
);

const normalise = (code: string, quantity: Quantity): Quantity =>
  analytes.normaliseQuantity([{ system: codeSystems.LOINC, code }], quantity);

const inUcum = (value: number, code: string): Quantity => ({ value, unit: code, system: ucum, code });

describe.each(files)('the analyte $id', ({ unit, units: others }) => {
  it('has its units in UCUM', () => {
    for (const each of [unit, ...Object.keys(others)])
      expect([each, units.validateUnitString(each).status]).toEqual([each, 'valid']);
  });

  it('has no two units that differ by nothing but case, blanks or the sign of micro and convert differently', () => {
    const factors = new Map<string, unknown>();
    for (const [each, conversion] of [[unit, 1] as const, ...Object.entries(others)]) {
      const key = each.toLowerCase().replace(/\s/g, '');
      expect([each, factors.get(key) ?? conversion]).toEqual([each, conversion]);
      factors.set(key, conversion);
    }
  });
});

/** Where a factor is not UCUM's, with the reason. */
const unlikeUcum: Readonly<Record<string, string>> = {
  'hemoglobin-a1c mmol/mol': 'UCUM takes moles of moles for parts of a whole; NGSP reports on a scale of its own',
  'hemoglobin-a1c mmol/mol{Hb}': 'the same',
  'hemoglobin-a1c-ifcc mmol/mol': 'the same',
  'hemoglobin-a1c-ifcc mmol/mol{Hb}': 'the same',
};

describe.each(conversions)('$from of $id', ({ id, unit, from, factor, offset, decimals, code }) => {
  // What is rounded is reported in whole numbers of the other unit, each of which stays apart from the next.
  const steps = decimals === undefined ? 1000 : 1;
  const rounding = decimals === undefined ? 0 : 10 ** -decimals / 2 / factor;

  it('has the factor of UCUM where UCUM has one', () => {
    const [zero, thousand] = [0, 1000].map((value) => units.convertUnitTo(from, value, unit).toVal);
    if (zero === null || zero === undefined || thousand === null || thousand === undefined) return;
    const difference = Math.abs((thousand - zero) / 1000 - factor) / factor + Math.abs(zero - offset);
    if (`${id} ${from}` in unlikeUcum) expect(difference).toBeGreaterThan(1e-9);
    else expect(difference).toBeLessThan(1e-9);
  });

  it('becomes the analyte’s unit by its factor, and nothing more when that is done again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (thousandths) => {
        const value = thousandths / 1000;
        const once = normalise(code, inUcum(value, from));
        expect(once).toMatchObject({ unit, code: unit, system: ucum });
        expect(normalise(code, once)).toBe(once);
        const back = ((once.value ?? Number.NaN) - offset) / factor;
        expect(Math.abs(back - value)).toBeLessThanOrEqual(
          rounding + 1e-8 * (1 + Math.abs(value) + Math.abs(offset / factor)),
        );
      }),
    );
  });

  it('keeps the order of values, and the side of every threshold in either unit', () => {
    const values = fc.integer({ min: 0, max: 1_000_000 }).map((whole) => whole / steps);
    fc.assert(
      fc.property(values, values, (value, threshold) => {
        const [ours, limit] = [value, threshold].map((each) => normalise(code, inUcum(each, from)).value ?? Number.NaN);
        expect([(ours as number) >= (limit as number), (ours as number) <= (limit as number)]).toEqual([
          value >= threshold,
          value <= threshold,
        ]);
      }),
    );
  });
});

describe('unit spellings', () => {
  const known = new Set(files.flatMap(({ unit, units: others }) => [unit, ...Object.keys(others)]));

  it.each(Object.entries(spellings))('%s stands for %s, a unit of an analyte', (_, unit) => {
    expect(known).toContain(unit);
  });

  it('say of no two spellings that differ only by case and blanks two things', () => {
    const seen = new Map<string, string>();
    for (const [text, unit] of Object.entries(spellings)) {
      const key = text.toLowerCase().replace(/\s/g, '');
      expect([text, seen.get(key) ?? unit]).toEqual([text, unit]);
      seen.set(key, unit);
    }
  });
});

/** Both units of the thresholds that rules speak of, and what charts make of the unit. */
describe('normaliseQuantity', () => {
  it.each<[what: string, code: string, value: number, unit: string, expected: number]>([
    ['potassium', '2823-3', 5.5, 'mEq/L', 5.5],
    ['potassium', '2823-3', 5.49, 'MEQ/L', 5.49],
    ['potassium', '2823-3', 21.5, 'mg/dl', 5.49895592585],
    ['A1c', '4548-4', 75, 'mmol/mol', 9.01],
    // The pairs that guidelines publish are on the same side of their thresholds.
    ['A1c', '4548-4', 39, 'mmol/mol', 5.72],
    ['A1c', '4548-4', 47, 'mmol/mol', 6.45],
    ['A1c', '4548-4', 48, 'mmol/mol', 6.54],
    ['A1c', '4548-4', 53, 'mmol/mol', 7],
    ['A1c', '4548-4', 64, 'mmol/mol', 8.01],
    ['A1c', '4548-4', 86, 'mmol/mol', 10.02],
    ['A1c', '4548-4', 9, '%', 9],
    ['A1c', '4548-4', 9, 'percent', 9],
    ['A1c of IFCC', '59261-8', 75, 'mmol/mol', 9.01],
    ['creatinine', '2160-0', 132.6, 'umol/L', 1.5],
    ['creatinine', '2160-0', 132.6, '\u00b5mol/L', 1.5],
    ['creatinine', '2160-0', 132.6, '\u03bcmol/l', 1.5],
    ['eGFR', '33914-3', 59, 'mL/min/1.73m²', 59],
    ['eGFR', '98979-8', 29.9, 'mL/min/1.73 m2', 29.9],
    ['fasting glucose', '1558-6', 7, 'mmol/L', 126.1261261],
    ['glucose', '2345-7', 11.1, 'mmol/L', 200],
    ['LDL', '2089-1', 70, 'MG/DL', 70],
    ['LDL', '13457-7', 4.922, 'mmol/L', 190.038610039],
    ['INR', '6301-6', 4.5, '{INR}', 4.5],
    ['hemoglobin', '718-7', 70, 'g/L', 7],
    ['hemoglobin', '718-7', 7, 'gm/dL', 7],
    ['platelets', '777-3', 50000, 'cells/uL', 50],
    ['platelets', '777-3', 50, 'K/uL', 50],
    ['platelets', '777-3', 50, 'x10E3/uL', 50],
    ['neutrophils', '751-8', 1.5, '10*9/L', 1.5],
    ['neutrophils', '751-8', 1500, '/mm3', 1.5],
    ['TSH', '3016-3', 10, 'mIU/L', 10],
    ['TSH', '3016-3', 10, 'uIU/mL', 10],
    ['TSH', '3016-3', 10, 'mcIU/mL', 10],
    ['ALT', '1742-6', 120, 'IU/L', 120],
    ['ALT', '1742-6', 2, 'ukat/L', 120],
    ['lithium', '14334-7', 1.2, 'mEq/L', 1.2],
    ['digoxin', '10535-3', 1.2, 'mcg/L', 1.2],
    ['digoxin', '10535-3', 1.2, 'nmol/L', 0.937128],
    ['albumin in urine', '9318-7', 30, 'mg/g creat', 30],
    ['albumin in urine', '9318-7', 3, 'mg/mmol', 30],
    ['calcium', '17861-6', 2.625, 'mmol/L', 10.5],
    ['magnesium', '19123-9', 1.4, 'meq/L', 1.70135],
    ['sodium', '2951-2', 125, 'mEq/L', 125],
    ['ferritin', '2276-4', 45, 'ug/L', 45],
    ['PSA', '2857-1', 4, 'ug/L', 4],
    ['QTc', '8636-3', 500, 'msec', 500],
    ['QTc', '8636-3', 0.5, 's', 500],
    ['systolic blood pressure', '8480-6', 180, 'mmHg', 180],
    ['weight', '29463-7', 110, 'lbs', 49.8951607],
    ['height', '8302-2', 1.7, 'm', 170],
    ['height', '8302-2', 70, 'inches', 177.8],
    ['BMI', '39156-5', 30, 'kg/m^2', 30],
    ['temperature', '8310-5', 100.4, 'F', 38],
    ['T-score', '38263-0', -2.5, 'T-score', -2.5],
  ])('reads %s (%s) of %d %s', (_, code, value, unit, expected) => {
    expect(normalise(code, { value, unit }).value).toBe(Number(expected.toPrecision(10)));
  });

  it.each<[why: string, code: string, quantity: Quantity]>([
    ['a unit that is none', '2823-3', { value: 5.8, unit: 'furlong' }],
    ['a unit of something else', '2823-3', { value: 5.8, unit: 'mm[Hg]', system: ucum, code: 'mm[Hg]' }],
    ['no unit, where there must be one', '2823-3', { value: 5.8 }],
    ['an empty unit', '2823-3', { value: 5.8, unit: ' ' }],
    ['a code and a text that say two things', '2160-0', { value: 1.5, unit: 'umol/L', system: ucum, code: 'mg/dL' }],
    [
      'a code of UCUM that is not its, beside a text that is',
      '2823-3',
      { value: 5.8, unit: 'mmol/L', system: ucum, code: 'mg' },
    ],
    ['per cent under the code of IFCC, of either scale', '59261-8', inUcum(8.6, '%')],
    ['micrograms in a gram, which differ by test', '29771-3', inUcum(20, 'ug/g')],
  ])('leaves no value of %s', (_, code, quantity) => {
    const { value, ...rest } = quantity;
    expect(normalise(code, quantity)).toEqual(rest);
  });

  it.each<[string, Quantity]>([
    [
      'a text that it cannot read beside a code that it can',
      { value: 5.8, unit: 'millimoles', system: ucum, code: 'mmol/L' },
    ],
    [
      'a code of another system beside a text that it can read',
      { value: 5.8, unit: 'mEq/L', system: 'urn:local', code: '17' },
    ],
    ['an abbreviation in place of a code', { value: 5.8, code: 'mEq/L' }],
    ['a code and a text that come to the same', { value: 5.8, unit: 'mEq/L', system: ucum, code: 'mmol/L' }],
  ])('reads %s', (_, quantity) => {
    expect(normalise('2823-3', quantity)).toEqual(inUcum(5.8, 'mmol/L'));
  });

  it('keeps the comparator of a bound', () => {
    expect(normalise('2160-0', { value: 44.2, comparator: '<', unit: 'umol/L' })).toEqual({
      ...inUcum(0.5, 'mg/dL'),
      comparator: '<',
    });
  });

  it('takes a number for what it is where the analyte has no unit', () => {
    expect(normalise('6301-6', { value: 4.5 })).toEqual(inUcum(4.5, '1'));
  });

  it.each<[string, string, Quantity]>([
    ['is in its unit already', '2823-3', inUcum(5.8, 'mmol/L')],
    ['has no value', '2823-3', { unit: 'furlong' }],
    ['is of no analyte', '9999-9', { value: 5.8, unit: 'furlong' }],
  ])('gives back the very quantity that %s', (_, code, quantity) => {
    expect(normalise(code, quantity)).toBe(quantity);
  });

  it('knows a code by any address of its system, and any of several codes', () => {
    const table = createAnalyteTable(
      [{ id: 'k', unit: 'mmol/L', units: {}, codes: [{ system: codeSystems.LOINC, code: '2823-3' }] }],
      {},
    );
    const codings = [{ code: 'K' }, { system: 'urn:oid:2.16.840.1.113883.6.1', code: '2823-3' }];
    expect(table.normaliseQuantity(codings, { value: 5, unit: 'MMOL/L' })).toEqual(inUcum(5, 'mmol/L'));
  });
});
