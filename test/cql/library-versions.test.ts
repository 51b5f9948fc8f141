import { expect, it } from 'vitest';
import type { Elm } from '../../src/cql/elm.ts';
import {
  compareVersions,
  findLibrary,
  libraryClosure,
  libraryKeys,
  resolveInclude,
} from '../../src/cql/library-versions.ts';

const named = new Map([
  ['A|2', { name: 'A', version: '2' }],
  ['A|10', { name: 'A', version: '10' }],
  ['B', { name: 'B', version: '1' }],
]);

it('gives a library its name for key, and the version too where there are several', () => {
  expect(libraryKeys([...named.values(), { name: 'C' }])).toEqual(['A|2', 'A|10', 'B', 'C']);
});

it.each([
  [{ name: 'A', version: '2' }, { key: 'A|2' }],
  [{ name: 'A' }, { key: 'A|10', choice: ['10', '2'] }],
  [{ name: 'B' }, { key: 'B' }],
  [{ name: 'B', version: '1' }, { key: 'B' }],
  [{ name: 'B', version: '2' }, undefined],
  [{ name: 'C' }, undefined],
])('finds %j', (asked, found) => {
  expect(findLibrary(named, asked)).toEqual(found);
});

it('compares numbers in versions as numbers', () => {
  expect(['4.0.10', '4.0.9', '4.0'].sort(compareVersions)).toEqual(['4.0', '4.0.9', '4.0.10']);
});

it('follows the includes of ELM to the version that each names', () => {
  const elm = (id: string, version: string, ...includes: readonly { path: string; version?: string }[]): Elm => ({
    library: {
      identifier: { id, version },
      includes: { def: includes.map((each) => ({ localIdentifier: each.path, ...each })) },
    },
  });
  const libraries = new Map([
    ['A|1', elm('A', '1')],
    ['A|2', elm('A', '2', { path: 'B' })],
    ['B', elm('B', '1', { path: 'A', version: '1' })],
  ]);
  expect(resolveInclude(libraries, 'A')).toBe('A|2');
  expect(resolveInclude(libraries, 'A', '1')).toBe('A|1');
  expect(resolveInclude(libraries, 'A', '3')).toBeUndefined();
  expect(libraryClosure(libraries, 'A|2')).toEqual(['A|2', 'B', 'A|1']);
});
