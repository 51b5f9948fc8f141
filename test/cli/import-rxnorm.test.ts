import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMedicationTable } from '../../src/terminology/medications.ts';
import { carehook, emptyFolder } from '../support/command.ts';
import { everyTermType, filesOf, type MadeRelease, madeRelease } from '../support/rxnorm-release.ts';

const bin = fileURLToPath(new URL('../../bin/carehook.js', import.meta.url));

const importing = (dir: string, data: string, ...options: readonly string[]) =>
  carehook(['import-rxnorm', dir, ...options], { CAREHOOK_DATA: data });

const names = ['medications.tsv', 'ndc.tsv', 'release.json'] as const;

/** The files in use, byte by byte. */
const imported = (data: string): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, readFileSync(join(data, 'rxnorm', name), 'utf8')]));

const release = (data: string) => JSON.parse(imported(data)['release.json'] as string);

/** A month later: a drug and its NDC are new, one is gone, one has another ingredient. */
const nextMonth: MadeRelease = {
  ...everyTermType,
  version: 'RXNORM_26AB_261207F',
  concepts: [
    ...everyTermType.concepts.filter(([code]) => code !== 431 && code !== 510),
    [700, 'SCD', 'ibufen 400 MG Oral Tablet'],
  ],
  relations: [...everyTermType.relations.filter(([drug, , other]) => drug !== 500 || other !== 340), [700, 'isa', 322]],
  ndcs: [
    [440, '00093227534'],
    [700, '00904585461'],
    [700, '00904585499'],
  ],
};

