import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImport, writeImport } from '../../../src/terminology/rxnorm/import-folder.ts';
import { emptyFolder } from '../../support/command.ts';

const now = new Date('2026-11-27T12:00:00Z');

const files = (release: string) => ({
  'medications.tsv': [
    '# a comment',
    'rxcui\ttty\tname\tingredients',
    '90\tIN\tamoxin\t90',
    '310\tSCDC\tamoxin 1 MG\t90',
  ],
  'ndc.tsv': ['ndc\trxcui', '00093227534\t310'],
  'release.json': [JSON.stringify({ release })],
});

describe('an import', () => {
  it('is read as it was written', async () => {
    const data = join(emptyFolder(), 'data');
    expect(await readImport(data)).toBeUndefined();
    await writeImport(data, files('2026-11-02'), now);
    expect(await readImport(data)).toEqual({
      release: '2026-11-02',
      drugs: new Map([
        ['90', '90'],
        ['310', '90'],
      ]),
      ndcs: new Map([['00093227534', '310']]),
    });
  });

  it('that fails while a table is written leaves the one before in use, and nothing of its own', async () => {
    const data = emptyFolder();
    await writeImport(data, files('2026-11-02'), now);
    const names = readdirSync(data);
    function* breaksOff(): Generator<string> {
      for (let i = 0; i < 25_000; i++) yield `${i}\t1`;
      throw new Error('no space left on device');
    }
    await expect(writeImport(data, { ...files('2026-12-07'), 'ndc.tsv': breaksOff() }, now)).rejects.toThrow(
      'no space left on device',
    );
    expect(readdirSync(data)).toEqual(names);
    expect(await readImport(data)).toMatchObject({ release: '2026-11-02' });
  });

  it('that cannot take the place of another leaves that one as it is', async () => {
    const data = emptyFolder();
    mkdirSync(join(data, 'rxnorm'));
    await expect(writeImport(data, files('2026-12-07'), now)).rejects.toThrow();
    expect(readdirSync(join(data, 'rxnorm'))).toEqual([]);
    expect(readdirSync(data).filter((name) => /\.(tmp|link)-/.test(name))).toEqual([]);
  });

  it('writes every line, however many there are', async () => {
    const data = emptyFolder();
    const lines = Array.from({ length: 25_001 }, (_, i) => `${i}\té`);
    await writeImport(data, { 'ndc.tsv': lines }, now);
    expect(readFileSync(join(data, 'rxnorm', 'ndc.tsv'), 'utf8')).toBe(`${lines.join('\n')}\n`);
  });
});
