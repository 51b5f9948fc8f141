import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { and, implies, not, or, xor } from '../../../src/cql/runtime/logic.ts';
import { message } from '../../../src/cql/runtime/message.ts';
import { coalesce, isFalse, isNull, isTrue } from '../../../src/cql/runtime/nullology.ts';
import { truths } from './arbitraries.ts';

describe('three-valued logic', () => {
  it('decides as soon as one operand does', () => {
    expect([and(false, null), and(null, false), and(null, true), and(true, true)]).toEqual([false, false, null, true]);
    expect([or(true, null), or(null, true), or(null, false), or(false, false)]).toEqual([true, true, null, false]);
    expect([xor(true, false), xor(true, true), xor(true, null)]).toEqual([true, false, null]);
    expect([
      implies(false, null),
      implies(null, true),
      implies(true, null),
      implies(null, false),
      implies(true, false),
    ]).toEqual([true, true, null, null, false]);
  });

  it('holds the laws of De Morgan, and an implication is an or', () => {
    fc.assert(
      fc.property(truths, truths, (a, b) => {
        expect(not(and(a, b))).toBe(or(not(a), not(b)));
        expect(implies(a, b)).toBe(or(not(a), b));
        expect(xor(a, b)).toBe(or(and(a, not(b)), and(not(a), b)));
      }),
    );
  });
});

describe('nullology', () => {
  it('tells null, true and false apart', () => {
    expect([isNull(null), isNull(undefined), isNull(0), isNull('')]).toEqual([true, true, false, false]);
    expect([isTrue(true), isTrue(null), isFalse(false), isFalse(null)]).toEqual([true, false, true, false]);
  });

  it('finds the first that is not null, in a single list among its elements', () => {
    expect([
      coalesce(null, 0, 1),
      coalesce(null, undefined),
      coalesce([null, 'a']),
      coalesce([]),
      coalesce(['a'], null),
    ]).toEqual([0, null, 'a', null, ['a']]);
  });
});

describe('message', () => {
  it('gives its source', () => {
    expect(message(1, true, '100', 'Warning', 'Mind this')).toBe(1);
    expect(message(undefined, false, '400', 'Error', 'Not this time')).toBe(null);
  });

  it('throws an error where the condition holds', () =>
    expect(() => message(1, true, '400', 'Error', 'Not so')).toThrow('400: Not so'));
});
