import { Date as CqlDate, DateTime, Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  abs,
  add,
  divide,
  modulo,
  multiply,
  negate,
  subtract,
  truncatedDivide,
} from '../../../src/cql/runtime/arithmetic.ts';
import { equal } from '../../../src/cql/runtime/equality.ts';
import { predecessor, successor } from '../../../src/cql/runtime/limits.ts';
import { exp, ln, log, power } from '../../../src/cql/runtime/power.ts';
import { ceiling, floor, round, truncate } from '../../../src/cql/runtime/rounding.ts';
import { decimals, integers, longs } from './arbitraries.ts';

const q = (value: number, unit?: string) => new Quantity(value, unit);
const max = 2 ** 31 - 1;
const min = -(2 ** 31);
const maxLong = 2n ** 63n - 1n;
const millisecond = (time: number) => new DateTime(0, 1, 1, 12, 0, 0, time, null);

type Call = [name: string, result: () => unknown, expected: unknown];

const gives = (cases: readonly Call[]) =>
  it.each(cases)('%s', (_, result, expected) => expect(result()).toEqual(expected));

describe('arithmetic gives', () => {
  gives([
    [
      'null for a null operand',
      () => [add(1, null), subtract(null, 1), multiply(1, null), divide(null, 1), modulo(1, null)],
      [null, null, null, null, null],
    ],
    [
      'null beyond Integer',
      () => [add(max, 1, 'Integer'), subtract(min, 1, 'Integer'), multiply(max, 2), negate(min), abs(min, 'Integer')],
      [null, null, null, null, null],
    ],
    ['a Decimal beyond Integer', () => [add(max, 1, 'Decimal'), multiply(max, 2, 'Decimal')], [2147483648, 4294967294]],
    ['null beyond Decimal', () => multiply(1e15, 1e15, 'Decimal'), null],
    ['null beyond Long', () => [add(maxLong, 1n), negate(-maxLong - 1n), abs(-maxLong - 1n)], [null, null, null]],
    [
      'exact Longs',
      () => [add(9007199254740993n, 1n), truncatedDivide(-7n, 2n), modulo(-7n, 2n)],
      [9007199254740994n, -3n, -1n],
    ],
    ['exact Decimals', () => [subtract(2, 1.1), add(0.1, 0.2), multiply(1.1, 3)], [0.9, 0.3, 3.3]],
    ['eight digits of a quotient', () => divide(10, 3), 3.33333333],
    [
      'null for a division by zero',
      () => [divide(1, 0), divide(0, 0), truncatedDivide(1, 0), modulo(0, 0), truncatedDivide(1n, 0n), divide(1n, 0n)],
      [null, null, null, null, null, null],
    ],
    ['a Decimal for a quotient of Longs', () => divide(3n, 2n), 1.5],
    [
      'whole quotients toward zero',
      () => [truncatedDivide(-10, 3), truncatedDivide(10.1, -3.1), truncatedDivide(0.3, 0.1)],
      [-3, -3, 3],
    ],
    [
      'remainders with the sign of the dividend',
      () => [modulo(-10, 3), modulo(3.5, 3), modulo(0.3, 0.1)],
      [-1, 0.5, 0],
    ],
    [
      'no negative zero',
      () => [negate(0), multiply(0, -1), truncatedDivide(-1, 2), modulo(-4, 2), ceiling(-0.1), round(-0.4)],
      [0, 0, 0, 0, 0, 0],
    ],
    ['texts joined', () => add('a', 'b'), 'ab'],
    [
      'quantities of one unit',
      () => [add(q(1, 'years'), q(2, 'years')), subtract(q(1, 'g/cm3'), q(3, 'g/cm3'))],
      [q(3, 'years'), q(-2, 'g/cm3')],
    ],
    ['quantities in the smaller unit', () => add(q(1, 'g'), q(1, 'mg')), q(1001, 'mg')],
    ['null for quantities that do not convert', () => add(q(1, 'g'), q(1, 'mL')), null],
    [
      'a number times a quantity',
      () => [multiply(2, q(3, 'mg')), multiply(q(3, 'mg'), q(2, '1')), divide(q(3, 'mg'), 2)],
      [q(6, 'mg'), q(6, 'mg'), q(1.5, 'mg')],
    ],
    [
      'units multiplied and divided',
      () => [multiply(q(1, 'cm'), q(2, 'cm')), divide(q(1, 'g/cm3'), q(1, 'g/cm3')), divide(q(6, 'mg'), q(3, 'mL'))],
      [q(2, 'cm2'), q(1, '1'), q(2, 'mg/mL')],
    ],
    [
      'null for a quantity divided by zero',
      () => [divide(q(1, 'g'), q(0, 'g')), divide(q(1, 'g'), 0), modulo(q(1, 'g'), q(0, 'g'))],
      [null, null, null],
    ],
    [
      'whole quotients and remainders of quantities',
      () => [
        truncatedDivide(q(10.1, 'cm'), q(-3.1, 'cm')),
        modulo(q(3.5, 'cm'), q(3, 'cm')),
        modulo(q(1, 'g'), q(300, 'mg')),
      ],
      [q(-3, 'cm'), q(0.5, 'cm'), q(0.1, 'g')],
    ],
    [
      'a date moved by a quantity',
      () => [
        String(add(new CqlDate(2020, 1, 31), q(1, 'month'))),
        String(subtract(new CqlDate(2020, 1, 31), q(1, 'day'))),
      ],
      ['2020-02-29', '2020-01-30'],
    ],
    [
      'the span of what is uncertain',
      () => [add(new Uncertainty(1, 3), 2), subtract(1, new Uncertainty(1, 3)), multiply(new Uncertainty(-1, 3), -2)],
      [new Uncertainty(3, 5), new Uncertainty(-2, 0), new Uncertainty(-6, 2)],
    ],
    [
      'null for a divisor that may be zero',
      () => [divide(1, new Uncertainty(-1, 3)), divide(6, new Uncertainty(2, 3))],
      [null, new Uncertainty(2, 3)],
    ],
  ]);

  it('says what it expected of what it cannot add', () =>
    expect(() => add('secret', 1)).toThrow(
      '+: expected two numbers, two quantities, two texts, or a date and a quantity, got string and number',
    ));

  it('comes back by subtraction, or is null beyond the range', () => {
    fc.assert(
      fc.property(integers, integers, (a, b) => {
        const sum = add(a, b, 'Integer');
        if (sum === null) expect(Math.abs(a + b)).toBeGreaterThan(max);
        else expect(subtract(sum, b, 'Integer')).toBe(a + 0);
      }),
    );
    fc.assert(
      fc.property(longs, longs, (a, b) => {
        const sum = add(a, b);
        if (sum === null) expect(a + b > maxLong || a + b < -maxLong - 1n).toBe(true);
        else expect(subtract(sum, b)).toBe(a);
      }),
    );
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(subtract(add(a, b, 'Decimal'), b, 'Decimal')).toBeCloseTo(a, 7);
      }),
    );
  });

  it('puts quotient and remainder together again', () => {
    fc.assert(
      fc.property(integers, integers, (a, b) => {
        const [quotient, rest] = [truncatedDivide(a, b), modulo(a, b)];
        if (b === 0) expect([quotient, rest]).toEqual([null, null]);
        else if (quotient !== null) expect((quotient as number) * b + (rest as number)).toBe(a + 0);
      }),
    );
  });

  it('adds and multiplies quantities in either order', () => {
    const amounts = fc
      .tuple(fc.integer({ min: 0, max: 500 }), fc.constantFrom('mg', 'g', 'kg'))
      .map(([v, unit]) => q(v, unit));
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(equal(add(a, b), add(b, a))).toBe(true);
        expect(equal(multiply(a, b), multiply(b, a))).toBe(true);
      }),
    );
  });
});

