import { describe, expect, it, vi } from 'vitest';
import type { CqlEngine, CqlValue } from '../../../src/cql/engine.ts';
import { createInterpreter } from '../../../src/cql/interpret.ts';
import { model } from '../../support/cql.ts';
import { clinicZone } from './allowed.ts';
import { createCompare } from './compare.ts';
import { sampleOfCase } from './generate.ts';
import { shippedTarget } from './targets.ts';

vi.stubEnv('TZ', clinicZone);

const target = await shippedTarget();
const interpreted = createInterpreter({ ...target, model });
const sample = sampleOfCase({
  name: 'nobody in particular',
  now: '2026-11-21T10:00:00-05:00',
  patient: { birthDate: '1970-02-28' },
  record: [],
  drafts: [],
});

/** The interpreter, but for one definition. */
const but = (value: () => CqlValue): CqlEngine => ({
  evaluate: (context) => {
    const evaluation = interpreted.evaluate(context);
    return {
      value: async (library, definition) =>
        definition === 'Hospice Services' ? value() : evaluation.value(library, definition),
    };
  },
});
const failing = (message: string) => () => {
  throw new Error(message);
};

describe('two engines', () => {
  const compared = async (first: CqlEngine, second: CqlEngine) => {
    const engines = [
      { name: 'first', engine: first },
      { name: 'second', engine: second },
    ];
    const { differences, used } = await createCompare(target, engines, { libraries: ['Problems'] })(sample);
    return { second: differences.filter(({ values }) => 'second' in values).length > 0, used: [...used] };
  };

  it.each<[string, CqlEngine, CqlEngine, boolean]>([
    ['agree with themselves', interpreted, interpreted, false],
    ['differ by a value', interpreted, but(() => false), true],
    ['differ where one fails', interpreted, but(failing('Problems."Hospice Services": no')), true],
    ['differ where the first fails', but(failing('Problems."Hospice Services": no')), interpreted, true],
    [
      'agree where both fail at the same definition',
      but(failing('Problems."Hospice Services" at 1:2: no')),
      but(failing('Problems."Hospice Services": not at all')),
      false,
    ],
    [
      'differ where they name another definition that failed',
      but(failing('Problems."Hospice Services": no')),
      but(failing('Problems."In Hospice": no')),
      true,
    ],
  ])('%s', async (_, first, second, differ) => {
    expect(await compared(first, second)).toEqual({ second: differ, used: [] });
  });

  it('agree where only the second is spared a bad unit', async () => {
    const badUnit = but(failing(`Problems."Hospice Services": Invalid UCUM unit: 'x'`));
    expect(await compared(badUnit, interpreted)).toEqual({ second: false, used: ['spared'] });
    expect((await compared(interpreted, badUnit)).second).toBe(true);
  });
});
