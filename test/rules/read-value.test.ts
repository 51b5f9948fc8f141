import { describe, expect, it } from 'vitest';
import { asDay, asFacts, asList, asResources, asText, asTuple } from '../../src/rules/read-value.ts';

const condition = { resourceType: 'Condition', id: 'c' } as never;

describe('asList', () => {
  it.each([
    [null, []],
    [undefined, []],
    [false, [false]],
    ['one', ['one']],
    [
      [1, null, 2],
      [1, 2],
    ],
  ])('reads %j as %j', (value, expected) => {
    expect(asList(value)).toEqual(expected);
  });
});

describe('asTuple', () => {
  it.each([null, undefined, true, 3, 'text', [1]])('has no elements for %j', (value) => {
    expect(asTuple(value)).toEqual({});
  });

  it('is the tuple itself', () => {
    expect(asTuple({ a: 1 })).toEqual({ a: 1 });
  });
});

describe('asText', () => {
  it.each([
    ['text', 'text'],
    [0, '0'],
    [false, 'false'],
    [null, undefined],
    [undefined, undefined],
    [{ a: 1 }, undefined],
    [[1], undefined],
  ])('reads %j as %j', (value, expected) => {
    expect(asText(value)).toBe(expected);
  });
});

describe('asDay', () => {
  it.each([
    ['2026-11-21', '2026-11-21'],
    ['2026-11-21T10:00:00.000-05:00', '2026-11-21'],
    ['2026-11', undefined],
    ['2026', undefined],
    ['soon', undefined],
    [20261121, undefined],
    [null, undefined],
  ])('reads %j as %j', (value, expected) => {
    expect(asDay(value)).toBe(expected);
  });
});

describe('asResources', () => {
  it('gives the resources, of one or many, and nothing else', () => {
    expect(asResources(condition)).toEqual([condition]);
    expect(asResources([condition, null, 'x', { reason: 'y' }])).toEqual([condition]);
    expect(asResources(null)).toEqual([]);
  });
});

describe('asFacts', () => {
  it('writes every element as a person reads it and leaves out what is null', () => {
    expect(
      asFacts({
        age: 66,
        smoker: false,
        inr: { value: 3.2, unit: '1' },
        weight: { value: 80, unit: 'kg' },
        code: { code: '6301-6', system: 'http://loinc.org', display: 'INR' },
        bare: { code: '6301-6', system: 'http://loinc.org', display: null },
        drugs: ['warfarin', 'ibuprofen', 'warfarin', null],
        day: '2026-11-21',
        nothing: null,
        empty: [],
      }),
    ).toEqual({
      age: '66',
      smoker: 'false',
      inr: '3.2',
      weight: '80 kg',
      code: 'INR',
      bare: '6301-6',
      drugs: 'warfarin, ibuprofen',
      day: '2026-11-21',
    });
  });

  it('has none for a value that is no tuple', () => {
    expect(asFacts(null)).toEqual({});
    expect(asFacts('text')).toEqual({});
  });
});
