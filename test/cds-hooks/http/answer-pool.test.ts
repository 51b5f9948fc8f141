import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppDeps } from '../../../src/app.ts';
import { type AnswerPoolOptions, createAnswerPool } from '../../../src/cds-hooks/answer-pool.ts';
import { profiles } from '../../../src/cds-hooks/profile.ts';
import { allMapped, createCensus } from '../../../src/rules/census.ts';
import type { RuleSet } from '../../../src/rules/rule-set.ts';
import { appOf, cardAbout, listen, notCheckedIn, now, onlyRules } from '../../support/app.ts';
import { emptyFolder } from '../../support/command.ts';
import { at, type Fault, startFhirServer } from '../../support/faulty-fhir-server.ts';
import {
  authorization,
  colonoscopy,
  ibuprofen,
  orderSign,
  patient,
  patientView,
  prefetchOf,
  serviceAt,
  warfarin,
  warfarinTablet,
} from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const shipped = await shippedRuleSet();
const ruleSet = onlyRules(shipped, 'colorectal-cancer', 'warfarin-nsaid');
const view = serviceAt(ruleSet, 'patient-view');
const sign = serviceAt(ruleSet, 'order-sign');
const chart = [patient('p', { name: [{ family: 'Canary' }] }), warfarin()];
const viewBody = patientView({ prefetch: prefetchOf(view, chart) });

/** An app that answers on a thread whatever comes, small or large, and that writes to the same log as its threads. */
const pooled = (
  rules: RuleSet | (() => RuleSet),
  { budget = 10_000, fhirServers = [], ...deps }: Partial<AppDeps> = {},
  options: Partial<AnswerPoolOptions> = {},
) => {
  const current = typeof rules === 'function' ? rules : () => rules;
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const settings = { timeZone: 'America/New_York', profile: profiles.default, budget, fhirServers };
  const pool = createAnswerPool({ settings, largeBody: 1, threads: 1, census: allMapped, log, ...options });
  afterAll(pool.close);
  const app = appOf(current(), { ...deps, ruleSet: current, budget, fhirServers, log, pool });
  return { ...app, pool, log: lines };
};

/** An answer without what is different each time. */
const alike = ({ status, headers, body }: { status: number; headers: Record<string, string>; body: unknown }) => ({
  status,
  type: headers['content-type'],
  body: JSON.parse(JSON.stringify(body, (key, value) => (key === 'uuid' ? 'a uuid' : value))),
});

const logged = (lines: readonly string[]) =>
  lines.map((line) => {
    const { time: _, pid: _pid, hostname: _hostname, ms, ...rest } = JSON.parse(line);
    return { ...rest, ...(ms !== undefined && { ms: 'some' }) };
  });