describe('carehook import-rxnorm', () => {
  it('writes the drugs, the NDCs and what the release was, and prints a summary', async () => {
    const data = join(emptyFolder(), 'data');
    const dir = madeRelease(everyTermType);
    const { code, out, err } = await importing(dir, data);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/^reading .*RXNSAB\.RRF \(0 of [\d.]+ MB read\)\n/),
    });
    expect(err.trimEnd().split('\n')).toHaveLength(4);
    expect(out).toBe(
      `${[
        `RxNorm, release of 2026-11-02: 23 codes and 2 NDCs in ${join(data, 'rxnorm')}`,
        '  IN 3, PIN 1, MIN 1, BN 1, SCDG 1, SCDGP 1, SBDG 1, SCDF 2, SCDFP 1, SBDF 1, SBDFP 1, SCDC 3, SBDC 1, SCD 2, SBD 1, GPCK 1, BPCK 1, retired 0',
        'the first import here',
        'left out, or taken with reserve',
        '  2 synonyms (PSN, SY, TMSY): the table holds one name a code',
        'note: RXNATOMARCHIVE.RRF, RXNCUICHANGES.RRF, RXNCUI.RRF not in this release: codes whose retirement only they record are not known.',
      ].join('\n')}\n`,
    );
    const { 'medications.tsv': medications = '', 'ndc.tsv': ndc } = imported(data);
    expect(
      createMedicationTable({ medications: medications })
        .byCode('440')
        ?.ingredients.map(({ name }) => name),
    ).toEqual(['amoxin', 'clavin']);
    expect(ndc).toBe('ndc\trxcui\n00093227534\t440\n00904585461\t341\n');
    const conso = filesOf(everyTermType)['RXNCONSO.RRF'] as string;
    expect(release(data)).toMatchObject({
      release: '2026-11-02',
      imported: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      codes: 23,
      termTypes: { IN: 3, BPCK: 1 },
      retired: 0,
      ndc: 2,
      leftOut: [{ what: 'synonyms (PSN, SY, TMSY)', count: 2 }],
      files: [
        { name: 'RXNSAB.RRF', lines: 1 },
        {
          name: 'RXNCONSO.RRF',
          bytes: conso.length,
          lines: 27,
          sha256: createHash('sha256').update(conso).digest('hex'),
        },
        { name: 'RXNREL.RRF', lines: 2 * everyTermType.relations.length },
        { name: 'RXNSAT.RRF', lines: 3 },
      ],
    });
  });

  it('writes the same again for the same release, and next month says what changed', async () => {
    const data = emptyFolder();
    const dir = madeRelease(everyTermType);
    await importing(dir, data);
    const first = imported(data);
    const again = await importing(dir, data);
    const { 'release.json': _, ...tables } = imported(data);
    expect(first).toMatchObject(tables);
    expect(again.out).toContain(
      'against the import before (release of 2026-11-02)\n  codes: 0 new, 0 removed, 0 with other ingredients\n  NDCs: 0 new, 0 removed, 0 of another code\n',
    );
    const { out } = await importing(madeRelease(nextMonth), data);
    expect(out).toContain(
      'against the import before (release of 2026-11-02)\n  codes: 1 new, 1 removed, 1 with other ingredients\n  NDCs: 1 new, 0 removed, 1 of another code\n',
    );
    expect(release(data)).toMatchObject({
      release: '2026-12-07',
      changes: { since: '2026-11-02', codes: { added: 1, removed: 1, changed: 1 } },
    });
  });

  it('changes nothing when a file breaks off in the middle, and says where', async () => {
    const data = emptyFolder();
    await importing(madeRelease(everyTermType), data);
    const before = imported(data);
    const folders = readdirSync(data);
    const broken = madeRelease(nextMonth, { 'RXNSAT.RRF': `${filesOf(nextMonth)['RXNSAT.RRF']}700|||` });
    const { code, out, err } = await importing(broken, data);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`${join(broken, 'rrf/RXNSAT.RRF')}:5: expected 13 columns separated by |, got 4: "700|||"\n`);
    expect(err).not.toContain(' at ');
    expect(imported(data)).toEqual(before);
    expect(readdirSync(data)).toEqual(folders);
  });

  it('makes no folder when the first import fails', async () => {
    const data = join(emptyFolder(), 'data');
    const { code, err } = await importing(emptyFolder(), data);
    expect(code).toBe(1);
    expect(err).toMatch(
      /expected RXNCONSO\.RRF, RXNREL\.RRF, RXNSAT\.RRF in it or in its folder rrf, got an empty folder\n$/,
    );
    expect(existsSync(data)).toBe(false);
  });

  it('changes nothing when less than half of the codes would remain, unless forced', async () => {
    const data = emptyFolder();
    await importing(madeRelease(everyTermType), data);
    const before = imported(data);
    const few = madeRelease({ ...everyTermType, concepts: everyTermType.concepts.slice(0, 10) });
    const refused = await importing(few, data);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      'expected at least half of the 23 codes of the last import (2026-11-02), got 10; nothing was changed. --force imports it all the same\n',
    );
    expect(imported(data)).toEqual(before);
    const forced = await importing(few, data, '--force');
    expect(forced.code).toBe(0);
    expect(forced.out).toContain('codes: 0 new, 13 removed, 0 with other ingredients');
  });

  it('is whole, old or new, whenever it is killed', { timeout: 120_000 }, async () => {
    const data = emptyFolder();
    const [one, two] = [madeRelease(everyTermType), madeRelease(nextMonth)];
    await importing(one, data);
    const started = Date.now();
    await importing(two, data);
    const whole = Date.now() - started;
    const releases = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const child = spawn(process.execPath, [bin, 'import-rxnorm', i % 2 ? two : one], {
        env: { PATH: process.env.PATH, CAREHOOK_DATA: data },
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.on('close', resolve));
      // From before it does anything to after it is done, most often while it writes.
      const timer = setTimeout(() => child.kill('SIGKILL'), whole * (0.5 + i / 20));
      await ended;
      clearTimeout(timer);
      const { release: date, codes } = release(data);
      releases.add(date);
      const { 'medications.tsv': medications = '' } = imported(data);
      expect(medications).toContain(`release of ${date}:`);
      expect(medications.split('\n').filter((line) => /^\d/.test(line))).toHaveLength(codes);
    }
    expect([...releases].every((date) => date === '2026-11-02' || date === '2026-12-07')).toBe(true);
    expect((await importing(one, data)).code).toBe(0);
  });

  it('keeps the import before, and removes older ones and what a killed import left after a day', async () => {
    const data = emptyFolder();
    const dir = madeRelease(everyTermType);
    const current = () => readlinkSync(join(data, 'rxnorm'));
    const folders = [];
    for (let i = 0; i < 2; i++) {
      await importing(dir, data);
      folders.push(current());
    }
    const left = ['rxnorm.tmp-2026-11-02-0123abcd', 'rxnorm-2026-10-06-0123abcd', 'cache', 'rxnorm-of-my-own'];
    for (const name of left) {
      mkdirSync(join(data, name));
      writeFileSync(join(data, name, 'medications.tsv'), '');
    }
    mkdirSync(join(data, 'rxnorm.tmp-2026-11-27-89abcdef'));
    for (const name of [...left, ...folders]) utimesSync(join(data, name), 0, 0);
    await importing(dir, data);
    expect(new Set(readdirSync(data))).toEqual(
      new Set(['cache', 'rxnorm-of-my-own', 'rxnorm.tmp-2026-11-27-89abcdef', 'rxnorm', folders[1], current()]),
    );
    expect(statSync(join(data, 'rxnorm')).isDirectory()).toBe(true);
  });

  it('touches no folder rxnorm that it did not make, and no import that it cannot read', async () => {
    const data = emptyFolder();
    mkdirSync(join(data, 'rxnorm'));
    const { code, err } = await importing(madeRelease(everyTermType), data);
    expect(code).toBe(1);
    expect(err).toBe(
      `${join(data, 'rxnorm')}: expected the link that import-rxnorm makes, got something else; move it away and import again\n`,
    );
    const other = emptyFolder();
    await importing(madeRelease(everyTermType), other);
    writeFileSync(join(other, 'rxnorm', 'release.json'), '{');
    const unreadable = await importing(madeRelease(everyTermType), other);
    expect(unreadable.code).toBe(1);
    expect(unreadable.err).toContain('rxnorm: expected the last import whole; move it away and import again: ');
  });
});
