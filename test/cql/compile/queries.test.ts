import { describeDefinitions } from './definitions.ts';

describeDefinitions('a query', {
  cases: [
    ['({ 1, 2 }) X return all X + 1', [2, 3]],
    ['(null as List<Integer>) X return X', null],
    ['(5) A return A + 1', 6],
    ['(null as Integer) A return A + 1', null],
    ['(5) A where A > 6 return A', null],
    // Only a return is distinct; stock makes a query without one distinct as well.
    ['({ 1, 1, 2 }) X where X > 0', [1, 1, 2], 'stock'],
    ['({ 1, 1, 2 }) X return X', [1, 2]],
    ['({ 1, 1, 2 }) X return all X', [1, 1, 2]],
    ['(({ 1, 1, 2 }) X where X > 0) X return X', [1, 2]],
    ['({ 1, null, 1, null }) X return X', [1, null]],
    ["({ 1, 2 }) X return Tuple { x: 'a' }", [{ x: 'a' }]],
    ['({ 1, null, 3 }) X where X > 1', [3]],
    ['({ 1, null, 3 }) X where not (X > 1)', [1]],
    ['({ 1, null, 3 }) X where not (X > 1 and null)', [1]],
    ['({ 1, null, 3 }) X where (X > 1 or null) is null', [1, null]],
    ['({ 1, null, 3 }) X where X > 1 implies X > 2', [1, 3]],
    ["({ 'a', 'b', null }) X where not (X in { 'a', 'c' })", ['b', null]],
    ["({ 'a', 'b', null }) X return all X in { 'a', 'c' }", [true, false, false]],
    ["({ 'a', null, 'b' }) X where not (X = 'a')", ['b']],
    ["({ 'a', null, 'b' }) X where X != 'a'", ['b']],
    ['({ 1.0, 2.5 }) X where X in { 1.00, 2.50 }', [1, 2.5]],
    ['({ true, false, null }) X where X is not true', [false, null]],
    ['({ 1, 2 }) X let y: X * 2, z: y + 1 where z > 3 return all Tuple { y: y, z: z }', [{ y: 4, z: 5 }]],
    ['({ 1, 2, 3 }) X let y: X * 2 with ({ 4 }) Z such that Z = y return all y', [4]],
    ['({ 3, 1, 2 }) X let y: -X return all Tuple { y: y } sort by y', [{ y: -3 }, { y: -2 }, { y: -1 }]],
    // An alias that hides another
    [
      '({ 1, 2 }) X return all (({ X, 10 }) X return all X + 1)',
      [
        [2, 11],
        [3, 11],
      ],
    ],
    ['({ 1, 2 }) X return all (({ 10 }) Y return all (({ 100 }) Z return all X + Y + Z))', [[[111]], [[112]]]],
  ],
});

describeDefinitions('a query of several sources', {
  cases: [
    [
      'from ({ 1, 2 }) A, ({ 3 }) B',
      [
        { A: 1, B: 3 },
        { A: 2, B: 3 },
      ],
    ],
    ['from (5) A, ({ 3, 4 }) B return A + B', [8, 9]],
    ['from ({ 1, 2 }) A, ({ 2, 3 }) B where A = B return A', [2]],
    ['from ({ 1, 2 }) A, (null as List<Integer>) B return A', []],
    ['from (null as List<Integer>) A, (null as List<Integer>) B return A', null],
    ['from ({ 1, 1 }) A, ({ 2 }) B return all A + B', [3, 3]],
  ],
});

describeDefinitions('with and without', {
  cases: [
    // An equality becomes a look-up, in which null joins with nothing, as in the loop.
    ['({ 1, 2, null }) A with ({ 2, 3, null }) B such that A = B', [2]],
    ['({ 1, 2, null }) A with ({ 2, 3, null }) B such that B = A', [2]],
    ['({ 1, 2, null }) A without ({ 2, 3, null }) B such that A = B', [1, null]],
    ['({ 1, 2 }) A without (null as List<Integer>) B such that A = B', [1, 2]],
    ['({ 1, 2 }) A with (null as List<Integer>) B such that A = B', []],
    ["({ 'a', 'B' }) A with ({ 'b', 'a' }) B such that A = B", ['a']],
    ['({ 1.0, 2.0 }) A with ({ 2.00, 3.0 }) B such that A = B', [2]],
    ['({ true, false, null }) A with ({ true, null }) B such that A = B', [true]],
    ['({ @2020-01-01, @2020 }) A with ({ @2020-01-01 }) B such that A = B', ['2020-01-01']],
    ['({ 1, 2, 3 }) A with ({ 2, 3 }) B such that A = B and B > 2', [3]],
    ['({ 1, 2, 3 }) A with ({ 2, 3 }) B such that A = B or B > A', [1, 2, 3]],
    ['({ 1, 2, 3 }) A with ({ 2, 3 }) B such that A < B without ({ 1 }) C such that C = A', [2]],
    ['from ({ 1, 2 }) A, ({ 10, 20 }) B with ({ 12 }) C such that C = A + B return all Tuple { a: A }', [{ a: 2 }]],
    ['({ 1, 2 }) A with ({ A, 9 }) B such that B = 2', [2]],
  ],
});

describeDefinitions('aggregate', {
  cases: [
    ['({ 1, 2, 3 }) X aggregate R starting 1: R * X', 6],
    ['({ 1, 2, 3 }) X let y: X * 2 aggregate R starting 0: R + y', 12],
    ['from ({ 1, 2 }) X, ({ 10, 20 }) Y aggregate R starting 0: R + X * Y', 90],
    ["({ 'a', 'b' }) X aggregate R: Coalesce(R, '') + X", 'ab'],
    ['({ 1, 2 }) X aggregate R starting 0: R + Sum(({ 1, 2 }) Y return all Y * X + R)', 15],
    ['(null as List<Integer>) X aggregate R starting 1: R * X', null],
  ],
});

describeDefinitions('sort', {
  body: `define "Rows": { Tuple { a: 1, b: 'x' }, Tuple { a: null as Integer, b: 'y' }, Tuple { a: 1, b: 'w' } }`,
  cases: [
    ['({ 3, 1, 2 }) X sort asc', [1, 2, 3]],
    ['({ 3, null, 1 }) X sort desc', [3, 1, null], 'stock'],
    ['({ 4, 2, 3 }) X sort by -$this', [4, 3, 2]],
    [
      '("Rows") R return all R sort by a desc, b',
      [
        { a: 1, b: 'w' },
        { a: 1, b: 'x' },
        { a: null, b: 'y' },
      ],
    ],
    ['(("Rows") R sort by a) R return all R.b', ['y', 'x', 'w']],
    ["({ 'b', 'a' }) X return all X + '!' sort asc", ['a!', 'b!']],
    [
      '({ Interval[3, 4], Interval[1, 9] }) X return all X sort by start of $this',
      [
        { low: 1, high: 9 },
        { low: 3, high: 4 },
      ],
    ],
  ],
});

describeDefinitions('what ends with the first row', {
  cases: [
    ['exists (({ 1, 2 }) X where X > 1)', true],
    ['exists (({ null }) X where X is null)', false],
    ['exists (({ 1 }) X return (null as Integer))', false],
    ['exists ((null as List<Integer>) X where X > 1)', false],
    ['First(({ 1, 2, 3 }) X where X > 1 return X * 10)', 20],
    ['First(({ null, 1 }) X where X is null return X)', null],
    ['First(({ 1 }) X where X > 3 return X)', null],
    ['First(({ 1, 3, 2 }) X sort desc)', 3],
  ],
});
