import { Quantity } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canConvertQuantity, convertQuantity, convertValue } from '../../../src/cql/runtime/quantity.ts';

describe('convertQuantity', () => {
  it.each<[number, string, string, number | null]>([
    [1, 'g', 'mg', 1000],
    [7, 'd', 'wk', 1],
    [7, 'days', 'week', 1],
    [37, 'Cel', 'K', 310.15],
    [98.6, '[degF]', 'Cel', 37],
    [6.5, '%', '1', 0.065],
    [5, '[iU]', '[iU]', 5],
    [5, '[iU]', 'mg', null],
    [1, 'mg', 'mL', null],
    [0.086, 'mol/mol', 'mmol/mol', 86],
    [100, 'mg/g', '%', 10],
    [86, 'mmol/mol', '%', null],
    [9, '%', 'mmol/mol', null],
    [5.8, 'meq/L', 'mmol/L', null],
    [1, 'mg', 'nonsense', null],
  ])('makes of %d %s in %s %s', (value, from, to, expected) => {
    const quantity = new Quantity(value, from);
    expect(convertQuantity(quantity, to)).toEqual(expected === null ? null : new Quantity(expected, to));
    expect(canConvertQuantity(quantity, to)).toBe(expected !== null);
  });

  it('gives null for null', () => {
    expect(convertQuantity(null, 'mg')).toBe(null);
    expect(canConvertQuantity(new Quantity(1, 'mg'), null)).toBe(null);
  });

  it('agrees with cql-execution to eight digits', () => {
    const units = fc.constantFrom(
      'mg',
      'g',
      'kg',
      'ug',
      '[lb_av]',
      'mg/dL',
      'g/L',
      'mL',
      'L',
      'Cel',
      'K',
      '[degF]',
      'h',
      'days',
      'wk',
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), units, units, (steps, from, to) => {
        const value = steps / 100;
        let expected: number | null;
        try {
          expected = new Quantity(value, from).convertUnit(to).value as number;
        } catch {
          expected = null;
        }
        const converted = convertValue(value, from, to);
        if (converted === null || expected === null) expect(converted).toBe(expected);
        else expect(Math.abs(converted - expected)).toBeLessThanOrEqual(1e-8 + Math.abs(expected) * 1e-14);
      }),
    );
  });
});