describe('rounding gives', () => {
  gives([
    ['null for null', () => [ceiling(null), floor(null), truncate(null), round(null)], [null, null, null, null]],
    ['Integers', () => [ceiling(1.1), floor(-1.1), truncate(-1.9), ceiling(2147483647)], [2, -2, -1, 2147483647]],
    ['null beyond Integer', () => [ceiling(2147483647.2), floor(-2147483648.2), truncate(1e10)], [null, null, null]],
    ['halves away from zero', () => [round(0.5), round(-0.5), round(-1.5), round(2.5), round(-0.4)], [1, -1, -2, 3, 0]],
    [
      'digits as decimals have them',
      () => [round(5.14159, 2), round(1.005, 2), round(2.675, 2), round(1.0049, 2)],
      [5.14, 1.01, 2.68, 1],
    ],
    ['whole numbers where the digits are null', () => round(1.6, null), 2],
  ]);
});

describe('powers and logarithms give', () => {
  gives([
    ['null for null', () => [ln(null), log(1, null), exp(null), power(null, 2)], [null, null, null, null]],
    ['Integers of Integers', () => [power(2, 4), power(0, 0), power(-2, 2)], [16, 1, 4]],
    ['Decimals where the exponent is negative', () => [power(2, -2), power(2n, -1n)], [0.25, 0.5]],
    [
      'null beyond the range',
      () => [power(2, 31, 'Integer'), power(2n, 63n), power(3n, 1000n), exp(1000)],
      [null, null, null, null],
    ],
    ['large powers of 1, 0 and −1', () => [power(1n, 100n), power(0n, 100n), power(-1n, 101n)], [1n, 0n, -1n]],
    ['a Decimal beyond Integer', () => power(10, 10, 'Decimal'), 1e10],
    ['logarithms', () => [log(16, 2), log(0.125, 2), ln(1), exp(2)], [4, -3, 0, 7.3890561]],
    ['null of what has no logarithm', () => [ln(0), ln(-1), log(1, 1), log(2, 1)], [null, null, null, null]],
  ]);
});

