import { describe, expect, it } from 'vitest';
import { freeNames } from '../../../src/cql/compile/free-names.ts';
import { createIdentifiers } from '../../../src/cql/compile/identifiers.ts';
import { describeDefinitions } from './definitions.ts';

describeDefinitions('a name that JavaScript has other uses for', {
  body: `define function "of\\nseveral lines\\u2028 throw new Error()"(x Integer): x + 1
context Patient
define "constructor": 5
define "__proto__": 6
define "undefined": 7
define "class": "constructor" + "__proto__" + "undefined"
define "distinct": distinct { 1, 1 }
define "e": 1
define "host": "e" + 1
define "rt": "host" + 1
define "Set": "rt" + 1
define "1 leading digit": "Set" + 1
define "😀": "1 leading digit" + 1
define "😀😀": "😀" + 1
define "same": Tuple { "__proto__": 1, "constructor": 2, "a b": 3, "😀": 4, result: 5 }`,
  cases: [
    // To cql-execution "__proto__" is the prototype.
    ['"class"', 18, 'interpreted', 'stock'],
    ['"distinct"', [1]],
    ['"😀😀"', 7],
    ['"of\\nseveral lines\\u2028 throw new Error()"(4)', 5],
    ['"same"."constructor" + "same"."a b" + "same"."😀" + "same".result', 14],
    ['"same"."__proto__"', 1, 'interpreted', 'stock'],
    ['({ 1, 2 }) item return all item + "e"', [2, 3]],
    ['({ 1 }) tuple return all Tuple { item: tuple + "host", tuple: tuple }', [{ item: 3, tuple: 1 }]],
    ['({ 1 }) "result" let "list": "result" + 1 return all "list"', [2]],
    ['({ 1 }) "distinct" return all "distinct"', [1]],
    ['({ 1 }) "two words" return all "two words" + 1', [2]],
    ['({ 1 }) "return" with ({ 1 }) "await" such that "await" = "return" return all "return"', [1]],
    [
      "'\"quoted\" \\'and\\' \\\\ \\n \\u2028 {x} `y` \\uE0001\\uE001'",
      '"quoted" \'and\' \\ \n \u2028 {x} `y` \uE0001\uE001',
    ],
  ],
});

describe('createIdentifiers', () => {
  it('gives the name itself, and a number more where it is taken', () => {
    const { take } = createIdentifiers(['add']);
    expect(['Last Positive FIT', 'Last Positive FIT', 'add', 'await', 'undefined', 'e'].map(take)).toEqual([
      'LastPositiveFIT',
      'LastPositiveFIT$2',
      'add$2',
      'await$2',
      'undefined$2',
      'e$2',
    ]);
  });

  it.each(['1st', '😀', '', 'ü', 'a-b', 'x\ny', '$', '日本'])('gives an identifier for %j', (name) => {
    expect(createIdentifiers([]).take(name)).toMatch(/^[A-Za-z_$][\w$]*$/);
  });

  it('lets a variable of one definition be called like one of another, but not like what both may use', () => {
    const { take, local, next } = createIdentifiers([]);
    take('Own');
    expect([local('O'), local('O'), local('Own')]).toEqual(['O', 'O$2', 'Own$2']);
    // Taken while a definition is compiled that has a variable of the name.
    expect(take('O')).toBe('O$3');
    next();
    expect([local('O'), local('Own')]).toEqual(['O', 'Own$2']);
  });
});

describe('freeNames', () => {
  const alias = (name: string) => ({ type: 'AliasRef', name });
  const names = (node: object) => [...freeNames(node)].sort();

  it('are the aliases, lets and operands that a node refers to', () => {
    expect(
      names({
        type: 'Add',
        operand: [alias('A'), { type: 'QueryLetRef', name: 'L' }, { type: 'Property', scope: 'B', path: 'x' }],
      }),
    ).toEqual(['A', 'B', 'L']);
    expect(names({ type: 'FunctionRef', operand: [{ type: 'OperandRef', name: 'o' }] })).toEqual(['o']);
    expect(names({ type: 'ExpressionRef', name: 'X' })).toEqual([]);
  });

  it('are not those that a query brings itself', () => {
    expect(
      names({
        type: 'Query',
        source: [{ alias: 'A', expression: { type: 'Retrieve' } }],
        let: [{ identifier: 'L', expression: alias('A') }],
        relationship: [
          { alias: 'B', expression: alias('A'), suchThat: { type: 'Equal', operand: [alias('A'), alias('B')] } },
        ],
        where: { type: 'QueryLetRef', name: 'L' },
        return: { expression: { type: 'Add', operand: [alias('A'), alias('Outer')] } },
        aggregate: { identifier: 'T', expression: { type: 'QueryLetRef', name: 'T' } },
      }),
    ).toEqual(['Outer']);
  });

  it('are those that a query hides, where it does not hide them yet', () => {
    expect(names({ type: 'Query', source: [{ alias: 'A', expression: alias('A') }], where: alias('A') })).toEqual([
      'A',
    ]);
    expect(
      names({
        type: 'Query',
        source: [{ alias: 'A', expression: { type: 'Null' } }],
        relationship: [{ alias: 'B', expression: alias('B'), suchThat: alias('B') }],
      }),
    ).toEqual(['B']);
  });
});
