import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CqlEngine, CqlValue } from '../../src/cql/engine.ts';
import { createInterpreter } from '../../src/cql/interpret.ts';
import { mendDistinct, mendFlatten, mendIntervals, mendMolarRatios, mendSorting } from '../../src/cql/mend.ts';
import { createPlainRecord } from '../../src/cql/plain-record.ts';
import { createStockEngine } from '../../src/cql/stock.ts';
import { elmOf, model, source } from '../support/cql.ts';
import { now, resource } from '../support/record.ts';

vi.stubEnv('TZ', 'UTC');

const included = source(
  'Included',
  `library Included\ndefine "Flat": flatten { { 1 }, null as List<Integer>, { 2 } }\n`,
);
const library = source(
  'Mended',
  `library Mended
include Included called Included
define "Rows": {
  Tuple { id: 'second', at: @2020-01-01T23:00:00.0-05:00, n: 2 },
  Tuple { id: 'first', at: @2020-01-02T01:00:00.0+00:00, n: 3 },
  Tuple { id: 'third', at: @2020-01-02T04:00:00.0+00:00, n: 1 } }
define "By Moment": ("Rows" R sort by at desc, n) X return all X.id
define "With Null": ({ 2, null, 1 }) X sort asc
define "Flat": flatten { { 1 }, null as List<Integer>, { 2 } }
define "Nothing but Null": flatten { null as List<Integer> }
define "Included Flat": Included."Flat"
define "Kept": ({ 1, 1 }) X where X > 0
define "Common": Interval[@2020, @2021] intersect Interval[@2020-05, @2021]
define "Common, the Other Way": Interval[@2020-05, @2021] intersect Interval[@2020, @2021]
define "Joined": Interval[@2020-05, @2021] union Interval[@2020, @2021]
define "Molar at Least": 86 'mmol/mol' >= 9 '%'
define "Molar Below": 86 'mmol/mol' < 9 '%'
define "Molar Equal": 90 'mmol/mol' = 9 '%'
define "Molar Equivalent": 90 'mmol/mol' ~ 9 '%'
define "Molar in Interval": 86 'mmol/mol' in Interval[9 '%', 12 '%']
define "Molar against Molar": 0.086 'mol/mol' >= 75 'mmol/mol'
define "Mass against Percent": 100 'mg/g' >= 9 '%'
define "Equivalents against Moles": 5.8 'meq/L' >= 5.5 'mmol/L'
define "Common Numbers": { 1, 2 } intersect { 2, 3 }
`,
);

describe('what cql-execution gives wrongly, and the interpreter does not', () => {
  let interpreted: CqlEngine;
  let published: CqlEngine;
  let mended: CqlEngine;
  beforeAll(async () => {
    const input = { libraries: await elmOf([included, library]), model, valueSets: new Map() };
    interpreted = createInterpreter(input);
    published = createStockEngine(input);
    mended = createStockEngine({
      ...input,
      mend: (each) => {
        for (const mend of [mendSorting, mendFlatten, mendDistinct, mendIntervals, mendMolarRatios]) mend(each);
      },
    });
  });

  const value = (engine: CqlEngine, definition: string): Promise<CqlValue | string> => {
    const record = createPlainRecord('p', [resource('Patient', { id: 'p' })]);
    if (!record) throw new Error('expected a patient');
    return engine
      .evaluate({ record, now, timeZone: 'UTC' })
      .value('Mended', definition)
      .catch(() => 'fails');
  };
  const [from2020, fromMay] = ['2020', '2020-05'].map((low) => ({ low, high: '2021' }));

  it.each<[string, CqlValue, CqlValue]>([
    ['By Moment', ['third', 'second', 'first'], ['third', 'first', 'second']],
    ['With Null', [null, 1, 2], 'fails'],
    ['Flat', [1, 2], [[1], null, [2]]],
    ['Included Flat', [1, 2], [[1], null, [2]]],
    ['Nothing but Null', [], [null]],
    ['Kept', [1, 1], [1]],
    ['Common', fromMay as CqlValue, from2020 as CqlValue],
    ['Joined', from2020 as CqlValue, fromMay as CqlValue],
    ['Molar at Least', null, false],
    ['Molar Below', null, true],
    ['Molar Equal', null, true],
    ['Molar Equivalent', false, true],
    ['Molar in Interval', null, false],
  ])('%s', async (definition, right, wrong) => {
    expect(await value(published, definition)).toEqual(wrong);
    expect(await value(interpreted, definition)).toEqual(right);
    expect(await value(mended, definition)).toEqual(right);
  });

  it.each<[string, CqlValue]>([
    ['Common, the Other Way', fromMay as CqlValue],
    ['Common Numbers', [2]],
    ['Molar against Molar', true],
    ['Mass against Percent', true],
    ['Equivalents against Moles', null],
  ])('but %s, which it gives rightly', async (definition, right) => {
    for (const engine of [published, interpreted, mended]) expect(await value(engine, definition)).toEqual(right);
  });
});
