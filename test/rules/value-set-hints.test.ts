import { describe, expect, it } from 'vitest';
import { createValueSetHints } from '../../src/rules/value-set-hints.ts';

const set = (url: string, title: string, ...names: readonly string[]) => ({
  url,
  title,
  codes: names.map((display, i) => ({ system: 's', code: String(i), display })),
});

const hintsOf = createValueSetHints([
  set('colonoscopy', 'Colonoscopy', 'Colonoscopy and biopsy of colon', 'Screening colonoscopy'),
  set('ct', 'CT colonography', 'CT Colon and Rectum for screening'),
  set('vaccine', 'Influenza vaccine', 'Influenza, quadrivalent, preservative free'),
]);

describe('value sets that a name may belong in', () => {
  it('come by the words that the name shares, those of the title first', () => {
    expect(hintsOf('COLONOSCOPY FLX DX, colon')).toEqual([
      { url: 'colonoscopy', words: ['colonoscopy', 'colon'], inTitle: true },
    ]);
    expect(hintsOf('Colon biopsy')[0]).toEqual({ url: 'colonoscopy', words: ['colon', 'biopsy'], inTitle: false });
  });

  it.each([
    ['words that say nothing of the matter', 'Screening test of patient'],
    ['a lesser part of the name', 'Tetanus diphtheria acellular pertussis preservative'],
    ['nothing at all', 'Renal dialysis'],
    ['numbers', '100 25mg'],
  ])('are none for %s', (_, name) => {
    expect(hintsOf(name)).toEqual([]);
  });
});
