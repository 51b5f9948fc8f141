import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { carehook, emptyFolder } from '../support/command.ts';
import { rulesDir } from '../support/rule-set.ts';

const requests = fileURLToPath(new URL('../../fixtures/requests', import.meta.url));

describe('carehook replay', () => {
  it('finds no difference between a rule set and itself', async () => {
    const { code, out } = await carehook([
      'replay',
      requests,
      '--against',
      rulesDir,
      '--now',
      '2026-11-21T10:00:00-05:00',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('2 requests, 0 answered differently');
  });

  it('prints what another rule set says otherwise', async () => {
    const other = emptyFolder();
    cpSync(rulesDir, other, { recursive: true });
    const manifest = join(other, 'interactions/warfarin-nsaid/rule.yaml');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('base: warning', 'base: critical'));
    const { out } = await carehook(['replay', requests, '--against', other, '--now', '2026-11-21T10:00:00-05:00']);
    expect(out).toContain('2 requests, 1 answered differently');
    expect(out).toContain('- carehook-orders [warning] warfarin-nsaid');
    expect(out).toContain('+ carehook-orders [critical] warfarin-nsaid');
  });

  it('says what is wrong with a file that is no request', async () => {
    const dir = emptyFolder();
    writeFileSync(join(dir, 'a.json'), '{"hook":"patient-view"}');
    const { out } = await carehook(['replay', dir, '--against', rulesDir]);
    expect(out).toContain('! not a request: hookInstance');
  });
});
