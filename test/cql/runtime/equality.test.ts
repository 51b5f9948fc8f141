import { Code, Concept, Date as CqlDate, DateTime, Interval, Quantity, Ratio } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equal, equivalent, notEqual } from '../../../src/cql/runtime/equality.ts';
import { FhirValue } from '../../../src/cql/runtime/fhir-value.ts';
import { values } from './arbitraries.ts';

const patient = { resourceType: 'Patient', id: '1' };
const ratio = (a: number, b: number) => new Ratio(new Quantity(a, 'mg'), new Quantity(b, 'mL'));

describe('equal', () => {
  it.each<[string, unknown, unknown, boolean | null]>([
    ['null and a value', null, 1, null],
    ['two nulls', null, undefined, null],
    ['the same numbers', 1, 1, true],
    ['a number and a text', 1, '1', false],
    ['two Longs', 9007199254740993n, 9007199254740992n, false],
    ['1 cm and 0.01 m', new Quantity(1, 'cm'), new Quantity(0.01, 'm'), true],
    ['quantities of other dimensions', new Quantity(1, 'cm'), new Quantity(1, 'g'), null],
    ['international units, which convert to nothing', new Quantity(5, '[iU]'), new Quantity(5, '[iU]'), true],
    ['a quantity without a unit and of unit 1', new Quantity(5), new Quantity(5, '1'), true],
    ['a month and a UCUM month', new Quantity(1, 'month'), new Quantity(1, 'mo'), null],
    ['one month in singular and plural', new Quantity(1, 'month'), new Quantity(1, 'months'), true],
    ['a year and twelve months', new Quantity(1, 'year'), new Quantity(12, 'months'), true],
    ['a week and seven days', new Quantity(1, 'week'), new Quantity(7, 'd'), true],
    ['degrees Celsius and kelvin', new Quantity(0, 'Cel'), new Quantity(273.15, 'K'), true],
    ['ratios that are only in proportion', ratio(1, 100), ratio(10, 1000), false],
    ['the same ratios', ratio(1, 2), ratio(1, 2), true],
    ['a date and a less precise one', new CqlDate(2020, 5), new CqlDate(2020), null],
    [
      'a moment at two offsets',
      new DateTime(2020, 1, 1, 0, 0, 0, 0, 0),
      new DateTime(2019, 12, 31, 19, 0, 0, 0, -5),
      true,
    ],
    ['lists that both have nulls', [1, null], [1, null], true],
    ['lists of which one has a null', [null, 1], [1, 1], null],
    ['lists of other lengths', [1, null], [1], false],
    ['tuples that both lack an element', { a: 1, b: null }, { a: 1, b: null }, true],
    ['tuples of which one lacks an element', { a: 1, b: null }, { a: 1, b: 2 }, null],
    ['tuples that differ before one lacks an element', { Id: 1, Name: 'John' }, { Id: 2, Name: null }, false],
    ['tuples that differ after one lacks an element', { Id: null, Name: 'John' }, { Id: 1, Name: 'Jo' }, null],
    ['tuples of other elements', { a: 1 }, { b: 1 }, false],
    ['a resource and itself', patient, patient, true],
    ['a resource and its copy', patient, { ...patient }, false],
    ['raw FHIR of the same structure', { coding: [{ code: 'a' }] }, { coding: [{ code: 'a' }] }, true],
    ['raw FHIR with and without an element', { code: 'a', system: 's' }, { code: 'a' }, false],
    ['a tagged value and an untagged one', new FhirValue('FHIR.string', 'a'), 'a', true],
    ['codes of which one has no display', new Code('a', 's'), new Code('a', 's', undefined, 'A'), null],
    ['other codes of which one has no display', new Code('b', 's'), new Code('a', 's', undefined, 'A'), false],
    ['intervals written open and closed', new Interval(1, 4, true, false), new Interval(1, 3), true],
    ['a number and a span around it', 2, new Uncertainty(1, 3), null],
    ['a number and a span of that number', 2, new Uncertainty(2, 2), true],
    ['a number and a span beyond it', 5, new Uncertainty(1, 3), false],
  ])('tells of %s', (_, a, b, expected) => {
    expect(equal(a, b)).toBe(expected);
    expect(equal(b, a)).toBe(expected);
    expect(notEqual(a, b)).toBe(expected === null ? null : !expected);
  });

  it('is reflexive and symmetric', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(equal(a, a)).toBe(true);
        expect(equal(a, b)).toBe(equal(b, a));
      }),
    );
  });
});

describe('equivalent', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['two nulls', null, undefined, true],
    ['null and a value', null, 1, false],
    ['texts in other case, accents and white space', 'Abél\tx', 'ABEL x', true],
    ['other texts', 'a', 'b', false],
    ['decimals that differ beyond the shorter one', 1.001, 1, true],
    ['decimals that differ within the shorter one', 1.5, 1.55, false],
    ['other integers', 1, 2, false],
    ['quantities of other dimensions', new Quantity(1, 'cm'), new Quantity(1, 'g'), false],
    ['a month and a UCUM month', new Quantity(1, 'month'), new Quantity(1, 'mo'), true],
    ['a year and 365 days', new Quantity(1, 'year'), new Quantity(365, 'days'), true],
    ['a month and 31 days', new Quantity(1, 'month'), new Quantity(31, 'days'), false],
    ['ratios in proportion', ratio(1, 100), ratio(10, 1000), true],
    ['a date and a less precise one', new CqlDate(2020, 5), new CqlDate(2020), false],
    ['a code and one with other words', new Code('a', 's'), new Code('a', 's', '1', 'A'), true],
    ['a code and one of another system', new Code('a', 's'), new Code('a', 't'), false],
    [
      'a code and a concept that has it',
      new Code('a', 's'),
      new Concept([new Code('b', 's'), new Code('a', 's')]),
      true,
    ],
    ['a code and a list that has it', new Code('a', 's'), [new Code('b', 's'), new Code('a', 's')], true],
    ['lists with nulls', [1, null], [1, null], true],
    ['a list and a shorter one', [1, null], [1], false],
    ['tuples that both lack an element', { a: 'X', b: null }, { a: 'x', b: null }, true],
    ['a resource and its copy', patient, { ...patient }, false],
  ])('tells of %s', (_, a, b, expected) => {
    expect(equivalent(a, b)).toBe(expected);
    expect(equivalent(b, a)).toBe(expected);
  });

  it('is reflexive and symmetric, and true of what is equal', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(equivalent(a, a)).toBe(true);
        expect(equivalent(a, b)).toBe(equivalent(b, a));
        if (equal(a, b) === true) expect(equivalent(a, b)).toBe(true);
      }),
    );
  });
});
