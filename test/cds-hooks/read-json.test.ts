import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/cds-hooks/read-json.ts';

const read = (text: string, contentType = 'application/json') => readJson(new TextEncoder().encode(text), contentType);

describe('readJson', () => {
  it.each(['{"name":"Zoë 👩‍⚕️"}', '\ufeff{"a":1}', '[1,2]', ' \n{"a":[]}'])('reads %s', async (text) => {
    expect(await read(text)).toEqual(JSON.parse(text.replace('\ufeff', '')));
    expect(await read(text, 'application/fhir+json; charset="UTF-8"')).toEqual(await read(text));
  });

  it('reads other charsets of Unicode', async () => {
    const bytes = Buffer.from('{"name":"Zoë"}', 'utf16le');
    expect(await readJson(bytes, 'application/json; charset=utf-16le')).toEqual({ name: 'Zoë' });
  });

  it('gives an empty object for an empty body, which has nothing that a request must have', async () => {
    expect(await read('')).toEqual({});
  });

  it.each(['null', '5', '"text"', 'true', '{"a":', '{"a":1} x', ' '])('refuses %j', async (text) => {
    await expect(read(text)).rejects.toMatchObject({ type: 'entity.parse.failed', status: 400 });
  });

  it('refuses a charset that nobody has', async () => {
    await expect(read('{}', 'application/json; charset=klingon')).rejects.toMatchObject({ status: 415 });
  });
});
