import type { Bundle, Resource } from 'fhir/r4.js';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { createFhirServer } from '../../../src/demo/fhir-server.ts';
import { idsIn, observation } from './support.ts';

const RESOURCES = Array.from({ length: 123 }, (_, at) =>
  observation(`o${String(at).padStart(3, '0')}`, at % 2 === 0 ? 'even' : 'odd', '4548-4', `20${10 + (at % 10)}-01-01`),
);

async function allPages(query: string): Promise<readonly Bundle<Resource>[]> {
  const server = supertest(createFhirServer({ resources: RESOURCES }));
  const pages: Bundle<Resource>[] = [];
  let path: string | undefined = `/fhir/${query}`;
  while (path !== undefined) {
    const page: Bundle<Resource> = (await server.get(path).expect(200)).body;
    pages.push(page);
    const next = page.link?.find(({ relation }) => relation === 'next');
    path = next?.url.slice(new URL(next.url).origin.length);
  }
  return pages;
}

describe('paging', () => {
  it('gives 50 a page unless asked otherwise, with the total on every page', async () => {
    const pages = await allPages('Observation');
    expect(pages.map(({ entry }) => entry?.length)).toEqual([50, 50, 23]);
    expect(pages.map(({ total }) => total)).toEqual([123, 123, 123]);
  });

  it('gives every match once through all pages', async () => {
    const ids = (await allPages('Observation?_count=7')).flatMap((page) => idsIn(page));
    expect(ids).toEqual(RESOURCES.map(({ id }) => id));
  });

  it('keeps the criteria and the order on the way', async () => {
    const pages = await allPages('Observation?patient=odd&_sort=-date,-_id&_count=20');
    const ids = pages.flatMap((page) => idsIn(page));
    const odd = RESOURCES.map(({ id }) => id ?? '').filter((id) => Number(id.slice(1)) % 2 === 1);
    const byYear = odd.toSorted((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || b.localeCompare(a));
    expect(ids).toEqual(byYear);
  });

  it('has no next link on a page that is exactly the last', async () => {
    const pages = await allPages('Observation?_count=41');
    expect(pages.map(({ entry }) => entry?.length)).toEqual([41, 41, 41]);
  });

  it('never gives more than 1000 a page', async () => {
    const many = Array.from({ length: 1001 }, (_, at) => observation(`m${at}`, 'x', '1-8', '2020'));
    const { body } = await supertest(createFhirServer({ resources: many })).get('/fhir/Observation?_count=5000');
    expect([body.entry.length, body.total, body.link.length]).toEqual([1000, 1001, 2]);
  });
});
