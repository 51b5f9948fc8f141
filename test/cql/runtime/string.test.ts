import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as text from '../../../src/cql/runtime/string.ts';

describe('the operators on texts give', () => {
  it.each<[string, unknown, unknown]>([
    [
      'null for null',
      [
        text.concatenate('a', null),
        text.combine(null),
        text.split(null, ','),
        text.upper(null),
        text.lower(null),
        text.substring(null, 0),
        text.toChars(null),
        text.splitOnMatches(null, 'a'),
      ],
      Array(8).fill(null),
    ],
    [
      'null for a null pattern',
      [
        text.matches('a', null),
        text.replaceMatches('a', null, 'b'),
        text.positionOf(null, 'a'),
        text.lastPositionOf('a', null),
        text.startsWith('a', null),
        text.endsWith(null, 'a'),
      ],
      Array(6).fill(null),
    ],
    [
      'a text of several',
      [
        text.concatenate('a', 'b', 'c'),
        text.combine(['a', null, 'b'], '-'),
        text.combine(['a', 'b']),
        text.combine([null]),
        text.combine([]),
      ],
      ['abc', 'a-b', 'ab', null, null],
    ],
    [
      'parts',
      [
        text.split('a,b', ','),
        text.split('a,b', null),
        text.split('', ','),
        text.split('ab', ''),
        text.splitOnMatches('a1b22c', '(\\d)+'),
        text.splitOnMatches('ab', null),
      ],
      [['a', 'b'], ['a,b'], [''], ['ab'], ['a', 'b', 'c'], ['ab']],
    ],
    ['another case', [text.upper('aB'), text.lower('aB')], ['AB', 'ab']],
    [
      'a part of a text',
      [
        text.substring('ab', 0),
        text.substring('ab', 2),
        text.substring('ab', -1),
        text.substring('', 0),
        text.substring('abc', 1, 1),
        text.substring('ab', 0, 3),
        text.substring('ab', 1, null),
        text.substring('ab', null),
      ],
      ['ab', null, null, '', 'b', 'ab', 'b', null],
    ],
    [
      'positions',
      [text.positionOf('b', 'ab'), text.positionOf('c', 'ab'), text.lastPositionOf('hi', 'Say hi to Ohio!')],
      [1, -1, 11],
    ],
    [
      'ends',
      [text.startsWith('ab', 'a'), text.startsWith('ab', 'b'), text.endsWith('ab', 'b'), text.endsWith('ab', '')],
      [true, false, true, true],
    ],
    [
      'matches of the whole text alone',
      [
        text.matches('abc', 'b'),
        text.matches('abc', '.*b.*'),
        text.matches('ac', 'a|c'),
        text.matches('c', 'a|c'),
        text.matches('abc', '^abc$'),
      ],
      [false, true, false, true, true],
    ],
    [
      'replacements',
      [
        text.replaceMatches('a b c', '\\s', '\\$'),
        text.replaceMatches('ab', '(a)(b)', '$2$1'),
        text.replaceMatches('a', 'a', '\\$1'),
      ],
      ['a$b$c', 'ba', '$1'],
    ],
    [
      'the same for a pattern used again',
      [
        text.matches('aa', 'a+'),
        text.matches('aa', 'a+'),
        text.replaceMatches('aa', 'a', 'b'),
        text.replaceMatches('aa', 'a', 'b'),
      ],
      [true, true, 'bb', 'bb'],
    ],
    ['characters', text.toChars('ab'), ['a', 'b']],
  ])('%s', (_, result, expected) => expect(result).toEqual(expected));

  it('put together again what was split', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (parts) => {
        const joined = text.combine(parts, '\u0001');
        expect(text.combine(text.split(joined, '\u0001'), '\u0001')).toBe(joined);
      }),
    );
  });
});