describe('predecessor and successor give', () => {
  gives([
    ['null for null', () => [predecessor(null), successor(null)], [null, null]],
    [
      'the next by the type',
      () => [
        successor(1, 'Integer'),
        successor(1, 'Decimal'),
        predecessor(1.01),
        predecessor(1n),
        successor(q(1, 'cm')),
      ],
      [2, 1.00000001, 1.00999999, 0n, q(1.00000001, 'cm')],
    ],
    [
      'null at the end',
      () => [
        successor(max, 'Integer'),
        predecessor(min, 'Integer'),
        successor(maxLong),
        successor(new CqlDate(9999, 12, 31)),
        predecessor(new CqlDate(1, 1, 1)),
      ],
      [null, null, null, null, null],
    ],
    [
      'the next date by its precision',
      () => [String(successor(new CqlDate(2020, 2))), String(predecessor(new CqlDate(2020, 3, 1)))],
      ['2020-03', '2020-02-29'],
    ],
    [
      'the next time',
      () => [
        successor(millisecond(0)),
        predecessor(new DateTime(0, 1, 1, 0, 0, 0, 0, null)),
        successor(new DateTime(0, 1, 1, 23, 59, 59, 999, null)),
      ],
      [millisecond(1), null, null],
    ],
  ]);

  it('says what it expected', () =>
    expect(() => successor('a')).toThrow('Successor: expected a number, a quantity or a date'));

  it('are each other’s inverse', () => {
    fc.assert(
      fc.property(integers, decimals, (whole, decimal) => {
        if (whole < max) expect(predecessor(successor(whole, 'Integer'), 'Integer')).toBe(whole + 0);
        expect(predecessor(successor(decimal, 'Decimal'), 'Decimal')).toBeCloseTo(decimal, 9);
      }),
    );
  });
});
