import type { ValueSet } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { fhirValueSets } from '../../src/cql/fhir-value-sets.ts';
import { findValueSet } from '../../src/cql/value-sets.ts';
import { hasCode } from '../../src/terminology/code-set.ts';

const set = (id: string, elements: object): ValueSet => ({
  resourceType: 'ValueSet',
  status: 'active',
  url: `http://test/${id}`,
  ...elements,
});
const contains = (...codes: readonly string[]) => codes.map((code) => ({ system: 'http://s', code }));
const include = (...codes: readonly string[]) => ({ system: 'http://s', concept: codes.map((code) => ({ code })) });
const codesOf = (sets: readonly ValueSet[], url = 'http://test/a', version?: string) =>
  findValueSet(fhirValueSets(sets), url, version)?.codes.map(({ code }) => code);

describe('an expansion', () => {
  it('gives its codes, nested ones too, and no abstract heading', () => {
    const inner = { system: 'http://s', code: 'group', abstract: true, contains: contains('2', '3') };
    expect(codesOf([set('a', { expansion: { timestamp: '2020', contains: [...contains('1'), inner] } })])).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  it('comes before the definition, unless it lists nothing', () => {
    const compose = { include: [include('9')] };
    expect(codesOf([set('a', { compose, expansion: { timestamp: '2020', contains: contains('1') } })])).toEqual(['1']);
    expect(codesOf([set('a', { compose, expansion: { timestamp: '2020' } })])).toEqual(['9']);
  });

  it('of which a part alone is there cannot be used', () => {
    const part = set('a', { expansion: { timestamp: '2020', total: 5, contains: contains('1') } });
    expect(() => codesOf([part])).toThrow(/http:\/\/test\/a.*its expansion is a part: 1 of 5 codes/);
  });
});

describe('a definition', () => {
  it('gives listed codes, those of other value sets, and none that it excludes', () => {
    const a = set('a', {
      compose: { include: [include('1', '2'), { valueSet: ['http://test/b'] }], exclude: [include('2')] },
    });
    const b = set('b', { expansion: { timestamp: '2020', contains: contains('3') } });
    expect(codesOf([a, b])).toEqual(['1', '3']);
  });

  it('takes of an include the codes that all of its parts have', () => {
    const a = set('a', { compose: { include: [{ ...include('1', '2'), valueSet: ['http://test/b'] }] } });
    expect(codesOf([a, set('b', { compose: { include: [include('2', '3')] } })])).toEqual(['2']);
  });

  it('of a whole system has every code of it, and says that it is without end', () => {
    const found = fhirValueSets([set('a', { compose: { include: [{ system: 'http://s' }, include('1')] } })]).get(
      'http://test/a',
    );
    expect(found && hasCode(found, 'http://s', 'anything')).toBe(true);
    expect(found && hasCode(found, 'http://other', 'anything')).toBe(false);
    expect(found?.size).toBe(Number.POSITIVE_INFINITY);
    expect(found?.systems).toEqual(['http://s']);
  });

  it.each([
    [
      'a filter',
      [{ system: 'http://s', filter: [{ property: 'concept', op: 'is-a', value: '1' }] }],
      /"concept is-a 1" on http:\/\/s/,
    ],
    ['a value set that is not here', [{ valueSet: ['http://test/none'] }], /http:\/\/test\/none, which is not here/],
    ['itself', [{ valueSet: ['http://test/a'] }], /include http:\/\/test\/a again/],
  ])('with %s cannot be used, and says why', (_, includes, words) => {
    const sets = fhirValueSets([
      set('a', { compose: { include: includes } }),
      set('b', { compose: { include: [include('1')] } }),
    ]);
    expect(() => findValueSet(sets, 'http://test/a')).toThrow(words);

    expect(findValueSet(sets, 'http://test/b')?.size).toBe(1);
  });
});

describe('versions', () => {
  const versions = ['2', '10'].map((version) => set('a', { version, compose: { include: [include(version)] } }));

  it('are found by canonical|version, and the highest without', () => {
    expect(codesOf(versions)).toEqual(['10']);
    expect(codesOf(versions, 'http://test/a', '2')).toEqual(['2']);
    expect(codesOf(versions, 'http://test/a|2')).toEqual(['2']);
  });

  it('that are not there are not found', () => {
    expect(codesOf(versions, 'http://test/a', '3')).toBeUndefined();
  });
});
