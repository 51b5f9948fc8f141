import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { requirements } from './requirements.ts';

const testDir = fileURLToPath(new URL('..', import.meta.url));
const own = fileURLToPath(import.meta.url);

const shownBy = new Map<number, string[]>();
for (const name of readdirSync(testDir, { recursive: true, encoding: 'utf8' }).filter((each) =>
  each.endsWith('.test.ts'),
)) {
  const file = join(testDir, name);
  if (file === own) continue;
  for (const [, number] of readFileSync(file, 'utf8').matchAll(/\[CH-(\d+)\]/g))
    shownBy.set(Number(number), [...(shownBy.get(Number(number)) ?? []), name]);
}
const table = Object.entries(requirements).map(([number, requirement]) => ({ number: Number(number), ...requirement }));

describe('the requirements of CDS Hooks', () => {
  it.each(table)('$number, $says, is shown by a test or says why it cannot be', ({ number, because }) => {
    const tests = shownBy.get(number) ?? [];
    if (because === undefined) expect(tests, `no title has [CH-${number}]`).not.toEqual([]);
    else expect(tests, `[CH-${number}] is said not to be shown`).toEqual([]);
  });

  it('has every number that a title names', () => {
    expect([...shownBy.keys()].filter((number) => !(number in requirements))).toEqual([]);
  });

  it('has items 1 to 75 and 98 to 104', () => {
    const asked = [...Array.from({ length: 75 }, (_, i) => i + 1), ...Array.from({ length: 7 }, (_, i) => i + 98)];
    expect(table.map(({ number }) => number)).toEqual(asked);
  });
});
