import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CqlValue } from '../../../src/cql/engine.ts';
import { clinicZone } from './allowed.ts';
import { deviations } from './deviations.ts';
import { type Values, valuesOf } from './engines.ts';
import { definitionsOfFamily } from './expressions.ts';
import { families } from './operators.ts';

/** The rows of a definition over all operands; that it failed is one row. */
const rowsOf = (value: CqlValue | undefined): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const differing = (ours: CqlValue | undefined, theirs: CqlValue | undefined) => {
  const [rows, others] = [rowsOf(ours), rowsOf(theirs)];
  return rows
    .map((row, i) => ({ interpreted: row, other: others[i] }))
    .filter(({ interpreted, other }) => !isDeepStrictEqual(interpreted, other));
};

describe.each(Object.keys(families))('of the family %s', (family) => {
  const definitions = definitionsOfFamily(family);
  let values: Values;
  beforeAll(async () => {
    vi.stubEnv('TZ', clinicZone);
    values = await valuesOf(`Family ${family}`.replace(/\W/g, ''), definitions);
  }, 120_000);

  it('every operator is compiled', () => {
    expect(values.notCompiled).toBeUndefined();
  });

  it.each(Object.keys(definitions))('%s gives the same compiled and interpreted', (template) => {
    const { interpreted, compiled } = values;
    const found = differing(interpreted.get(template), compiled.get(template));
    const expected = deviations.find(({ rows }) => template in rows)?.rows[template] ?? 0;
    if (expected === 0) expect(found).toEqual([]);
    else expect(found).toHaveLength(expected);
  });

  it('stock gives the same as interpreted', () => {
    for (const template of Object.keys(definitions))
      expect({ template, rows: differing(values.interpreted.get(template), values.stock.get(template)) }).toEqual({
        template,
        rows: [],
      });
  });
});

it('every deviation is of an operator that is compared', () => {
  const compared = new Set(Object.keys(families).flatMap((family) => Object.keys(definitionsOfFamily(family))));
  expect(deviations.flatMap(({ rows }) => Object.keys(rows)).filter((template) => !compared.has(template))).toEqual([]);
});
