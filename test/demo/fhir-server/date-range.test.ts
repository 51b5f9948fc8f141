import { describe, expect, it } from 'vitest';
import type { DatePrefix } from '../../../src/demo/fhir-server/date-range.ts';
import { dateMatches, parseDateRange, rangeOfElement } from '../../../src/demo/fhir-server/date-range.ts';

const iso = (text: string) => {
  const range = parseDateRange(text);
  return range === undefined ? undefined : [new Date(range.start).toISOString(), new Date(range.end).toISOString()];
};

const matches = (prefix: DatePrefix, element: unknown, search: string) => {
  const range = rangeOfElement(element);
  const wanted = parseDateRange(search);
  if (range === undefined || wanted === undefined) throw new Error('a date of the test cannot be read');
  return dateMatches(prefix, range, wanted);
};

describe('a FHIR date is a range as long as its precision', () => {
  it.each([
    ['2024', '2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
    ['2024-02', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['2024-12-31', '2024-12-31T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
    ['2024-02-29T10:30', '2024-02-29T10:30:00.000Z', '2024-02-29T10:31:00.000Z'],
    ['2024-02-29T10:30:05Z', '2024-02-29T10:30:05.000Z', '2024-02-29T10:30:06.000Z'],
    ['2024-02-29T23:30:00-05:00', '2024-03-01T04:30:00.000Z', '2024-03-01T04:30:01.000Z'],
    ['2024-02-29T10:30:05.25Z', '2024-02-29T10:30:05.250Z', '2024-02-29T10:30:05.260Z'],
  ])('%s', (text, start, end) => {
    expect(iso(text)).toEqual([start, end]);
  });

  it.each(['', '24', '2024-13', '2023-02-29', '2024-02-30', '2024-1-1', '2024-01-01T25:00', '2024-01-01T10', 'today'])(
    'refuses %j',
    (text) => {
      expect(parseDateRange(text)).toBeUndefined();
    },
  );

  it('a Period without an end goes on for ever, and one without either is no date', () => {
    expect(rangeOfElement({ start: '2024-01-01' })?.end).toBe(Number.POSITIVE_INFINITY);
    expect(rangeOfElement({ end: '2024-01-01' })?.start).toBe(Number.NEGATIVE_INFINITY);
    expect(rangeOfElement({})).toBeUndefined();
    expect(rangeOfElement({ start: 'soon' })).toBeUndefined();
  });
});

describe('prefixes compare ranges as R4 defines', () => {
  it.each<[DatePrefix, unknown, string, boolean]>([
    ['eq', '2024-03-14T10:00:00Z', '2024-03-14', true],
    ['eq', '2024-03', '2024-03-14', false],
    ['eq', '2024-03-14', '2024-03', true],
    ['ne', '2024-03', '2024-03-14', true],
    ['ne', '2024-03-14', '2024-03-14', false],
    ['gt', '2024-03-14T23:59:59Z', '2024-03-14', false],
    ['gt', '2024-03-15T00:00:00Z', '2024-03-14', true],
    ['gt', '2024-03', '2024-03-14', true],
    ['lt', '2024-03-14T00:00:00Z', '2024-03-14', false],
    ['lt', '2024-03-13T23:59:59Z', '2024-03-14', true],
    ['lt', '2024-03', '2024-03-14', true],
    ['ge', '2024-03-14T00:00:00Z', '2024-03-14', true],
    ['ge', '2024-03-13T23:59:59Z', '2024-03-14', false],
    ['ge', { start: '2024-03-10' }, '2024-03-14', true],
    ['le', '2024-03-14T23:59:59Z', '2024-03-14', true],
    ['le', '2024-03-15', '2024-03-14', false],
    ['le', { start: '2024-03-10' }, '2024-03-14', true],
    ['sa', '2024-03-15', '2024-03-14', true],
    ['sa', { start: '2024-03-14', end: '2024-03-20' }, '2024-03-14', false],
    ['sa', '2024-03', '2024-03-14', false],
    ['eb', '2024-03-13', '2024-03-14', true],
    ['eb', { start: '2024-03-01', end: '2024-03-14' }, '2024-03-14', false],
  ])('%s: element %j, search %s gives %j', (prefix, element, search, expected) => {
    expect(matches(prefix, element, search)).toBe(expected);
  });
});
