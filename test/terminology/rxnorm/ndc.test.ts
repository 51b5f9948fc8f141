import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseNdc } from '../../../src/terminology/rxnorm/ndc.ts';

describe('an NDC', () => {
  it.each([
    ['00093227534', 'eleven digits', '00093227534'],
    ['00093-2275-34', '5-4-2', '00093227534'],
    ['0093-2275-34', '4-4-2', '00093227534'],
    ['50580-600-02', '5-3-2', '50580060002'],
    ['60575-4112-1', '5-4-1', '60575411201'],
    ['000093-2275-34', '6-4-2, as the VA writes it', '00093227534'],
    ['000093227534', 'twelve digits, as the VA writes them', '00093227534'],
    [' 00093227534 ', 'with blanks around', '00093227534'],
  ])('%s (%s) is %3$s', (text, _, digits) => {
    expect(normaliseNdc(text)).toBe(digits);
  });

  it.each([
    ['0093227534', 'ten digits, which can be read in three ways'],
    ['123456789012', 'twelve digits that do not begin with 0'],
    ['123456-7890-12', 'six digits of labeler that do not begin with 0'],
    ['093-2275-34', 'a labeler of three digits'],
    ['0093-22-75-34', 'four parts'],
    ['0093-2275-3A', 'a letter'],
    ['00093*227534', 'an asterisk'],
    ['00000000000', 'nothing but zeros'],
    ['', 'nothing'],
  ])('%s (%s) is in no known form', (text) => {
    expect(normaliseNdc(text)).toBeUndefined();
  });

  it('is the same however its parts are written', () => {
    const part = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
    fc.assert(
      fc.property(part(5), part(4), part(2), (labeler, product, packaging) => {
        fc.pre(Number(labeler + product + packaging) > 0);
        const whole = labeler + product + packaging;
        const forms = [
          whole,
          `0${whole}`,
          `${labeler}-${product}-${packaging}`,
          `0${labeler}-${product}-${packaging}`,
          labeler.startsWith('0') && `${labeler.slice(1)}-${product}-${packaging}`,
          product.startsWith('0') && `${labeler}-${product.slice(1)}-${packaging}`,
          packaging.startsWith('0') && `${labeler}-${product}-${packaging.slice(1)}`,
        ].filter((form) => form !== false);
        expect(new Set(forms.map(normaliseNdc))).toEqual(new Set([whole]));
      }),
    );
  });
});
