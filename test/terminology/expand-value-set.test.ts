import type { FhirResource, ValueSet, ValueSetExpansionContains } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { FhirClient } from '../../src/fhir/client.ts';
import { expandValueSet } from '../../src/terminology/expand-value-set.ts';

const canonical = 'http://tx.example/ValueSet/scopes';
const system = 'http://snomed.info/sct';
const code = (number: number, elements: Partial<ValueSetExpansionContains> = {}): ValueSetExpansionContains => ({
  system,
  code: String(number),
  display: `Scope ${number}`,
  ...elements,
});
const expansion = (contains: readonly ValueSetExpansionContains[], elements: object = {}): ValueSet => ({
  resourceType: 'ValueSet',
  status: 'active',
  expansion: { timestamp: '2026-11-21', contains: [...contains], ...elements },
});

/** A server that answers by what is asked, and the addresses it was asked. */
const serverOf = (answer: (offset: number, count: number) => unknown) => {
  const asked: string[] = [];
  const client: FhirClient = {
    refused: new Set(),
    get: async (url) => {
      asked.push(url);
      const query = new URLSearchParams(url.slice(url.indexOf('?')));
      return answer(Number(query.get('offset')), Number(query.get('count'))) as FhirResource;
    },
    nextPage: async () => undefined,
  };
  return { asked, expand: (url = canonical) => expandValueSet(client, url, AbortSignal.timeout(5_000)) };
};

const all = Array.from({ length: 2_500 }, (_, i) => code(i));

describe('the expansion of a value set', () => {
  it('is asked for by its canonical URL, with the version where it has one', async () => {
    const { asked, expand } = serverOf(() => expansion([code(1)], { total: 1 }));
    expect(await expand()).toEqual([{ system, code: '1', display: 'Scope 1' }]);
    await expand(`${canonical}|2026`);
    expect(asked).toEqual([
      `ValueSet/$expand?url=${encodeURIComponent(canonical)}&offset=0&count=1000`,
      `ValueSet/$expand?url=${encodeURIComponent(canonical)}&valueSetVersion=2026&offset=0&count=1000`,
    ]);
  });

  it.each([
    ['says how many there are', 2_500, 1_000, 3],
    ['gives fewer at once than asked for', 2_500, 400, 7],
    ['does not say how many there are', undefined, 1_000, 4],
  ])('is read page by page from a server that %s', async (_, total, most, pages) => {
    const { asked, expand } = serverOf((offset, count) =>
      expansion(all.slice(offset, offset + Math.min(count, most)), total === undefined ? {} : { total }),
    );
    expect(await expand()).toHaveLength(2_500);
    expect(asked).toHaveLength(pages);
  });

  it('is read from a server that knows no pages', async () => {
    const { asked, expand } = serverOf(() => expansion(all));
    expect(await expand()).toHaveLength(2_500);
    expect(asked).toHaveLength(2);
  });

  it('has the codes of groups, and not the headings', async () => {
    const group = code(1, { abstract: true, contains: [code(2), code(3, { contains: [code(4)] })] });
    const { expand } = serverOf((offset) => expansion(offset === 0 ? [group] : [], { total: 4 }));
    expect((await expand()).map((each) => each.code)).toEqual(['2', '3', '4']);
  });

  it.each([
    ['the server repeats a page', () => expansion([code(1)], { total: 3 }), 'a part: 1 of 3 codes'],
    [
      'the server says that there are more',
      () =>
        expansion([code(1)], {
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed', valueBoolean: true }],
        }),
      'the server says that there are more codes',
    ],
    ['there are too many', () => expansion([code(1)], { total: 200_000 }), 'at most 100000 codes, it has 200000'],
    [
      'the answer is another resource',
      () => ({ resourceType: 'Bundle' }),
      'expected a ValueSet with its expansion, got Bundle',
    ],
    ['there is no expansion', () => ({ resourceType: 'ValueSet' }), 'expected a ValueSet with its expansion'],
    [
      'the codes are no list',
      () => expansion([], { contains: { code: '1' } }),
      'expected expansion.contains to be a list',
    ],
  ])('is refused where %s', async (_, answer, words) => {
    await expect(serverOf(answer).expand()).rejects.toThrow(words);
  });

  it('ends at some time, though a server without a total never runs out', async () => {
    const { expand } = serverOf((offset) => expansion(Array.from({ length: 1_000 }, (_, i) => code(offset + i))));
    await expect(expand()).rejects.toThrow('expected at most 100000 codes, it has more');
  });
});
