import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { carehook, emptyFolder, served } from '../support/command.ts';

describe('carehook serve, without settings', async () => {
  const demonstration = await served();
  afterAll(() => demonstration.stop());

  it('says where it answers, in a line that begins with ready, and /readyz says the same', async () => {
    expect(demonstration.base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const ready = await fetch(`${demonstration.base}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: 'ok', url: demonstration.base });
    expect((await fetch(`${demonstration.base}/healthz`)).status).toBe(200);
  });

  it('prints at least twelve patients with what to expect of each', () => {
    const patients = demonstration.out.split('\n').filter((line) => /^ {2}[a-z]+-[a-z]+ +\S/.test(line));
    expect(patients.length).toBeGreaterThanOrEqual(12);
  });

  it('prints calls that give cards when they are typed as they stand', async () => {
    const calls = [...demonstration.out.matchAll(/curl -s (\S+) -H '([^:]+): ([^']+)' -d '([^']+)'/g)];
    expect(calls).toHaveLength(2);
    for (const [, url = '', header = '', value = '', body = ''] of calls) {
      const response = await fetch(url, { method: 'POST', headers: { [header]: value }, body });
      expect(response.status).toBe(200);
      const { cards } = (await response.json()) as { cards: { indicator: string }[] };
      // In the season of influenza its vaccine is due as well.
      expect(cards.length).toBeGreaterThanOrEqual(1);
      expect(cards[0]?.indicator).toBe('warning');
    }
  });
});

describe('carehook serve, with settings', () => {
  it('serves no sample data, and ends quietly when it is told to', async () => {
    const file = join(emptyFolder(), 'carehook.yaml');
    writeFileSync(file, 'timeZone: America/Chicago\nlogLevel: warn\n');
    const real = await served({ CAREHOOK_CONFIG: file });
    expect(real.out).not.toContain('sample FHIR server');
    expect((await fetch(`${real.base}/cds-services`)).status).toBe(200);
    expect(await real.stop()).toBe(0);
  });

  it('starts without its terminology server, and says at /readyz and in the log what it does without', async () => {
    const file = join(emptyFolder(), 'carehook.yaml');
    const site = emptyFolder();
    writeFileSync(file, `siteDir: ${site}\nterminologyServer: http://127.0.0.1:9/fhir\nlogLevel: warn\n`);
    writeFileSync(join(site, 'overlay.yaml'), 'expand: { colonoscopy: http://tx.example/ValueSet/nonesuch }\n');
    const real = await served({ CAREHOOK_CONFIG: file });
    expect(await (await fetch(`${real.base}/readyz`)).json()).toMatchObject({
      status: 'ok',
      limits: [expect.stringMatching(/^colonoscopy: known in part only, its expansion was never had; no answer/)],
    });
    expect(await real.stop()).toBe(0);
    expect(real.err()).toContain('colonoscopy: known in part only');
    expect(real.err()).toContain('never seen here');
  });

  it('names every fault of its settings at once and does not start', async () => {
    const file = join(emptyFolder(), 'carehook.yaml');
    writeFileSync(file, 'timeZone: Mars/Olympus\nbudgetMs: soon\nportt: 80\n');
    const { code, err } = await carehook(['serve'], { CAREHOOK_CONFIG: file });
    expect(code).toBe(1);
    expect(err).toContain('timeZone: expected an IANA time zone such as America/New_York');
    expect(err).toContain('budgetMs');
    expect(err).toContain('portt');
    expect(err).not.toContain('    at ');
  });

  it('names the settings file that is not there', async () => {
    const { code, err } = await carehook(['serve'], { CAREHOOK_CONFIG: '/nowhere/carehook.yaml' });
    expect(code).toBe(1);
    expect(err).toContain('expected a YAML file at /nowhere/carehook.yaml');
  });
});
