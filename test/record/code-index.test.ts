import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it, vi } from 'vitest';
import { createCodeIndex } from '../../src/record/code-index.ts';
import { createCodeSet } from '../../src/terminology/code-set.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { resource } from '../support/record.ts';

const { LOINC, SNOMED } = codeSystems;
const one = createCodeSet([{ system: LOINC, code: '1' }]);
const coded = (id: string, element: object) => resource('Observation', { id, ...element });
const ids = (found: readonly FhirResource[]) => found.map(({ id }) => id);

describe('a code index', () => {
  it('gives the resources with any of the codes, each once and in the order of the record', () => {
    const coding = (...codes: readonly string[]) => ({
      code: { coding: codes.map((code) => ({ system: LOINC, code })) },
    });
    const find = createCodeIndex(() => [
      coded('a', coding('2')),
      coded('b', coding('1', '2')),
      coded('c', coding('3')),
    ]);
    const both = createCodeSet([
      { system: LOINC, code: '2' },
      { system: LOINC, code: '1' },
      { system: SNOMED, code: '3' },
    ]);
    expect(ids(find('Observation', 'code', both))).toEqual(['a', 'b']);
    expect(ids(find('Observation', 'category', both))).toEqual([]);
  });

  it('finds by a choice’s name what JSON holds under the name of its type', () => {
    const coding = { system: LOINC, code: '1' };
    const find = createCodeIndex(() => [
      coded('a', { valueCodeableConcept: { coding: [coding] } }),
      coded('b', { valueCoding: coding }),
      coded('c', { valueString: '1' }),
    ]);
    expect(ids(find('Observation', 'value', one))).toEqual(['a', 'b']);
  });

  it('looks through the codes that are there where the set has more, or all of a system', () => {
    const find = createCodeIndex(() => [coded('a', { code: { coding: [{ system: LOINC, code: '1' }] } })]);
    const many = createCodeSet(Array.from({ length: 1000 }, (_, i) => ({ system: LOINC, code: String(i) })));
    expect(ids(find('Observation', 'code', many))).toEqual(['a']);
    expect(ids(find('Observation', 'code', createCodeSet([], [LOINC])))).toEqual(['a']);
    expect(ids(find('Observation', 'code', createCodeSet([], [SNOMED])))).toEqual([]);
  });

  it('is made once for a type and path', () => {
    const read = vi.fn(() => ({ coding: [{ system: LOINC, code: '1' }] }));
    const find = createCodeIndex(() => [
      Object.defineProperty(coded('a', {}), 'code', { get: read, enumerable: true }) as FhirResource,
    ]);
    for (let i = 0; i < 3; i++) expect(find('Observation', 'code', one)).toHaveLength(1);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
