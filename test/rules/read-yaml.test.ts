import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readYaml } from '../../src/rules/read-yaml.ts';

const dir = mkdtempSync(join(tmpdir(), 'carehook-yaml-'));
afterAll(() => rmSync(dir, { recursive: true }));

const schema = z.strictObject({
  id: z.string(),
  age: z.number().optional(),
  nested: z.strictObject({ list: z.array(z.strictObject({ name: z.string(), size: z.number() })) }).optional(),
  codes: z.record(z.string(), z.string()).optional(),
});

const read = (text: string) => {
  writeFileSync(join(dir, 'file.yaml'), text);
  return readYaml(join(dir, 'file.yaml'), 'folder/file.yaml', schema);
};
const places = async (text: string) =>
  (await read(text)).problems.map(({ line, column, message }) => [`${line}:${column}`, message]);

describe('readYaml', () => {
  it('gives the value by the schema', async () => {
    expect(await read('id: a\ncodes: { "1": one }\n')).toMatchObject({
      value: { id: 'a', codes: { '1': 'one' } },
      problems: [],
    });
  });

  it('says which file is not there', async () => {
    expect(await readYaml(join(dir, 'none.yaml'), 'folder/none.yaml', schema)).toEqual({
      problems: [{ file: 'folder/none.yaml', message: 'expected this file, found none' }],
    });
  });

  it('names the file in every fault', async () => {
    expect((await read('id: 3\nage: x\n')).problems.map(({ file }) => file)).toEqual([
      'folder/file.yaml',
      'folder/file.yaml',
    ]);
  });

  it.each([
    ['a value of the wrong type', 'id: 3\n', '1:1', /^id: /],
    [
      'a value deep in a list',
      'id: a\nnested:\n  list:\n    - { name: x, size: 1 }\n    - name: y\n      size: big\n',
      '6:7',
      /^nested\.list\.1\.size: /,
    ],
    ['a key that is missing in a list', 'id: a\nnested:\n  list:\n    - name: y\n', '4:7', /^nested\.list\.0\.size: /],
    ['a key that is missing at the top', '\n\nage: 3\n', '3:1', /^id: /],
    ['an unknown key at the top', 'id: a\nage: 3\nsise: 4\n', '3:1', /sise/],
    [
      'an unknown key deep in a list',
      'id: a\nnested:\n  list:\n    - name: y\n      size: 1\n      colour: red\n',
      '6:7',
      /colour/,
    ],
    ['a value in a record', 'id: a\ncodes:\n  one: a\n  two: 2\n', '4:3', /^codes\.two: /],
    [
      'a value that an anchor brings, where the alias stands',
      'id: a\nnested: &n { list: 3 }\n',
      '2:14',
      /^nested\.list: /,
    ],
  ])('places %s', async (_, text, place, message) => {
    const found = await places(text);
    expect(found).toEqual([[place, expect.stringMatching(message)]]);
  });

  it('gives every unknown key a fault of its own', async () => {
    expect((await places('id: a\nfoo: 1\nbar: 2\n')).map(([place]) => place)).toEqual(['2:1', '3:1']);
  });

  it.each([
    ['a bad indent', 'id: a\n  age: 3\n', '1:5'],
    ['an unclosed bracket', 'id: [a\nage: 3\n', '2:'],
    ['a key given twice', 'id: a\nid: b\n', '2:1'],
    ['an alias of no anchor', 'id: a\nage: *nobody\n', '2:6'],
  ])('places the syntax fault of %s, in one line of words', async (_, text, place) => {
    const found = await places(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]?.[0]).toMatch(new RegExp(`^${place}`));
    for (const [, message] of found) expect(message).not.toContain('\n');
  });

  it.each(['', '# nothing but a comment\n', 'null\n', '- a list\n', 'words\n'])(
    'refuses %j, which is no mapping',
    async (text) => {
      const { problems } = await read(text);
      expect(problems).toHaveLength(1);
      expect(problems[0]?.message).toMatch(/^the file: /);
    },
  );

  it('merges what << names', async () => {
    const text = 'id: a\nnested:\n  list:\n    - &x { name: x, size: 1 }\n    - { <<: *x, name: y }\n';
    expect(await read(text)).toMatchObject({
      value: {
        nested: {
          list: [
            { name: 'x', size: 1 },
            { name: 'y', size: 1 },
          ],
        },
      },
    });
  });
});
