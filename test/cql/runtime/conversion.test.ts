import { Code, Concept, Date as CqlDate, DateTime, Quantity, Ratio } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toConcept } from '../../../src/cql/runtime/clinical.ts';
import * as convert from '../../../src/cql/runtime/conversion.ts';
import * as converts from '../../../src/cql/runtime/converts.ts';
import { toDate, toDateTime, toTime } from '../../../src/cql/runtime/date-conversion.ts';
import { decimals, integers, longs, quantities } from './arbitraries.ts';

const ratio = new Ratio(new Quantity(1, 'mg'), new Quantity(2, 'mL'));

describe('a conversion gives', () => {
  it.each<[string, readonly unknown[], readonly unknown[]]>([
    [
      'texts',
      [
        convert.toString(null),
        convert.toString(5),
        convert.toString(1e-7),
        convert.toString(true),
        convert.toString(7n),
        convert.toString(new Quantity(5.5, 'cm')),
        convert.toString(new Quantity(5)),
        convert.toString(ratio),
        convert.toString(new CqlDate(2020, 5)),
      ],
      [null, '5', '0.0000001', 'true', '7', "5.5 'cm'", "5 '1'", "1 'mg':2 'mL'", '2020-05'],
    ],
    [
      'Booleans',
      [null, 'NO', 'T', '1', 0, 2, 'maybe', false].map(convert.toBoolean),
      [null, false, true, true, false, null, null, false],
    ],
    [
      'Integers',
      ['-25', '+3', '25.5', '12abc', '2147483648', true, 5n, 2n ** 40n, null, ''].map(convert.toInteger),
      [-25, 3, null, null, null, 1, 5, null, null, null],
    ],
    [
      'Longs',
      ['9223372036854775807', '-9223372036854775809', '1.5', 3, true, 3n, null].map(convert.toLong),
      [9223372036854775807n, null, null, 3n, 1n, 3n, null],
    ],
    [
      'Decimals',
      ['+25.5', '.5', '1.123456789', '1e3', 'x', 7n, false, 3, null].map(convert.toDecimal),
      [25.5, null, 1.12345678, null, null, 7, 0, 3, null],
    ],
    [
      'quantities',
      ["5.5 'cm'", "5 'nonsense'", '7', "-1'mg'", 'x', 3, ratio, null].map(convert.toQuantity),
      [
        new Quantity(5.5, 'cm'),
        null,
        new Quantity(7, '1'),
        new Quantity(-1, 'mg'),
        null,
        new Quantity(3, '1'),
        new Quantity(0.5, 'mg/mL'),
        null,
      ],
    ],
    [
      'the span of what is uncertain',
      [convert.toDecimal(new Uncertainty(1, 2)), convert.toQuantity(new Uncertainty(1, 2))],
      [new Uncertainty(1, 2), new Uncertainty(new Quantity(1, '1'), new Quantity(2, '1'))],
    ],
    [
      'ratios',
      ["1 'mg' : 2 'mL'", '1:128', "1 'mg'", null].map(convert.toRatio),
      [ratio, new Ratio(new Quantity(1, '1'), new Quantity(128, '1')), null, null],
    ],
    [
      'concepts',
      [toConcept(new Code('a', 's', undefined, 'A')), toConcept([new Code('a', 's'), null]), toConcept(null)],
      [new Concept([new Code('a', 's', undefined, 'A')], 'A'), new Concept([new Code('a', 's')]), null],
    ],
    [
      'dates',
      [toDate('2020-05'), toDate(new DateTime(2020, 5, 1, 10)), toDate('nonsense'), toDate(null)],
      [new CqlDate(2020, 5), new CqlDate(2020, 5, 1), null, null],
    ],
    [
      'DateTimes',
      [
        toDateTime(new CqlDate(2020, 5), 2),
        toDateTime('2020-05-01T10:00', 2),
        toDateTime('2020-05-01T10:00Z', 2),
        toDateTime('2020/05', 2),
        toDateTime(null, 2),
      ],
      [
        new DateTime(2020, 5, null, null, null, null, null, 2),
        new DateTime(2020, 5, 1, 10, 0, null, null, 2),
        new DateTime(2020, 5, 1, 10, 0, null, null, 0),
        null,
        null,
      ],
    ],
    [
      'times',
      [toTime('T14:30:00.0'), toTime('T14-30-00.0'), toTime(null)],
      [new DateTime(0, 1, 1, 14, 30, 0, 0, null), null, null],
    ],
  ])('%s', (_, results, expected) => expect(results).toEqual(expected));

  it('is foretold by ConvertsTo', () => {
    expect([
      converts.convertsToInteger('5'),
      converts.convertsToInteger('x'),
      converts.convertsToInteger(null),
    ]).toEqual([true, false, null]);
    expect([
      converts.convertsToBoolean('y'),
      converts.convertsToDecimal('1.5'),
      converts.convertsToLong('7'),
      converts.convertsToString(1),
    ]).toEqual([true, true, true, true]);
    expect([
      converts.convertsToQuantity("1 'mg'"),
      converts.convertsToRatio('1:2'),
      converts.convertsToDate('2020'),
      converts.convertsToDateTime('2020/'),
      converts.convertsToTime('T10'),
    ]).toEqual([true, true, true, false, true]);
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(integers, longs, decimals, quantities, (whole, long, decimal, quantity) => {
        expect(convert.toInteger(convert.toString(whole))).toBe(whole + 0);
        expect(convert.toLong(convert.toString(long))).toBe(long);
        expect(convert.toDecimal(convert.toString(decimal))).toBe(decimal + 0);
        expect(convert.toQuantity(convert.toString(quantity))).toEqual(quantity);
      }),
    );
  });
});
