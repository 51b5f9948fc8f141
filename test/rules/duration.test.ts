import { describe, expect, it } from 'vitest';
import { addDuration, type Duration, daysBetween, durationSchema } from '../../src/rules/duration.ts';

const duration = (text: string): Duration => durationSchema.parse(text);

describe('durationSchema', () => {
  it.each([
    ['48 h', { value: 48, unit: 'h' }],
    ['0 d', { value: 0, unit: 'd' }],
    ['6wk', { value: 6, unit: 'wk' }],
    ['27 mo', { value: 27, unit: 'mo' }],
    [' 10 y ', { value: 10, unit: 'y' }],
  ])('reads "%s"', (text, expected) => {
    expect(duration(text)).toEqual(expected);
  });

  it.each(['', '10', 'd', '-5 d', '1.5 mo', '6 weeks', '3 m', '1 d 2 h'])(
    'refuses "%s" and says what it expects',
    (text) => {
      const parsed = durationSchema.safeParse(text);
      expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
        `expected a length of time such as "90 d" (h, d, wk, mo or y), got "${text}"`,
      ]);
    },
  );
});

describe('addDuration', () => {
  it.each([
    ['2026-01-31', '1 mo', '2026-02-28'],
    ['2024-01-31', '1 mo', '2024-02-29'],
    ['2026-03-31', '1 mo', '2026-04-30'],
    ['2026-08-31', '6 mo', '2027-02-28'],
    ['2026-12-15', '1 mo', '2027-01-15'],
    ['2026-11-30', '27 mo', '2029-02-28'],
    ['2024-02-29', '1 y', '2025-02-28'],
    ['2024-02-29', '4 y', '2028-02-29'],
    ['2096-02-29', '4 y', '2100-02-28'],
    ['2016-11-21', '10 y', '2026-11-21'],
    ['2026-02-28', '1 d', '2026-03-01'],
    ['2024-02-28', '1 d', '2024-02-29'],
    ['2026-12-31', '1 d', '2027-01-01'],
    ['2026-03-07', '2 d', '2026-03-09'],
    ['2026-10-31', '6 wk', '2026-12-12'],
    ['2026-11-21', '0 d', '2026-11-21'],
    ['2026-11-21', '24 h', '2026-11-22'],
    ['2026-11-21', '25 h', '2026-11-23'],
    ['2026-11-21', '1 h', '2026-11-22'],
  ])('%s and %s later is %s', (date, text, expected) => {
    expect(addDuration(date, duration(text))).toBe(expected);
  });

  it.each([
    ['2026-03-31', '1 mo', '2026-02-28'],
    ['2024-03-31', '1 mo', '2024-02-29'],
    ['2026-01-15', '1 mo', '2025-12-15'],
    ['2026-01-15', '13 mo', '2024-12-15'],
    ['2024-02-29', '1 y', '2023-02-28'],
    ['2026-03-01', '1 d', '2026-02-28'],
    ['2027-01-01', '1 wk', '2026-12-25'],
    ['2026-11-21', '48 h', '2026-11-19'],
  ])('%s and %s before is %s', (date, text, expected) => {
    expect(addDuration(date, duration(text), -1)).toBe(expected);
  });
});

describe('daysBetween', () => {
  it.each([
    ['2026-11-21', '2026-11-21', 0],
    ['2026-11-21', '2026-11-22', 1],
    ['2026-11-22', '2026-11-21', -1],
    ['2024-02-28', '2024-03-01', 2],
    ['2026-02-28', '2026-03-01', 1],
    ['2026-03-07', '2026-03-09', 2],
    ['2026-10-31', '2026-11-02', 2],
    ['2025-11-21', '2026-11-21', 365],
  ])('from %s to %s is %i', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days);
  });
});
