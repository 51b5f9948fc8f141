import { expect, it, vi } from 'vitest';
import type { CqlEngine } from '../../../src/cql/engine.ts';
import { createInterpreter } from '../../../src/cql/interpret.ts';
import { model } from '../../support/cql.ts';
import { clinicZone } from './allowed.ts';
import { createCompare } from './compare.ts';
import { generateSample, type Sample } from './generate.ts';
import { reportDifference } from './report.ts';
import { shippedTarget } from './targets.ts';

vi.stubEnv('TZ', clinicZone);

const target = await shippedTarget();
const interpreted = createInterpreter({ ...target, model });

/** An engine with a fault: it overlooks hospice care. */
const faulty: CqlEngine = {
  evaluate: (context) => {
    const evaluation = interpreted.evaluate(context);
    return {
      ...evaluation,
      value: async (library, definition) =>
        definition === 'Hospice Services' ? [] : evaluation.value(library, definition),
    };
  },
};

it('prints the smallest record on which an engine with a fault differs, with rule, definition and both values', async () => {
  const compare = createCompare(
    target,
    [
      { name: 'interpreted', engine: interpreted },
      { name: 'faulty', engine: faulty },
    ],
    { libraries: ['Problems'] },
  );
  let seed = 0;
  let sample: Sample;
  do sample = generateSample(++seed, target);
  while ((await compare(sample)).differences.length === 0);
  const report = await reportDifference(target, compare, sample, {
    library: 'Problems',
    definition: 'Hospice Services',
  });

  const { chart, drafts, patient } = JSON.parse(report.slice(report.indexOf('record: ') + 8)) as Sample;
  expect(chart).toHaveLength(1);
  expect(drafts ?? []).toEqual([]);
  expect(Object.keys(patient.resource ?? {})).toEqual(['resourceType', 'id']);
  const [procedure] = chart;
  expect(Object.keys(procedure?.resource ?? {}).sort()).toEqual(['code', 'resourceType', 'status']);
  for (const rule of ['Influenza', 'PositiveStoolTest', 'ColorectalCancer'])
    expect(report).toMatch(new RegExp(`^rule: .*\\b${rule}\\b`, 'm'));
  expect(report).toContain('definition: Problems."Hospice Services"');
  expect(report).toContain('faulty: []');
  expect(report).toContain(`seed ${seed}`);
});
