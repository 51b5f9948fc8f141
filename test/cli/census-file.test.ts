import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { neverSeen, openCensus, readCensus } from '../../src/cli/census-file.ts';
import { carehook, emptyFolder } from '../support/command.ts';
import { shippedRuleSet } from '../support/rule-set.ts';

const at = (day: string) => ({ now: () => new Date(`${day}T12:00:00-05:00`) });
const open = async (dataDir: string, day = '2026-11-21', demonstration = false) => {
  const errors: string[] = [];
  const log = { error: (_: object, words: string) => void errors.push(words) } as never;
  const census = await openCensus({ dataDir, timeZone: 'America/New_York', demonstration }, { clock: at(day), log });
  return { ...census, errors };
};

describe('the census of an installation', () => {
  it('remembers counts and days of value sets, and nothing of any patient', async () => {
    const dir = emptyFolder();
    const first = await open(dir);
    first.note({ patient: 'canary-a', valueSets: ['colonoscopy'] });
    first.note({ patient: 'canary-a', valueSets: ['colonoscopy', 'fit'] });
    first.note({ patient: 'canary-b', valueSets: [] });
    expect(first.isMapped('fit')).toBe(true);
    await first.close();
    const later = await open(dir, '2026-12-01');
    expect([later.isMapped('colonoscopy'), later.isMapped('influenza-vaccine')]).toEqual([true, false]);
    later.note({ patient: 'canary-c', valueSets: ['fit'] });
    await later.close();
    expect(await readCensus(dir)).toEqual({
      patients: 3,
      valueSets: {
        colonoscopy: { count: 2, first: '2026-11-21', last: '2026-11-21' },
        fit: { count: 2, first: '2026-11-21', last: '2026-12-01' },
      },
    });
    expect(readFileSync(join(dir, 'code-census.json'), 'utf8')).not.toContain('canary');
    // Nothing half-written is left beside it.
    expect(readdirSync(dir)).toEqual(['code-census.json']);
  });

  it('adds to what another process has written meanwhile, and learns it', async () => {
    const dir = emptyFolder();
    const [a, b] = [await open(dir), await open(dir)];
    a.note({ patient: '1', valueSets: ['colonoscopy'] });
    b.note({ patient: '2', valueSets: ['fit'] });
    await Promise.all([a.flush(), a.flush()]);
    await b.flush();
    expect(b.isMapped('colonoscopy')).toBe(true);
    expect(a.isMapped('fit')).toBe(false);
    await Promise.all([a.close(), b.close()]);
    expect(await readCensus(dir)).toMatchObject({
      patients: 2,
      valueSets: { colonoscopy: { count: 1 }, fit: { count: 1 } },
    });
  });

  it('writes nothing when it has seen nothing', async () => {
    const dir = emptyFolder();
    await (await open(dir)).close();
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each(['{"patients":', '{"patients":-1}', '[]', '{"valueSets":{"fit":{"count":1}}}'])(
    'begins anew and says so where the file holds %s',
    async (text) => {
      const dir = emptyFolder();
      writeFileSync(join(dir, 'code-census.json'), text);
      const census = await open(dir);
      expect(census.errors).toEqual(['the code census could not be read and begins anew']);
      expect(census.isMapped('fit')).toBe(false);
      await census.close();
    },
  );

  it('keeps what it could not write for the next time', async () => {
    const dir = join(emptyFolder(), 'file');
    writeFileSync(dir, 'no folder');
    const census = await open(dir);
    census.note({ patient: '1', valueSets: ['fit'] });
    await census.flush();
    expect(census.errors.at(-1)).toContain('could not be written');
    expect(census.isMapped('fit')).toBe(true);
    expect(census.record().valueSets.fit?.count).toBe(1);
    await census.close();
  });

  it('counts everything as seen in the demonstration, and remembers nothing', async () => {
    const dir = emptyFolder();
    const census = await open(dir, '2026-11-21', true);
    census.note({ patient: '1', valueSets: ['fit'] });
    expect(census.isMapped('nonesuch')).toBe(true);
    await census.close();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('tells the value sets that were never seen, and the rules that wait for them', async () => {
    const ruleSet = await shippedRuleSet();
    expect(
      neverSeen(ruleSet, (id) => id !== 'colonoscopy')
        .get('colonoscopy')
        ?.toSorted(),
    ).toEqual(['colorectal-cancer', 'positive-stool-test']);
    expect(neverSeen(ruleSet, () => true).size).toBe(0);
    expect(neverSeen(ruleSet, () => false).has('stool-blood-test or stool-dna-test')).toBe(true);
  });
});

describe('carehook run at a site', () => {
  /** A data folder of its own, with the CQL that is translated already. */
  const dataDir = (): string => {
    const dir = join(emptyFolder(), 'data');
    mkdirSync(dir);
    symlinkSync(fileURLToPath(new URL('../../.carehook/cache', import.meta.url)), join(dir, 'cache'));
    return dir;
  };
  const bundle = (id: string, ...more: readonly object[]) => {
    const patient = { resourceType: 'Patient', id, birthDate: '1970-01-01' };
    const entry = [patient, ...more].map((resource) => ({ resource }));
    return JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry });
  };
  const colonoscopy = {
    resourceType: 'Procedure',
    id: 'c',
    status: 'completed',
    subject: { reference: 'Patient/b' },
    code: { coding: [{ system: 'http://snomed.info/sct', code: '73761001' }] },
    performedDateTime: '2010-06-01',
  };

  it('says nobody is overdue until a completion was seen, and remembers that one was', async () => {
    const data = dataDir();
    const settings = join(emptyFolder(), 'carehook.yaml');
    const site = emptyFolder();
    writeFileSync(settings, `siteDir: ${site}\n`);
    writeFileSync(join(site, 'overlay.yaml'), 'mapped: [stool-blood-test]\n');
    const environment = { CAREHOOK_CONFIG: settings, CAREHOOK_DATA: data };
    await carehook(['rules', 'sign', 'colorectal-cancer', '--name', 'Dr. A'], environment);
    await carehook(['rules', 'sign', 'positive-stool-test', '--name', 'Dr. A'], environment);
    const runOn = async (...bundles: readonly string[]) => {
      const dir = emptyFolder();
      bundles.forEach((text, i) => {
        writeFileSync(join(dir, `${i}.json`), text);
      });
      return (await carehook(['run', '--hook', 'patient-view', '--bundles', dir], environment)).out;
    };
    const before = await runOn(bundle('a'));
    expect(before).toMatch(/colorectal-cancer +unknown +1\n/);
    expect(before).toContain('not mapped here: this installation has never shown "Colonoscopy"');
    expect(await runOn(bundle('b', colonoscopy))).toMatch(/colorectal-cancer +overdue +1\n/);
    expect(await runOn(bundle('a'))).toMatch(/colorectal-cancer +overdue +1\n/);
    expect(await readCensus(data)).toMatchObject({ patients: 3, valueSets: { colonoscopy: { count: 1 } } });
  });
});
