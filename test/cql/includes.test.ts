import { describe, expect, it } from 'vitest';
import { declarationIn, declaredName, includesOf, usingsOf } from '../../src/cql/includes.ts';

describe('declaredName', () => {
  it.each([
    ['library Dates\n', 'Dates'],
    ["library Dates version '1.0'\n", 'Dates'],
    ['library "Two Words"\n', 'Two Words'],
    ['library `Two Words`\n', 'Two Words'],
    ['library org.example.Dates\n', 'org.example.Dates'],
    ['\n  // library Comment\n/* library Block\nlibrary Inner */\nlibrary Dates\n', 'Dates'],
    ['library\n  Dates\n', 'Dates'],
    ['/* it’s "quoted" */ library Dates', 'Dates'],
    ['define "library": 1\n', undefined],
    ["define X: 'library Dates'\n", undefined],
    ['// library Dates\ndefine X: 1\n', undefined],
    ['', undefined],
  ])('of %j is %s', (text, name) => {
    expect(declaredName(text)).toBe(name);
  });
});

describe('includesOf', () => {
  const names = (text: string) => includesOf(text).map(({ name }) => name);

  it('finds every way to write an include', () => {
    expect(
      names(`library A
using FHIR version '4.0.1'
include FHIRHelpers version '4.0.1'
include Dates called D
include "Two Words" called T
include \`Back Tick\` called B
include org.example.Shared version '2' called S include Last
`),
    ).toEqual(['FHIRHelpers', 'Dates', 'Two Words', 'Back Tick', 'org.example.Shared', 'Last']);
  });

  it('takes none from comments, texts and names', () => {
    expect(
      names(`library A
// include Line
/* include Block
include Inner */
codesystem "S": 'http://example.org/*' // include Behind
define "we include Quoted": 'and include Text'
define "Crohn's include": 1
define X: 'it\\'s include Escaped'
`),
    ).toEqual([]);
  });

  it('places each by line and column', () => {
    expect(includesOf('library A\n/* two\nlines */ include B called B\n  include C')).toEqual([
      { name: 'B', line: 3, column: 10 },
      { name: 'C', line: 4, column: 3 },
    ]);
  });
});

describe('versions', () => {
  it('come with the names they follow', () => {
    const text = `library A version '1.0'
using FHIR version '4.0.1'
include B version '2' called B
include C called C
include version called V
define "version": '3'`;
    expect(declarationIn(text)).toMatchObject({ name: 'A', version: '1.0' });
    expect(usingsOf(text)).toEqual([{ name: 'FHIR', version: '4.0.1', line: 2, column: 1 }]);
    expect(includesOf(text).map(({ name, version }) => [name, version])).toEqual([
      ['B', '2'],
      ['C', undefined],
      ['version', undefined],
    ]);
  });
});
