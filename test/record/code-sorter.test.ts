import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { createCodeIndex } from '../../src/record/code-index.ts';
import { createCodeSorter } from '../../src/record/code-sorter.ts';
import { type CodeSet, createCodeSet, hasCode } from '../../src/terminology/code-set.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { createRandom } from '../support/random.ts';
import { resource } from '../support/record.ts';

const { LOINC, SNOMED } = codeSystems;
const loincOid = 'urn:oid:2.16.840.1.113883.6.1';
const codeOf = (each: FhirResource) => (each as unknown as Record<string, unknown>).code;
const observation = (id: string, code: unknown) => resource('Observation', { id, code });
const idsOf = (groups: readonly (readonly FhirResource[])[]) => groups.map((group) => group.map(({ id }) => id));
const sort = (sets: readonly CodeSet[], resources: readonly FhirResource[]) =>
  idsOf(createCodeSorter(codeOf, sets).sort(resources));

const one = createCodeSet([{ system: LOINC, code: '1' }]);

describe('a code sorter', () => {
  it('gives for each set the resources that have any of its codes, in the order given', () => {
    const two = createCodeSet([
      { system: LOINC, code: '2' },
      { system: SNOMED, code: '1' },
    ]);
    expect(
      sort(
        [one, two, createCodeSet([])],
        [
          observation('a', { coding: [{ system: LOINC, code: '1' }] }),
          observation('b', { coding: [{ system: SNOMED, code: '1' }] }),
          observation('c', {
            coding: [
              { system: LOINC, code: '2' },
              { system: LOINC, code: '1' },
            ],
          }),
        ],
      ),
    ).toEqual([['a', 'c'], ['b', 'c'], []]);
  });

  it('gives a resource once, however often it has a code of the set', () => {
    const coding = { system: LOINC, code: '1' };
    expect(sort([one], [observation('a', [{ coding: [coding, coding] }, { coding: [coding] }])])).toEqual([['a']]);
  });

  it('knows a system under every address', () => {
    const byOid = createCodeSet([{ system: loincOid, code: '1' }]);
    const resources = [LOINC, loincOid, 'http://other'].map((system) => observation(system, { system, code: '1' }));
    expect(sort([one, byOid], resources)).toEqual([
      [LOINC, loincOid],
      [LOINC, loincOid],
    ]);
  });

  it('finds every code of a system that is wholly in a set, but none of another', () => {
    const whole = createCodeSet([], [LOINC]);
    const resources = [
      observation('a', { coding: [{ system: LOINC, code: 'anything' }] }),
      observation('b', { coding: [{ system: SNOMED, code: 'anything' }] }),
      observation('c', { coding: [{ system: loincOid }] }),
    ];
    expect(sort([whole], resources)).toEqual([['a', 'c']]);
  });

  it('finds nothing where an element is absent, null, a text or without codes', () => {
    const codes = [
      undefined,
      null,
      'x',
      {},
      { text: '1' },
      { coding: [] },
      { coding: [null] },
      [null],
      { coding: null },
    ];
    expect(
      sort(
        [one],
        codes.map((code, i) => observation(String(i), code)),
      ),
    ).toEqual([[]]);
  });

  it('reads one object where there should be a list', () => {
    expect(sort([one], [observation('a', { coding: { system: LOINC, code: '1' } })])).toEqual([['a']]);
  });

  it('gives what a test of each, and the index, give, on 300 random lists (seed 7)', () => {
    const random = createRandom(7);
    const systems = [LOINC, loincOid, SNOMED, 'urn:local', undefined];
    const codes = ['1', '2', '3', undefined];
    const coding = () => ({ system: random.pick(systems), code: random.pick(codes) });
    const list = (make: () => object) => Array.from({ length: random.below(4) }, make);
    let found = 0;
    for (let i = 0; i < 300; i++) {
      const sets = Array.from({ length: 1 + random.below(4) }, () =>
        createCodeSet(list(coding), random.once(5) ? [random.pick([LOINC, SNOMED])] : []),
      );
      const resources = Array.from({ length: random.below(8) }, (_, n) =>
        observation(
          String(n),
          random.once(2)
            ? { coding: list(coding) }
            : random.once(2)
              ? coding()
              : list(() => ({ coding: list(coding) })),
        ),
      );
      const has = (set: CodeSet, value: unknown): boolean =>
        [value].flat().some((each) => {
          const { coding: all } = each as { coding?: object[] };
          return (all ?? [each]).some((one) => {
            const { system, code } = one as { system?: string; code?: string };
            return hasCode(set, system, code);
          });
        });
      const groups = sort(sets, resources);
      const find = createCodeIndex(() => resources);
      for (const [n, set] of sets.entries()) {
        const byHand = resources.filter((each) => has(set, codeOf(each))).map(({ id }) => id);
        expect([i, groups[n]]).toEqual([i, byHand]);
        expect([i, find('Observation', 'code', set).map(({ id }) => id)]).toEqual([i, byHand]);
        found += byHand.length;
      }
    }
    expect(found).toBeGreaterThan(300);
  });
});