describe('through the pool', async () => {
  const fhir = await startFhirServer(chart, afterAll);
  const rest = { fhirServer: fhir.base, fhirAuthorization: authorization('token') };
  const here = appOf(ruleSet, { fhirServers: [fhir.base], bodyLimit: '400kb' });
  const there = pooled(ruleSet, { fhirServers: [fhir.base], bodyLimit: '400kb' }, { threads: 2 });
  beforeAll(() => there.pool.warm(ruleSet));

  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  const text = (body: object) => JSON.stringify(body);
  it.each<[string, string | Buffer, Record<string, string>?, string?]>([
    ['a whole prefetch', text(viewBody)],
    [
      'a chart that has what is asked for',
      text(patientView({ prefetch: prefetchOf(view, [patient(), colonoscopy()]) })),
    ],
    ['data from the FHIR server', text(patientView(rest))],
    ['an order', text(orderSign([ibuprofen()], { prefetch: prefetchOf(sign, chart) })), {}, sign.id],
    ['an order and the FHIR server', text(orderSign([ibuprofen()], rest)), {}, sign.id],
    ['a packed body', gzipSync(text(viewBody)), { 'content-encoding': 'gzip' }],
    ['a body with a byte order mark', `\ufeff${text(viewBody)}`],
    [
      'a body in UTF-16',
      Buffer.from(text(viewBody), 'utf16le'),
      { 'content-type': 'application/json; charset=utf-16le' },
    ],
    ['FHIR JSON', text(viewBody), { 'content-type': 'application/fhir+json' }],
    ['no patient', text(patientView())],
    [
      "another patient's token",
      text(patientView({ ...rest, fhirAuthorization: authorization('t', { patient: 'q' }) })),
    ],
    ['an unknown service', text(viewBody), {}, 'nobody'],
    ['an address that cannot be decoded', text(viewBody), {}, '%E0%A4%A'],
    ['a hook of another service', text(viewBody), {}, sign.id],
    ['two faults', '{"context":{}}'],
    ['text that is no JSON', '{"hook": "patient-view",'],
    ['JSON with a comment', '{"hook": "patient-view" /* here */}'],
    ['a JSON text that is no object', '"patient-view"'],
    ['an array', '[]'],
    ['white space', '   '],
    ['a form', 'hook=patient-view', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a charset nobody has', '{}', { 'content-type': 'application/json; charset=klingon' }],
    ['an encoding nobody has', '{}', { 'content-encoding': 'snappy' }],
    ['a body that is not packed as it says', '{}', { 'content-encoding': 'gzip' }],
    ['a body that is too large', text({ filler: 'x'.repeat(410_000) })],
    ['a body that is too large once unpacked', gzipSync(' '.repeat(500_000)), { 'content-encoding': 'gzip' }],
    ['a body nested 200,000 deep', `{"extension":${deep}}`],
    [
      'a prefetch nested 200,000 deep',
      text(viewBody).replace('"status":"active"', `"status":"active","extension":${deep}`),
    ],
  ])('answers %s, and logs it, as without', async (_, body, headers = {}, service = view.id) => {
    const answers = [];
    for (const { agent, log } of [here, there]) {
      log.length = 0;
      const request = agent.post(`/cds-services/${service}`).set({ 'content-type': 'application/json', ...headers });
      request.write(body);
      answers.push({ ...alike(await request), log: logged(log) });
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it('answers a body whose length nobody told', async () => {
    const base = await listen(there.app, afterAll);
    const chunks = new ReadableStream({
      start: (controller) => {
        for (const part of JSON.stringify(viewBody).match(/.{1,500}/gs) ?? [])
          controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
    const response = await fetch(`${base}/cds-services/${view.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: chunks,
      duplex: 'half',
    } as RequestInit);
    expect(await response.json()).toMatchObject({ cards: [{ source: { topic: { code: 'colorectal-cancer' } } }] });
  });

  it("logs the service's own failure with its place, and tells the client none of it", async () => {
    const broken = onlyRules(shipped, 'colorectal-cancer');
    const images = { ...broken.images, engine: { ...broken.images.engine, modules: new Map([['A', '/nowhere.mjs']]) } };
    const { pool, post, log } = pooled({ ...broken, id: 'broken', images });
    await expect(pool.warm({ ...broken, id: 'broken', images })).rejects.toThrow(/nowhere/);
    expect((await post(viewBody)).status).toBe(200);
    await expect.poll(() => log.join()).toContain('no thread for large requests could be started');
    expect(log.join()).not.toContain('Canary');
  });

  it('keeps two patients apart whose calls are under way together', async () => {
    const asked = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'quartz' : 'feather'));
    const bodyFor = (id: string) =>
      orderSign([ibuprofen(id, { id: `draft-${id}` })], {
        context: { patientId: id },
        prefetch: prefetchOf(sign, [
          patient(id),
          warfarin(id, {
            medicationCodeableConcept: { ...warfarinTablet.medicationCodeableConcept, text: `Warfarin ${id}` },
          }),
        ]),
      });
    for (let i = 0; i < asked.length; i += 20) {
      const texts = await Promise.all(asked.slice(i, i + 20).map(async (id) => (await there.post(bodyFor(id))).text));
      texts.forEach((answer, at) => {
        const id = asked[i + at] as string;
        expect(answer).toContain(`Warfarin ${id}`);
        expect(answer).not.toContain(id === 'quartz' ? 'feather' : 'quartz');
      });
    }
  });
});

it('has no thread until a large call comes, which is answered meanwhile', async () => {
  const { pool, cards, post } = pooled(ruleSet, {}, { largeBody: 2_000 });
  const small = patientView({ prefetch: { patient: patient() } });
  expect((await cards(small)).length).toBeGreaterThan(0);
  const large = { ...viewBody, filler: ' '.repeat(2_000) };
  expect((await post(large)).status).toBe(200);
  await expect.poll(() => pool.isReady(ruleSet), { timeout: 20_000 }).toBe(true);
  expect((await post(large)).status).toBe(200);
});

it('answers a call under way from the rules that it began with, and the next from those that are current', async () => {
  const open = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const waiting: Fault = (_request, response) => {
    begun.resolve();
    open.promise.then(() => response.destroy());
    return true;
  };
  const fhir = await startFhirServer(chart, afterAll, at(/Procedure/, waiting));
  const before = onlyRules(shipped, 'colorectal-cancer');
  const after = onlyRules(shipped, 'warfarin-nsaid');
  let current = before;
  const { pool, post } = pooled(() => current, { fhirServers: [fhir.base], budget: 20_000 });
  await pool.warm(before);
  const { procedures: _, ...prefetch } = prefetchOf(view, chart);
  const first = post({ ...viewBody, fhirServer: fhir.base, fhirAuthorization: authorization('t'), prefetch }).then();
  await begun.promise;
  current = after;
  await pool.warm(after);
  expect((await post(viewBody)).body).toEqual({ cards: [] });
  open.resolve();
  expect(notCheckedIn((await first).body.cards)).toContain('Colorectal cancer screening');
});

it('tells its threads what the installation has shown, and learns from them what they see', async () => {
  const census = createCensus((id) => id !== 'colonoscopy');
  const { cards, pool } = pooled(ruleSet, {}, { census });
  await pool.warm(ruleSet);
  const asked = () => cards(patientView({ prefetch: prefetchOf(view, [patient()]) }));
  expect(notCheckedIn(await asked())).toContain('this installation has never shown');
  await cards(patientView({ prefetch: prefetchOf(view, [patient(), colonoscopy()]) }));
  expect(census.sightings.map(({ valueSets }) => valueSets)).toEqual([[], ['colonoscopy']]);
  expect(cardAbout(await asked(), 'colorectal-cancer')?.summary).toContain('overdue');
});

it('takes the time that a call has waited from the time for its answer', async () => {
  const { pool } = pooled(ruleSet, { budget: 500 });
  const { text } = await pool.answer(ruleSet, {
    service: view.id,
    bytes: new TextEncoder().encode(JSON.stringify(viewBody)),
    contentType: 'application/json',
    arrived: Date.now() - 10_000,
    now: now.getTime(),
  });
  expect(text).toContain('there was no time left to evaluate it');
});

it('refuses a call when too many wait already, and says when to come back', async () => {
  const fhir = await startFhirServer(
    chart,
    afterAll,
    at(/Procedure/, () => true),
  );
  const { pool, post, log } = pooled(ruleSet, { fhirServers: [fhir.base], budget: 3_000 }, { queue: 1 });
  await pool.warm(ruleSet);
  const body = patientView({ fhirServer: fhir.base, fhirAuthorization: authorization('t') });
  const answers = await Promise.all(Array.from({ length: 6 }, () => post(body)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 503]);
  const refused = answers.find(({ status }) => status === 503);
  expect(refused?.headers['retry-after']).toBe('1');
  expect(refused?.body).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'throttled' }] });
  expect(log.join()).toContain('BUSY');
  expect((await post(viewBody)).status).toBe(200);
});

it('refuses a call when too many bytes wait already', async () => {
  const { pool, post } = pooled(ruleSet, {}, { mostBytes: 10_000 });
  await pool.warm(ruleSet);
  const large = { ...viewBody, filler: ' '.repeat(10_000) };
  expect((await post(large)).status).toBe(200);
  // Both in one turn of the event loop, so that neither is answered before the other comes.
  const answers = await Promise.allSettled(
    [1, 2].map(() =>
      pool.answer(ruleSet, {
        service: view.id,
        bytes: Buffer.from(JSON.stringify(large)),
        contentType: 'application/json',
        arrived: Date.now(),
        now: now.getTime(),
      }),
    ),
  );
  expect(answers).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'BUSY' } }]);
});

it('outlives a thread that ends: its call fails, the next is answered', async () => {
  const file = join(emptyFolder(), 'ending.mjs');
  writeFileSync(
    file,
    `import { isMainThread } from 'node:worker_threads';
    const end = () => isMainThread || process.exit(7);
    export const link = () => ({ definitions: { 'In Population': end }, functions: {}, parameters: {} });`,
  );
  const modules = new Map([...ruleSet.images.engine.modules, ['ColorectalCancer', file]]);
  const ending = { ...ruleSet, images: { ...ruleSet.images, engine: { ...ruleSet.images.engine, modules } } };
  const { pool, post, log } = pooled(ending);
  await pool.warm(ending);
  const { status, body } = await post(viewBody);
  expect([status, body.resourceType]).toEqual([500, 'OperationOutcome']);
  expect(log.join()).toContain('worker exited with code: 7');
  // At first here, and on a new thread once there is one.
  expect((await post(viewBody)).status).toBe(200);
  await expect.poll(() => pool.isReady(ending), { timeout: 20_000 }).toBe(true);
  expect((await post(viewBody)).status).toBe(500);
});
