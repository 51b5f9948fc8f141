import { describe, expect, it } from 'vitest';
import { createCompiledEngine } from '../../src/cql/compiled.ts';
import { elmOf, fhirLibrary, model, testCaches, valueSets } from '../support/cql.ts';
import { now, recordOf, resource } from '../support/record.ts';

const base = fhirLibrary(
  'Base',
  `valueset "Absent": 'http://test/absent'
context Patient
define "Numbers": expand Interval[1, 300]
define "Some Work": Count(("Numbers") A where A > 0)`,
);
const outer = fhirLibrary(
  'Outer',
  `context Patient
define "Cross": Count(from [Observation] A, [Observation] B where A.id = 'x' and B.id = 'x')
define "Nested": Count([Observation] A where not exists ([Observation] B where B.id = A.status))
define "Joined": Count([Observation] A with [Observation] B such that B.id = A.id)
define "Found": First([Observation] O where O.status = 'x')
define "Uses Cross": "Cross" + 1
define "Shared Work": Base."Some Work" + 1
define "Small": 1 + 1
define "One Pass": Count([Observation] O where O.status = 'final')`,
  ['Base'],
);

const libraries = await elmOf([base, outer]);
const engine = await createCompiledEngine({ libraries, model, valueSets: valueSets({}), cacheDirs: testCaches });
const count = 2000;
const record = recordOf(Array.from({ length: count }, (_, i) => resource('Observation', { id: `o${i}` })));
const begin = () => engine.evaluate({ record, now, timeZone: 'UTC' });
const exhausted = 'it took more work than a rule is allowed';

describe('the work that an evaluation is allowed', () => {
  it.each(['Cross', 'Nested', 'Uses Cross'])('ends %s, and says so', async (definition) => {
    const evaluation = begin();
    evaluation.allow?.(100_000);
    const before = performance.now();
    await expect(evaluation.value('Outer', definition)).rejects.toThrow(exhausted);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('is counted by every loop, whichever form it has', async () => {
    for (const definition of ['One Pass', 'Found', 'Joined']) {
      const evaluation = begin();
      evaluation.allow?.(count - 1);
      await expect(evaluation.value('Outer', definition)).rejects.toThrow(exhausted);
    }
  });

  it('is enough where a join looks up what it would have looped over', async () => {
    const evaluation = begin();
    evaluation.allow?.(4 * count);
    expect(await evaluation.value('Outer', 'Joined')).toBe(count);
  });

  it('takes down nothing but what needed it, and is set anew', async () => {
    const evaluation = begin();
    evaluation.allow?.(10_000);
    await expect(evaluation.value('Outer', 'Cross')).rejects.toThrow(exhausted);
    expect(await evaluation.value('Outer', 'Small')).toBe(2);
    evaluation.allow?.(10_000);
    expect(await evaluation.value('Outer', 'One Pass')).toBe(0);
  });

  it('that one rule used up does not fail another of what they share', async () => {
    const evaluation = begin();
    evaluation.allow?.(10);
    await expect(evaluation.value('Outer', 'Shared Work')).rejects.toThrow(exhausted);
    evaluation.allow?.(10_000);
    expect(await evaluation.value('Outer', 'Shared Work')).toBe(301);
  });

  it('has no end unless it is set', async () => {
    expect(await begin().value('Outer', 'Nested')).toBe(count);
  });
});
