import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { carehook, emptyFolder } from '../support/command.ts';

const bundle = (id: string, birthDate: string, name: string) =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      { fullUrl: `urn:uuid:${id}`, resource: { resourceType: 'Patient', id, birthDate, name: [{ family: name }] } },
      {
        fullUrl: 'urn:uuid:3f0c1b0e-0000-4000-8000-000000000001',
        resource: {
          resourceType: 'Procedure',
          id: '3f0c1b0e-0000-4000-8000-000000000001',
          status: 'completed',
          subject: { reference: `urn:uuid:${id}` },
          code: { coding: [{ system: 'http://snomed.info/sct', code: '73761001' }] },
          performedDateTime: '2020-06-01T10:00:00-04:00',
        },
      },
    ],
  });

describe('carehook run', () => {
  it('answers every record of a folder, counts by rule and status, and prints no name', async () => {
    const dir = emptyFolder();
    writeFileSync(
      join(dir, 'a-canary.json'),
      bundle('3f0c1b0e-0000-4000-8000-00000000000a', '1970-01-01', 'Canaryname'),
    );
    writeFileSync(
      join(dir, 'b.json.gz'),
      gzipSync(bundle('3f0c1b0e-0000-4000-8000-00000000000b', '2001-01-01', 'Canaryname')),
    );
    const { code, out } = await carehook([
      'run',
      '--hook',
      'patient-view',
      '--bundles',
      dir,
      '--now',
      '2026-11-21T10:00:00-05:00',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('2 records answered, 0 failed, 0 cards invalid');
    expect(out).toMatch(/colorectal-cancer +met +1/);
    expect(out).toMatch(/colorectal-cancer +not-applicable +1/);
    expect(out).toMatch(/slowest of 2/);
    expect(out).not.toContain('Canaryname');
  });

  it('puts a Bundle of drafts before each patient', async () => {
    const dir = emptyFolder();
    writeFileSync(join(dir, 'a.json'), bundle('3f0c1b0e-0000-4000-8000-00000000000a', '1970-01-01', 'X'));
    const drafts = join(emptyFolder(), 'drafts.json');
    const medication = (id: string, code: string, text: string) => ({
      resource: {
        resourceType: 'MedicationRequest',
        id,
        status: 'draft',
        intent: 'order',
        medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code }], text },
      },
    });
    const entry = [
      medication('d1', '855332', 'warfarin sodium 5 MG Oral Tablet'),
      medication('d2', '197806', 'ibuprofen 600 MG Oral Tablet'),
    ];
    writeFileSync(drafts, JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
    const { out } = await carehook(['run', '--hook', 'order-sign', '--bundles', dir, '--drafts', drafts]);
    expect(out).toMatch(/warfarin-nsaid +alert warning +1/);
  });

  it('tells which file could not be read and goes on with the others', async () => {
    const dir = emptyFolder();
    writeFileSync(join(dir, 'a.json'), '{"resourceType":"Patient"}');
    writeFileSync(join(dir, 'b.json'), bundle('3f0c1b0e-0000-4000-8000-00000000000a', '1970-01-01', 'X'));
    const { code, out } = await carehook(['run', '--hook', 'patient-view', '--bundles', dir]);
    expect(code).toBe(1);
    expect(out).toContain('1 records answered, 1 failed');
    expect(out).toContain('expected a Bundle, got Patient');
  });

  it.each([
    [['--hook', 'nonesuch', '--bundles', '.'], '--hook: expected a hook that services.yaml serves, got "nonesuch"'],
    [['--hook', 'patient-view', '--bundles', '.', '--now', 'soon'], '--now: expected an ISO 8601 instant, got "soon"'],
    [['--hook', 'patient-view', '--bundles', 'rules/lib'], 'expected .json or .json.gz files in rules/lib'],
  ])('says what was expected of %j', async (args, words) => {
    const { code, err } = await carehook(['run', ...args]);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });
});
