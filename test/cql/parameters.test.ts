import { describe, expect, it } from 'vitest';
import type { ElmNode } from '../../src/cql/elm.ts';
import { type ParameterValue, readParameter } from '../../src/cql/parameters.ts';
import { toPlain } from '../../src/cql/plain.ts';
import { interpreterOf, source } from '../support/cql.ts';
import { now, recordOf } from '../support/record.ts';

const named = (name: string): ElmNode => ({ type: 'NamedTypeSpecifier', name: `{urn:hl7-org:elm-types:r1}${name}` });
const list = (elementType: ElmNode): ElmNode => ({ type: 'ListTypeSpecifier', elementType });
const interval = (pointType: ElmNode): ElmNode => ({ type: 'IntervalTypeSpecifier', pointType });
const choice = (...choices: readonly ElmNode[]): ElmNode => ({ type: 'ChoiceTypeSpecifier', choice: choices });
const tuple: ElmNode = { type: 'TupleTypeSpecifier', element: [{ name: 'a', elementType: named('Integer') }] };

const read = (value: ParameterValue, type: ElmNode) => toPlain(readParameter(value, type, -5));

describe('a value of its type', () => {
  it.each<[ParameterValue, ElmNode, unknown]>([
    [true, named('Boolean'), true],
    [3, named('Integer'), 3],
    [3.5, named('Decimal'), 3.5],
    ['x', named('String'), 'x'],
    ['2020-01-01', named('Date'), '2020-01-01'],
    ['2020-01', named('Date'), '2020-01'],
    ['2020-01-01', named('DateTime'), '2020-01-01'],
    ['2020-01-01T10:00:00', named('DateTime'), '2020-01-01T10:00:00-05:00'],
    ['2020-01-01T10:00:00.5Z', named('DateTime'), '2020-01-01T10:00:00.500+00:00'],
    ['2020-01-01T10:00:00+02:00', named('DateTime'), '2020-01-01T10:00:00+02:00'],
    ['T10:30', named('Time'), '10:30'],
    [{ value: 5, unit: 'mg' }, named('Quantity'), { value: 5, unit: 'mg' }],
    [{ value: 5 }, named('Quantity'), { value: 5, unit: '1' }],
    [{ code: 'c', system: 's', display: 'd' }, named('Code'), { code: 'c', system: 's', display: 'd' }],
    [[1, 2], list(named('Integer')), [1, 2]],
    [{ a: 1 }, tuple, { a: 1 }],
    ['x', choice(named('Integer'), named('String')), 'x'],
    [null, named('Integer'), null],
    [{ value: 5, unit: 'mg' }, named('Any'), { value: 5, unit: 'mg' }],
  ])('%j is read', (value, type, expected) => {
    expect(read(value, type)).toEqual(expected);
  });

  it('is an interval, closed unless told', () => {
    const value = { low: '2020-01-01', high: '2021-01-01', highClosed: false };
    expect(readParameter(value, interval(named('Date')), 0)).toMatchObject({ lowClosed: true, highClosed: false });
    expect(read(value, interval(named('Date')))).toEqual({
      low: '2020-01-01',
      high: '2021-01-01',
      highClosed: false,
    });
    expect(read({ low: 1 }, interval(named('Integer')))).toEqual({ low: 1, high: null });
  });

  it('is a concept, of a code or of several', () => {
    expect(readParameter({ code: 'c' }, named('Concept'), 0)).toMatchObject({ codes: [{ code: 'c' }] });
    expect(readParameter({ codes: [{ code: 'c' }, { code: 'd' }], display: 'x' }, named('Concept'), 0)).toMatchObject({
      codes: [{ code: 'c' }, { code: 'd' }],
      display: 'x',
    });
  });
});

describe('a value of another type', () => {
  it.each<[ParameterValue, ElmNode, string]>([
    ['true', named('Boolean'), 'expected Boolean, got "true"'],
    [1.5, named('Integer'), 'expected Integer, got 1.5'],
    ['tomorrow', named('Date'), 'expected Date, got "tomorrow"'],
    ['2020-13-01', named('Date'), 'expected Date, got "2020-13-01"'],
    ['2020-02-30T10:00', named('DateTime'), 'expected DateTime, got "2020-02-30T10:00"'],
    ['25:00', named('Time'), 'expected Time, got "25:00"'],
    [5, named('Quantity'), 'expected Quantity, got 5'],
    [{ display: 'x' }, named('Code'), 'expected Code, got {"display":"x"}'],
    [1, list(named('Integer')), 'expected List<Integer>, got 1'],
    [['x'], list(named('Integer')), 'expected Integer, got "x"'],
    ['2020', interval(named('DateTime')), 'expected Interval<DateTime>, got "2020"'],
    [{ from: '2020' }, interval(named('DateTime')), 'expected Interval<DateTime>, got {"from":"2020"}'],
    [{ b: 1 }, tuple, 'expected Tuple{a Integer}, got {"b":1}'],
    [true, choice(named('Integer'), named('String')), 'expected Choice<Integer, String>, got true'],
  ])('%j is refused with its type and what came', (value, type, message) => {
    expect(() => read(value, type)).toThrow(message);
  });
});

it('reaches the library that declares it, in the zone of the evaluation', async () => {
  const engine = await interpreterOf(
    [
      source(
        'P',
        `library P\nparameter "Period" Interval<DateTime>\nparameter "Word" default 'none'\ndefine "Low": start of "Period"\ndefine "Said": "Word"\n`,
      ),
    ],
    undefined,
    new Map([['P', { Period: { low: '2020-01-01T00:00:00.0', high: null }, Word: 'said' }]]),
  );
  const evaluation = engine.evaluate({ record: recordOf([]), now, timeZone: 'Etc/GMT+5' });
  expect(await evaluation.value('P', 'Low')).toBe('2020-01-01T00:00:00.000-05:00');
  expect(await evaluation.value('P', 'Said')).toBe('said');
});
