import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { codeSystems } from '../../src/terminology/systems.ts';
import { medications } from '../support/record.ts';
import { rulesDir } from '../support/rule-set.ts';

interface ValueSetFile {
  readonly id: string;
  readonly kind?: string;
  readonly codes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const filesIn = (folder: string): readonly ValueSetFile[] =>
  readdirSync(join(rulesDir, 'vocabulary', folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => parse(readFileSync(join(rulesDir, 'vocabulary', folder, name), 'utf8')));

const drugClasses = filesIn('drug-classes');
const valueSets = filesIn('value-sets');

/** Ingredients that a class rightly has and the table has under another name or not at all, with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  '10591': 'ticarcillin is no longer sold, so that the table has it not; allergies to it are still on record',
};

describe.each(drugClasses)('the drug class $id', ({ kind, codes }) => {
  it('says that it is one, and is of RxNorm ingredients alone', () => {
    expect(kind).toBe('drug-class');
    expect(Object.keys(codes)).toEqual(['RXNORM']);
  });

  // Defect 15 of ehr-clients: a code of another drug, because nobody compared codes with names.
  it.each(Object.entries(codes.RXNORM ?? {}).filter(([code]) => !(code in exceptions)))(
    'means by %s what the medication table calls %s',
    (code, name) => {
      expect(medications.byCode(code)).toMatchObject({ name, ingredients: [{ code }] });
    },
  );
});

it('lists no exception that the table does not need', () => {
  const names = new Map(drugClasses.flatMap(({ codes }) => Object.entries(codes.RXNORM ?? {})));
  for (const code of Object.keys(exceptions)) expect(medications.byCode(code)?.name).not.toBe(names.get(code));
});

/** Luhn's check digit (modulus 10), which every LOINC code ends in. */
const loincCheckDigit = (number: string): number => {
  const digits = [...number].reverse().map(Number);
  const sum = digits.reduce((total, digit, i) => {
    const weighed = i % 2 === 0 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return (10 - (sum % 10)) % 10;
};

/** Verhoeff's check digit, which every SNOMED CT identifier ends in; 0 for a whole identifier that is right. */
const verhoeff = (identifier: string): number => {
  const permute = (digit: number, position: number): number => {
    let value = digit;
    for (let i = 0; i < position % 8; i++) value = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][value] ?? 0;
    return value;
  };
  const dihedral = (a: number, b: number): number => {
    if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
    return b < 5 ? 5 + ((a - b + 5) % 5) : (a - b + 5) % 5;
  };
  return [...identifier].reverse().reduce((check, digit, i) => dihedral(check, permute(Number(digit), i)), 0);
};

/** The shape of a code, by system. */
const shapes: Readonly<Record<string, RegExp>> = {
  // LA are the answers of LOINC's lists.
  LOINC: /^(\d{1,5}|LA\d{1,5})-\d$/,
  RXNORM: /^\d{1,8}$/,
  SNOMED: /^[1-9]\d{5,17}$/,
  ICD10CM: /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/,
  ICD10PCS: /^[0-9A-HJ-NP-Z]{7}$/,
  HCPCS: /^[A-V]\d{4}$/,
  // A CVX code below 10 has a leading zero, which YAML drops from a number without quotes.
  CVX: /^\d{2,3}$/,
};

describe.each([...drugClasses, ...valueSets])('the value set $id', ({ codes }) => {
  it('names only code systems that this project knows', () => {
    for (const system of Object.keys(codes)) expect(Object.keys(codeSystems)).toContain(system);
  });

  it('has codes of the shape of their system, each with a name', () => {
    for (const [system, displays] of Object.entries(codes))
      for (const [code, display] of Object.entries(displays)) {
        expect(code).toMatch(shapes[system] ?? /^\S+$/);
        expect(display.trim()).not.toBe('');
      }
  });

  it('has the check digit of every LOINC code and every SNOMED CT identifier right', () => {
    for (const code of Object.keys(codes.LOINC ?? {})) {
      // The digit of an answer is reckoned otherwise.
      if (code.startsWith('LA')) continue;
      const [number = '', check] = code.split('-');
      expect([code, check]).toEqual([code, String(loincCheckDigit(number))]);
    }
    for (const code of Object.keys(codes.SNOMED ?? {})) expect([code, verhoeff(code)]).toEqual([code, 0]);
  });
});

it('gives no two value sets the same id', () => {
  const ids = [...drugClasses, ...valueSets].map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});
