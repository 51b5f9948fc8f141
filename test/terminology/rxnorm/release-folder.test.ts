import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRelease } from '../../../src/terminology/rxnorm/release-folder.ts';
import { emptyFolder } from '../../support/command.ts';
import { everyTermType, madeRelease } from '../../support/rxnorm-release.ts';

describe('the folder of a release', () => {
  it('is the one that holds the files, or has them in rrf', () => {
    const dir = madeRelease(everyTermType);
    expect(findRelease(dir).dir).toBe(join(dir, 'rrf'));
    expect(findRelease(join(dir, 'rrf')).dir).toBe(join(dir, 'rrf'));
    expect([...findRelease(dir).files.keys()]).toEqual(['RXNCONSO.RRF', 'RXNREL.RRF', 'RXNSAT.RRF', 'RXNSAB.RRF']);
  });

  it('is not there', () => {
    expect(() => findRelease('/no/such/folder')).toThrow(
      '/no/such/folder: expected the folder of an unpacked RxNorm release, found nothing there',
    );
  });

  it('is still packed', () => {
    const zip = join(emptyFolder(), 'RxNorm_full_11022026.zip');
    writeFileSync(zip, 'PK');
    expect(() => findRelease(zip)).toThrow(
      `${zip}: expected the folder of an unpacked RxNorm release, got a file; unpack it and name the folder`,
    );
  });

  it('is another one, or empty', () => {
    const dir = emptyFolder();
    const expected = `${dir}: expected RXNCONSO.RRF, RXNREL.RRF, RXNSAT.RRF in it or in its folder rrf, got`;
    expect(() => findRelease(dir)).toThrow(`${expected} an empty folder`);
    mkdirSync(join(dir, 'META'));
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) writeFileSync(join(dir, name), '');
    expect(() => findRelease(dir)).toThrow(`${expected} META, a, b, c, d, e and 2 more`);
  });

  it('lacks some of the files, or has an empty one', () => {
    const dir = madeRelease(everyTermType, { 'RXNREL.RRF': undefined, 'RXNSAT.RRF': undefined });
    expect(() => findRelease(dir)).toThrow(
      `${join(dir, 'rrf')}: expected RXNCONSO.RRF, RXNREL.RRF, RXNSAT.RRF, RXNREL.RRF and RXNSAT.RRF missing: was all of it unpacked?`,
    );
    const other = madeRelease(everyTermType, { 'RXNREL.RRF': '' });
    expect(() => findRelease(other)).toThrow(`${join(other, 'rrf/RXNREL.RRF')}: expected rows, got an empty file`);
  });
});
