import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/rules/nearest.ts';

describe('the nearest word', () => {
  it.each([
    ['colonscopy', ['ct-colonography', 'colonoscopy', 'colon'], 'colonoscopy'],
    ['inr', ['nsaid', 'inr'], 'inr'],
    ['', ['abc', 'ab'], 'ab'],
    ['x', [], undefined],
  ])('to "%s" among %j is %s', (word, among, expected) => {
    expect(nearest(word, among)).toBe(expected);
  });
});
