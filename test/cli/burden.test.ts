import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { createBurdenTally } from '../../src/cli/burden-tally.ts';
import { carehook, emptyFolder } from '../support/command.ts';
import { patient, warfarin } from '../support/requests.ts';

const now = ['--now', '2026-11-21T10:00:00-05:00'];
const folderOf = (bundles: readonly (readonly Resource[])[]): string => {
  const dir = join(emptyFolder(), 'bundles');
  mkdirSync(dir);
  for (const [i, resources] of bundles.entries()) {
    const entry = resources.map((resource) => ({ resource }));
    writeFileSync(join(dir, `${i}.json`), JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  }
  return dir;
};
const ordersOf = (text: string): string => {
  const file = join(emptyFolder(), 'orders.tsv');
  writeFileSync(file, text);
  return file;
};
const twoOrders =
  'code\tname\n# a remark\n197806\tibuprofen 600 MG Oral Tablet\n855633\tdiclofenac sodium 0.01 MG/MG Topical Gel\n';

describe('carehook burden', () => {
  it('orders each drug for each living patient and counts what that brings', async () => {
    const dir = folderOf([
      [patient(), warfarin()],
      [patient('q')],
      [patient('r', { deceasedDateTime: '2026-01-01' }), warfarin('r')],
    ]);
    const { out, code } = await carehook(['burden', '--bundles', dir, '--orders', ordersOf(twoOrders), ...now]);
    expect(code).toBe(0);
    expect(out).toMatch(/^4 orders$/m);
    expect(out).toMatch(/^ {2}cards, interrupt +25\.00$/m);
    expect(out).toMatch(/^ {2}cards, passive +25\.00$/m);
    expect(out).toMatch(/^ {2}orders with an interruption +25\.00$/m);
    expect(out).toMatch(/^ {2}warfarin-nsaid +50\.00 +25\.00 +0\.00 +25\.00 +25\.00$/m);
    expect(out).toMatch(/^ {2}warfarin-nsaid {2}on-the-skin +0 +1 +0$/m);
  });

  it.each([
    [
      'code\tname\nibuprofen\n',
      /expected an RxNorm code, a tab and a name in line 2 of those with content, got "ibuprofen"/,
    ],
    ['code\tname\nabc\tibuprofen\n', /expected an RxNorm code, a tab and a name/],
  ])('says where a file of orders is none', async (text, message) => {
    const { err, code } = await carehook(['burden', '--bundles', folderOf([[patient()]]), '--orders', ordersOf(text)]);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });

  it('says that a folder holds no Bundles', async () => {
    const { err, code } = await carehook(['burden', '--bundles', emptyFolder()]);
    expect(code).toBe(1);
    expect(err).toMatch(/--bundles: expected \.json or \.json\.gz files in .*, found none/);
  });
});

it('a burden of no orders is none', () => {
  expect(createBurdenTally().report()).toMatch(/^0 orders$/m);
});
