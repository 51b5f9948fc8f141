import { Date as CqlDate, DateTime, Interval, Quantity } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinct, distinctKey } from '../../../src/cql/runtime/distinct.ts';
import { equal } from '../../../src/cql/runtime/equality.ts';
import { FhirValue } from '../../../src/cql/runtime/fhir-value.ts';
import { values } from './arbitraries.ts';

const patient = { resourceType: 'Patient', id: '1' };
const copy = { ...patient };

describe('distinct', () => {
  it.each<[string, readonly unknown[], readonly number[]]>([
    ['nulls', ['a', null, 'a', undefined], [0, 1]],
    ['whole decimals and integers', [1, 1.0, 2], [0, 2]],
    ['texts and numbers', [1, '1'], [0, 1]],
    ['a text that looks like a key', ['\u0000{}', {}], [0, 1]],
    ['quantities in several units', [new Quantity(1, 'g'), new Quantity(1000, 'mg'), new Quantity(1, 'mg')], [0, 2]],
    ['tiny quantities', [new Quantity(1, 'ng'), new Quantity(2, 'ng')], [0, 1]],
    ['calendar and UCUM months', [new Quantity(1, 'month'), new Quantity(1, 'mo'), new Quantity(1, 'months')], [0, 1]],
    ['temperatures', [new Quantity(0, 'Cel'), new Quantity(273.15, 'K'), new Quantity(0, 'K')], [0, 2]],
    [
      'moments at several offsets',
      [
        new DateTime(2020, 1, 1, 0, 0, 0, 0, 0),
        new DateTime(2020, 1, 1, 1, 0, 0, 0, 1),
        new DateTime(2020, 1, 1, 1, 0, 0, 0, 0),
      ],
      [0, 2],
    ],
    ['dates of several precisions', [new CqlDate(2020), new CqlDate(2020, 1), new CqlDate(2020)], [0, 1]],
    ['a Date and a DateTime', [new CqlDate(2020, 1, 1), new DateTime(2020, 1, 1)], [0, 1]],
    ['intervals', [new Interval(1, 4, true, false), new Interval(1, 3), new Interval(1, 4)], [0, 2]],
    ['tuples with null elements', [{ a: 1, b: null }, { b: null, a: 1 }, { a: 1, b: 2 }, { a: 1 }], [0, 2, 3]],
    ['tuples of resources', [{ of: patient }, { of: copy }, { of: patient }], [0, 1]],
    ['resources', [patient, copy, patient], [0, 1]],
    ['tagged values', [new FhirValue('FHIR.code', 'a'), new FhirValue('FHIR.string', 'a'), 'a'], [0]],
    ['lists', [[1, 2], [1, 2], [1], [1, null], [1, null]], [0, 2, 3]],
    ['Longs', [1n, 1n, 2n], [0, 2]],
  ])('keeps the first of equal %s', (_, list, kept) => {
    expect(distinct(list)).toEqual(kept.map((i) => list[i] ?? null));
  });

  it('gives null for null', () => expect(distinct(null)).toBe(null));

  it('has one key for equal values and two for unequal ones', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const isEqual = equal(a, b);
        if (isEqual === true) expect(distinctKey(a)).toBe(distinctKey(b));
        if (isEqual === false) expect(distinctKey(a)).not.toBe(distinctKey(b));
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing the second time, and keeps the order of first appearance', () => {
    fc.assert(
      fc.property(fc.array(values), (list) => {
        const once = distinct(list) ?? [];
        expect(distinct(once)).toEqual(once);
        expect(once.map((item) => list.indexOf(item))).toEqual(
          once.map((item) => list.indexOf(item)).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
