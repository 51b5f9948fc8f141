import { describe, expect, it } from 'vitest';
import { formatProblem, startOf } from '../../src/cql/problem.ts';

describe('formatProblem', () => {
  it.each([
    [{ file: 'a/b.cql', line: 3, column: 7, message: 'wrong' }, 'a/b.cql:3:7 wrong'],
    [{ file: 'a/b.cql', line: 3, message: 'wrong' }, 'a/b.cql:3 wrong'],
    [{ file: 'a/b.cql', message: 'wrong' }, 'a/b.cql wrong'],
  ])('writes %j so that an editor can jump to it', (problem, expected) => {
    expect(formatProblem(problem)).toBe(expected);
  });
});

describe('startOf', () => {
  it('reads the start of a locator', () => {
    expect(startOf('6:38-6:55')).toEqual({ line: 6, column: 38 });
    expect(startOf('6:38')).toEqual({ line: 6, column: 38 });
  });

  it.each([undefined, '', 'nowhere'])('gives nothing for %j', (locator) => {
    expect(startOf(locator)).toBeUndefined();
  });
});
