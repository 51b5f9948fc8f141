import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { carehook, emptyFolder } from '../support/command.ts';

const local = 'http://clinic.example/codes';

const procedure = (id: string, patient: string, code: string, display: string) => ({
  resourceType: 'Procedure',
  id,
  status: 'completed',
  subject: { reference: `Patient/${patient}` },
  code: { coding: [{ system: local, code, display }] },
});
const patient = (id: string) => ({ resourceType: 'Patient', id, name: [{ family: 'Canaryname' }] });

describe('carehook codes audit', () => {
  const data = emptyFolder();
  beforeAll(() => {
    const lines = [patient('canary-a'), patient('canary-b'), procedure('1', 'canary-a', 'ENDO7', 'COLONOSCOPY FLX DX')];
    writeFileSync(join(data, 'bulk.ndjson.gz'), gzipSync(lines.map((line) => JSON.stringify(line)).join('\n')));
    const entry = [
      patient('canary-c'),
      procedure('2', 'canary-c', 'ENDO7', 'COLONOSCOPY FLX DX'),
      procedure('3', 'canary-c', 'NAIL', 'Manicure'),
    ].map((resource) => ({ resource }));
    writeFileSync(join(data, 'bundle.json'), JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
  });

  it('ranks local codes of NDJSON and Bundles, with a guess and an overlay, and names no patient', async () => {
    const { code, out } = await carehook(['codes', 'audit', '--data', data]);
    expect(code).toBe(0);
    expect(out).toContain('3 patients');
    expect(out).toContain(`Procedure, ${local} (no rule reads this system): 2 codes not known, 3 uses`);
    expect(out).toMatch(/ 2 +2 +ENDO7 +COLONOSCOPY FLX DX\n +perhaps colonoscopy \(shares "colonoscopy"\)/);
    expect(out).toContain('guesses from shared words');
    expect(parse(out.slice(out.indexOf('\ncodes:')))).toEqual({
      codes: { colonoscopy: { [local]: { ENDO7: 'COLONOSCOPY FLX DX' } } },
    });
    expect(out.toLowerCase()).not.toContain('canary');
  });

  it('prints the same as JSON, and no more codes of a group than asked for', async () => {
    const { out } = await carehook(['codes', 'audit', '--data', data, '--json', '--top', '1']);
    const { patients, unknown } = JSON.parse(out);
    expect(patients).toBe(3);
    expect(unknown).toHaveLength(1);
    expect(unknown[0]).toMatchObject({ resourceType: 'Procedure', system: local, all: 2, uses: 3 });
    expect(unknown[0].codes.map(({ code }: { code: string }) => code)).toEqual(['ENDO7']);
    expect(out).not.toContain('canary');
  });

  it('tells of what it cannot read without quoting it, and goes on', async () => {
    const dir = emptyFolder();
    writeFileSync(join(dir, 'a.ndjson'), '{"name":"Canaryname"}\n{"name": Canaryname\n');
    writeFileSync(join(dir, 'b.json'), JSON.stringify(procedure('1', 'p', 'NAIL', 'Manicure')));
    const { code, out, err } = await carehook(['codes', 'audit', '--data', dir]);
    expect(code).toBe(0);
    expect(err).toContain('a.ndjson:1: expected a FHIR resource');
    expect(err).toContain('a.ndjson:2: expected a FHIR resource');
    expect(err).not.toContain('Canaryname');
    expect(out).toContain('NAIL');
  });

  it.each([
    [['--data', 'nowhere'], '--data: expected .json, .json.gz, .ndjson, .ndjson.gz files, found none at nowhere'],
    [['--data', 'rules', '--top', 'many'], '--top: expected a number from 1, got "NaN"'],
  ])('says what was expected of %j', async (args, words) => {
    const { code, err } = await carehook(['codes', 'audit', ...args]);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });
});
