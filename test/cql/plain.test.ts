import { Code, Concept, Date as CqlDate, DateTime, Interval, Quantity, Ratio } from 'cql-execution';
import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { createModelTypes } from '../../src/cql/model-object.ts';
import { toPlain } from '../../src/cql/plain.ts';
import { model } from '../support/cql.ts';

const types = createModelTypes(model)({ offset: -5, offsetAt: () => -5, utcAs: 'zone' });
const observation = types.resource({
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  valueQuantity: { value: 3, unit: 'mg' },
} as FhirResource);

describe('toPlain', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, null],
    ['null', null, null],
    ['false', false, false],
    ['zero', 0, 0],
    ['a text', 'text', 'text'],
    ['a list', [1, null, [2]], [1, null, [2]]],
    ['a tuple', { a: 1, b: new Quantity(5, 'mg') }, { a: 1, b: { value: 5, unit: 'mg' } }],
    ['a quantity', new Quantity(5, 'mg'), { value: 5, unit: 'mg' }],
    ['a number with no unit', new Quantity(5), { value: 5, unit: '1' }],
    [
      'a ratio',
      new Ratio(new Quantity(1, 'mg'), new Quantity(2, 'mL')),
      { numerator: { value: 1, unit: 'mg' }, denominator: { value: 2, unit: 'mL' } },
    ],
    ['an interval, closed unless told', new Interval(1, null), { low: 1, high: null }],
    ['an interval without its end', new Interval(1, 2, true, false), { low: 1, high: 2, highClosed: false }],
    [
      'an interval without its ends',
      new Interval(1, 2, false, false),
      { low: 1, high: 2, lowClosed: false, highClosed: false },
    ],
    ['a code', new Code('1', 's', undefined, 'one'), { code: '1', system: 's', display: 'one' }],
    ['a code alone', new Code('1'), { code: '1', system: null, display: null }],
    [
      'a concept',
      new Concept([new Code('1', 's')], 'words'),
      { codes: [{ code: '1', system: 's', display: null }], display: 'words' },
    ],
    ['a date', new CqlDate(2026, 11), '2026-11'],
    ['a moment', DateTime.parse('2026-11-21T10:00:00.000-05:00'), '2026-11-21T10:00:00.000-05:00'],
  ])('writes %s', (_, value, expected) => {
    expect(toPlain(value)).toEqual(expected);
  });

  it('gives a resource and a complex element as the JSON that they are', () => {
    expect(toPlain(observation)).toBe(observation.json);
    expect(toPlain(observation.get('value'))).toEqual({ value: 3, unit: 'mg' });
  });

  it('gives a FHIR primitive as its value', () => {
    expect(toPlain(observation.get('status'))).toBe('final');
    expect(toPlain(observation.get('value.value'))).toBe(3);
  });
});
