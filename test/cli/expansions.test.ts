import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expansionLines, readExpansions } from '../../src/cli/expansions.ts';
import { noSite, overlaySchema, type Site } from '../../src/rules/site.ts';
import { listen } from '../support/app.ts';
import { emptyFolder } from '../support/command.ts';

const canonical = 'http://tx.example/ValueSet/scopes';
const site = (pinned?: string): Site => ({
  ...noSite,
  overlay: overlaySchema.parse({ expand: { colonoscopy: canonical } }),
  switches: { off: {}, ...(pinned !== undefined && { pinned }) },
});

/** A terminology server that can be told to fail, and what it was asked. */
const startServer = async () => {
  const asked: IncomingMessage[] = [];
  const state = { status: 200, codes: ['1'] };
  const base = await listen((request, response) => {
    asked.push(request);
    const contains = state.codes.map((code) => ({ system: 'http://snomed.info/sct', code, display: `Scope ${code}` }));
    const body =
      state.status === 200
        ? {
            resourceType: 'ValueSet',
            status: 'active',
            expansion: { timestamp: 'x', total: contains.length, contains },
          }
        : {
            resourceType: 'OperationOutcome',
            issue: [{ severity: 'error', code: 'not-found', diagnostics: 'no such value set' }],
          };
    response.writeHead(state.status, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(body));
  }, afterAll);
  return { base: `${base}/fhir`, asked, state };
};

const at = (day: string) => new Date(`2026-11-${day}T12:00:00Z`);
const folderWith = (terminologyServer?: string) => ({
  dataDir: emptyFolder(),
  expansionDays: 7,
  ...(terminologyServer !== undefined && { terminologyServer }),
});
const readAt = async (settings: Parameters<typeof readExpansions>[0], day: string, pinned?: string) =>
  (await readExpansions(settings, site(pinned), at(day))).get('colonoscopy');
const codes = (...list: readonly string[]) =>
  list.map((code) => ({ system: 'http://snomed.info/sct', code, display: `Scope ${code}` }));

describe('value sets that a terminology server completes', () => {
  it('are asked for with nothing but the canonical URL, and kept', async () => {
    const { base, asked } = await startServer();
    const settings = folderWith(base);
    expect(await readAt(settings, '01')).toEqual({
      url: canonical,
      asked: '2026-11-01T12:00:00.000Z',
      codes: codes('1'),
    });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /fhir/ValueSet/$expand?url=${encodeURIComponent(canonical)}&offset=0&count=1000`,
    ]);
    expect(asked[0]?.headers.authorization).toBeUndefined();
    const [file = ''] = readdirSync(join(settings.dataDir, 'expansions'));
    expect(file).toMatch(/^[0-9a-f]{20}\.json$/);
    expect(JSON.parse(readFileSync(join(settings.dataDir, 'expansions', file), 'utf8'))).toMatchObject({
      server: base,
    });
  });

  it('are asked for again when the copy is too old, or another server’s', async () => {
    const { base, asked, state } = await startServer();
    const settings = folderWith(base);
    await readAt(settings, '01');
    state.codes = ['1', '2'];
    expect(await readAt(settings, '07')).toMatchObject({ codes: codes('1') });
    expect(asked).toHaveLength(1);
    expect(await readAt(settings, '08')).toMatchObject({ codes: codes('1', '2'), asked: '2026-11-08T12:00:00.000Z' });
    const other = await startServer();
    expect(await readAt({ ...settings, terminologyServer: other.base }, '08')).toMatchObject({ codes: codes('1') });
  });

  it('are used as they were where the server does not answer, and their age is told', async () => {
    const { base, state } = await startServer();
    const settings = folderWith(base);
    await readAt(settings, '01');
    state.status = 404;
    const old = await readAt(settings, '20');
    expect(old).toEqual({
      url: canonical,
      asked: '2026-11-01T12:00:00.000Z',
      codes: codes('1'),
      problem: 'HTTP 404: no such value set',
    });
    expect(await readAt({ ...settings, terminologyServer: 'http://127.0.0.1:9' }, '20')).toMatchObject({
      codes: codes('1'),
      problem: expect.stringContaining('no answer'),
    });
    const { terminologyServer: _, ...without } = settings;
    expect(await readAt(without, '20')).toMatchObject({ codes: codes('1'), problem: 'no terminologyServer is set' });
  });

  it('do not age while a rule set is pinned', async () => {
    const { base, asked } = await startServer();
    const settings = folderWith(base);
    await readAt(settings, '01');
    expect(await readAt(settings, '30', 'abc')).toMatchObject({ asked: '2026-11-01T12:00:00.000Z' });
    expect(asked).toHaveLength(1);
  });

  it('say why they are known in part only, where there is neither an answer nor a copy', async () => {
    const { base, state } = await startServer();
    state.status = 404;
    expect(await readAt(folderWith(base), '01')).toEqual({
      url: canonical,
      codes: [],
      problem: 'HTTP 404: no such value set',
    });
    state.status = 200;
    state.codes = [];
    expect(await readAt(folderWith(base), '01')).toMatchObject({ problem: 'the expansion has no codes' });
  });

  it('are asked for again where the copy cannot be read', async () => {
    const { base } = await startServer();
    const settings = folderWith(base);
    await readAt(settings, '01');
    const [file = ''] = readdirSync(join(settings.dataDir, 'expansions'));
    writeFileSync(join(settings.dataDir, 'expansions', file), '{"codes":');
    expect(await readAt(settings, '02')).toMatchObject({ asked: '2026-11-02T12:00:00.000Z' });
  });

  it('are none where the overlay names none', async () => {
    expect(await readExpansions(folderWith('http://127.0.0.1:9'), noSite)).toEqual(new Map());
  });

  it.each([
    ['2026-11-21T10:00:00Z', undefined, 'scope: expanded today', false],
    ['2026-11-20T10:00:00Z', undefined, 'scope: expanded a day ago', false],
    ['2026-11-01T10:00:00Z', 'HTTP 503', 'scope: expanded 20 days ago; HTTP 503', true],
    [undefined, 'HTTP 404', 'scope: known in part only, its expansion was never had; HTTP 404', true],
  ])('asked at %s with problem %s are told in words', (asked, problem, line, wrong) => {
    const expansion = { url: canonical, ...(asked && { asked }), ...(problem && { problem }) };
    const expansions = new Map([['http://carehook.org/fhir/ValueSet/scope', expansion]]);
    expect(expansionLines({ expansions }, new Date('2026-11-21T12:00:00Z'))).toEqual([{ line, wrong }]);
  });

  it.each(['ftp://tx.example/ValueSet/1', 'urn:oid:1.2', 'scopes'])('are not named by %s', (url) => {
    expect(overlaySchema.safeParse({ expand: { colonoscopy: url } }).success).toBe(false);
  });
});
