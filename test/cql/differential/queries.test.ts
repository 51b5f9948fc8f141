import { beforeAll, describe, expect, it, vi } from 'vitest';
import { clinicZone } from './allowed.ts';
import { type Values, valuesOf } from './engines.ts';
import { randomQueries, sources } from './queries.ts';

const count = 200;
const queries = randomQueries(count, 1);

describe(`${count} random queries (seed 1)`, () => {
  let values: Values;
  beforeAll(async () => {
    vi.stubEnv('TZ', clinicZone);
    values = await valuesOf('Queries', { ...sources, ...queries });
  }, 120_000);

  it('are all compiled', () => {
    expect(values.notCompiled).toBeUndefined();
  });

  it.each(['compiled', 'stock'] as const)('give the same interpreted and %s', (engine) => {
    for (const [name, text] of Object.entries(queries))
      expect({ text, value: values[engine].get(name) }).toEqual({ text, value: values.interpreted.get(name) });
  });

  it('mostly have something to give', () => {
    const empty = [...values.interpreted.values()].filter(
      (value) => value === null || (Array.isArray(value) && value.length === 0),
    );
    expect(empty.length).toBeLessThan(count / 2);
  });
});
