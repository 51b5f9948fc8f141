import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveAllergen } from '../../src/terminology/resolve-allergen.ts';
import { resolveMedication } from '../../src/terminology/resolve-medication.ts';
import { vocabulary } from '../support/record.ts';

const rowsOf = (name: string): readonly (readonly string[])[] =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('text\t'))
    .map((line) => line.split('\t'));

const codesOf = (ingredients: readonly { readonly code: string }[]): string =>
  ingredients
    .map(({ code }) => code)
    .sort((a, b) => Number(a) - Number(b))
    .join('|');

describe('names that were written by somebody who had not seen the reader', () => {
  it('are drugs of exactly their ingredients, or unread and named: at least 95 of 100 are read, and none wrongly', () => {
    const rows = rowsOf('./free-text-names.tsv');
    const wrong: string[] = [];
    const unread: string[] = [];
    for (const [text = '', ingredients] of rows) {
      const resolution = resolveMedication({ text }, vocabulary.medications);
      if (resolution.status !== 'resolved') unread.push(`${resolution.label} (${resolution.status})`);
      else if (codesOf(resolution.medication.ingredients) !== ingredients || resolution.unknownParts.length > 0)
        wrong.push(`${text}: ${resolution.medication.ingredients.map(({ name }) => name)}`);
    }
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(500);
    expect(1 - unread.length / rows.length, unread.join('\n')).toBeGreaterThanOrEqual(0.95);
  });

  it.each(rowsOf('./not-drug-names.tsv'))('are no drug, or said to be one of several: %s (%s)', (text, why) => {
    const resolution = resolveMedication({ text }, vocabulary.medications);
    if (why === 'ambiguous' && resolution.status === 'resolved') expect(resolution.medication.oneOf).toBe(true);
    else expect(resolution.status).not.toBe('resolved');
  });

  it('are known among allergies, at least 95 of 100 of the drugs', () => {
    const drugs = rowsOf('./allergy-names.tsv').filter(([, meaning]) => meaning === 'drug');
    const unknown = drugs.flatMap(
      ([text = '']) => resolveAllergen({ text }, vocabulary.medications, vocabulary.allergens).unknown,
    );
    expect(1 - unknown.length / drugs.length, unknown.join('\n')).toBeGreaterThanOrEqual(0.95);
  });

  it.each(rowsOf('./allergy-names.tsv'))(
    'are allergies to what they say, or named as unknown: %s, %s',
    (text, meaning, ingredients) => {
      const { unknown, ...found } = resolveAllergen({ text }, vocabulary.medications, vocabulary.allergens);
      if (unknown.length > 0) {
        expect(found.ingredients).toEqual([]);
        return;
      }
      if (meaning !== 'contrast or latex')
        if (meaning !== 'contrast or latex')
          expect(codesOf(found.ingredients)).toBe(meaning === 'drug' ? ingredients : '');
      if (meaning === 'class') expect(found.classes).not.toEqual([]);
      else if (meaning !== 'drug' && meaning !== 'contrast or latex') expect(found.kinds).toEqual([meaning]);
    },
  );
});
