import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readValueSets } from '../../src/rules/read-value-sets.ts';
import { makeRules, removeMadeRules } from '../support/made-rules.ts';

afterAll(removeMadeRules);

const cacheDir = () => mkdtempSync(join(tmpdir(), 'carehook-cache-'));
const set = (display: string) => `id: x\ntitle: T\nsource: test\ncodes:\n  LOINC: { '4548-4': ${display} }\n`;
const displayOf = async (dir: string, caches: readonly string[]) => {
  const { read, problems } = await readValueSets(dir, caches);
  expect(problems).toEqual([]);
  return read.find(({ value }) => value.id === 'x')?.value.codes.LOINC?.['4548-4'];
};

it('keeps what was parsed, and reads it again when any text has changed', async () => {
  const caches = [cacheDir()];
  const dir = makeRules([], { 'vocabulary/value-sets/x.yaml': set('A1c') });
  expect(await displayOf(dir, caches)).toBe('A1c');
  const [cached = ''] = readdirSync(caches[0] ?? '');
  const file = join(caches[0] ?? '', cached);
  writeFileSync(file, readFileSync(file, 'utf8').replace('A1c', 'kept'));
  expect(await displayOf(dir, caches)).toBe('kept');
  expect(await displayOf(makeRules([], { 'vocabulary/value-sets/x.yaml': set('Total') }), caches)).toBe('Total');
});

it('reads the files where what was kept is broken, and keeps nothing of files with a fault', async () => {
  const caches = [cacheDir()];
  const dir = makeRules([], { 'vocabulary/value-sets/x.yaml': set('A1c') });
  await displayOf(dir, caches);
  const [cached = ''] = readdirSync(caches[0] ?? '');
  writeFileSync(join(caches[0] ?? '', cached), '{"half');
  expect(await displayOf(dir, caches)).toBe('A1c');

  const empty = cacheDir();
  const { problems } = await readValueSets(makeRules([], { 'vocabulary/value-sets/x.yaml': 'id: x\n' }), [empty]);
  expect(problems[0]).toMatchObject({ file: 'vocabulary/value-sets/x.yaml' });
  expect(readdirSync(empty)).toEqual([]);
});

it('tells where a code stands, kept or not', async () => {
  const caches = [cacheDir()];
  const dir = makeRules([], { 'vocabulary/value-sets/x.yaml': set('A1c') });
  for (let i = 0; i < 2; i++) {
    const { read } = await readValueSets(dir, caches);
    expect(read.find(({ value }) => value.id === 'x')?.place(['codes', 'LOINC', '4548-4'])).toEqual({
      line: 5,
      column: 12,
    });
  }
});
