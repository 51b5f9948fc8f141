import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, shorten, singleLine } from '../../src/cds-hooks/markdown.ts';

describe('words of a record in Markdown', () => {
  it.each([
    ['*a* _b_ `c` ~d~', '\\*a\\* \\_b\\_ \\`c\\` \\~d\\~'],
    ['[a](b) ![c](d)', '\\[a\\]\\(b\\) \\!\\[c\\]\\(d\\)'],
    ['# head | cell', '\\# head \\| cell'],
    ['a\\b', 'a\\\\b'],
    ['<b>&amp;</b>', '&lt;b&gt;&amp;amp;&lt;/b&gt;'],
    ['https://evil.example', 'https\\://evil.example'],
    ['www.evil.example WWW.evil.example', 'www\\.evil.example WWW\\.evil.example'],
    ['me@evil.example', 'me\\@evil.example'],
    ['warfarin 5 MG: 1.5 daily', 'warfarin 5 MG: 1.5 daily'],
  ])('[CH-54] %s becomes %s', (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown);
  });

  it('begin no line, list or quotation of their own', () => {
    expect(escapeMarkdown('a\n# b\r\n\n- c\u2028> d')).toBe('a \\# b - c &gt; d');
  });

  it('never keep a character of markup that nothing escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeMarkdown(text).replace(/\\[\\`*_{}[\]()#+!|~:.@]/g, '')).not.toMatch(/[`*_{}[\]()#!|~<>\n]/);
      }),
    );
  });
});

describe('one line', () => {
  it('has no control, format or line separator characters, and no two spaces', () => {
    expect(singleLine('  a\u0000b\u202ec\u200d\td\n\n e ')).toBe('a b c d e');
  });

  it('has no half of a character', () => {
    expect(singleLine('a\ud800b').isWellFormed()).toBe(true);
  });
});

describe('a shortened text', () => {
  it('is the text where it fits', () => {
    expect(shorten('x'.repeat(139), 139)).toBe('x'.repeat(139));
  });

  it('is cut at a word', () => {
    expect(shorten('one two three four', 15)).toBe('one two three…');
  });

  it('is cut in a word where that is very long', () => {
    expect(shorten(`a ${'x'.repeat(50)}`, 20)).toBe(`a ${'x'.repeat(17)}…`);
  });

  it('is never longer than allowed, and never ends in half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 10, max: 139 }), (text, most) => {
        const short = shorten(text, most);
        expect(short.length).toBeLessThanOrEqual(most);
        expect(short.isWellFormed()).toBe(true);
      }),
    );
  });
});
