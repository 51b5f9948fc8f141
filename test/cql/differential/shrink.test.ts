import { describe, expect, it } from 'vitest';
import { createRandom } from '../../support/random.ts';
import { shrink } from './shrink.ts';

describe('shrink', () => {
  it('keeps the one resource, and of it the one element, on which a difference rests', async () => {
    const record = {
      patient: { resourceType: 'Patient', id: 'p', birthDate: '1960' },
      chart: Array.from({ length: 40 }, (_, i) => ({
        resourceType: 'Observation',
        id: `o${i}`,
        status: i === 23 ? 'corrected' : 'final',
        code: { coding: [{ code: 'a' }, { code: 'b' }] },
      })),
    };
    const smallest = await shrink(record, ({ chart }) => chart.some(({ status }) => status === 'corrected'));
    expect(smallest).toEqual({ chart: [{ status: 'corrected' }] });
  });

  it('keeps two resources that differ only together, in their order', async () => {
    const fails = (list: readonly { n: number }[]) =>
      list.some(({ n }, i) => n === 7 && list.slice(i).some((later) => later.n === 31));
    const list = Array.from({ length: 60 }, (_, n) => ({ n, text: 'x' }));
    expect(await shrink(list, fails)).toEqual([{ n: 7 }, { n: 31 }]);
  });

  it('looks into lists in lists, and asks an engine that answers later', async () => {
    const value = { reaction: [{ manifestation: [{ text: 'hives' }, { text: 'rash' }] }, { severity: 'mild' }] };
    const fails = async (each: typeof value) => JSON.stringify(each).includes('rash');
    expect(await shrink(value, fails)).toEqual({ reaction: [{ manifestation: [{ text: 'rash' }] }] });
  });

  it('takes a candidate that cannot be judged for one that does not differ', async () => {
    const fails = ({ id, rest }: { id: string; rest: string[] }) => {
      if (id === undefined) throw new Error('no id');
      return rest.length >= 0;
    };
    expect(await shrink({ id: 'p', rest: ['a', 'b'] }, fails)).toEqual({ id: 'p', rest: [] });
  });

  it('gives back the value when all of it is needed', async () => {
    const value = { a: [1, 2], b: { c: null } };
    const text = JSON.stringify(value);
    expect(await shrink(value, (each) => JSON.stringify(each) === text)).toEqual(value);
  });

  it.each([1, 2, 3])(
    'always ends with a value that still fails and of which nothing can be taken (seed %i)',
    async (seed) => {
      const random = createRandom(seed);
      const list = Array.from({ length: 30 }, () => ({ n: random.below(10) }));
      const fails = (each: readonly { n: number }[]) => each.reduce((sum, { n }) => sum + n, 0) >= 20;
      const smallest = await shrink(list, fails);
      expect(fails(smallest)).toBe(true);
      for (const i of smallest.keys()) expect(fails(smallest.toSpliced(i, 1))).toBe(false);
    },
  );
});
