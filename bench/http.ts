import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentile, printJson, printTable, rounded } from './support/print.ts';
import { generateRecord } from './support/record.ts';

const rounds = 8;
const requestsARound = 40;
const smallRequests = 400;

/** patient-view against an express echo of the same body, and small requests beside large ones. */
export const bench = async (): Promise<void> => {
  const ratios = await againstEcho();
  const alone = await smallBeside('carehook', 0);
  const withPool = await smallBeside('carehook', 2);
  const withoutPool = await smallBeside('carehook-without-pool', 2);
  printTable(`small requests, ${smallRequests} one after another, beside two streams of 2 MB requests`, [
    ['', 'p50 ms', 'p99 ms', 'large ones a second'],
    ...Object.entries({ 'no streams': alone, streams: withPool, 'streams, no pool': withoutPool }).map(
      ([name, { p50, p99, largeASecond }]) => [name, rounded(p50), rounded(p99), rounded(largeASecond, 0)],
    ),
  ]);
  printJson({
    bench: 'http',
    ...ratios,
    smallP99AloneMs: rounded(alone.p99),
    smallP99Ms: rounded(withPool.p99),
    smallP99WithoutPoolMs: rounded(withoutPool.p99),
  });
};

/**
 * patient-view over a 1,000-resource prefetch against an express echo of the same body, side by side in alternating
 * rounds: CPU a request and p50. `parse` only parses the body and is the floor of any JSON service.
 */
const againstEcho = async () => {
  const body = JSON.stringify(patientView(1000));
  const [own, echo] = await Promise.all([start('carehook'), start('echo')]);
  try {
    const cards = await post(own.port, '/cds-services/carehook-patient-view', body);
    if (!Array.isArray((JSON.parse(cards.text) as { cards?: unknown }).cards))
      throw new Error(`expected cards, got ${cards.text.slice(0, 300)}`);
    const targets = [
      { name: 'carehook', server: own, path: '/cds-services/carehook-patient-view' },
      { name: 'echo', server: echo, path: '/echo' },
      { name: 'parse', server: echo, path: '/parse' },
    ];
    const measured = targets.map((target) => ({ ...target, cpu: 0, ms: [] as number[] }));
    for (let round = 0; round <= rounds; round++)
      for (const target of measured) {
        const before = await target.server.cpu();
        const ms: number[] = [];
        for (let i = 0; i < requestsARound; i++) ms.push((await post(target.server.port, target.path, body)).ms);
        // The first round warms up.
        if (round === 0) continue;
        target.cpu += (await target.server.cpu()) - before;
        target.ms.push(...ms);
      }
    const [carehook, echoed, parsed] = measured.map(({ name, cpu, ms }) => ({
      name,
      cpuMs: cpu / 1000 / (rounds * requestsARound),
      p50: percentile(ms, 0.5),
      p99: percentile(ms, 0.99),
    }));
    if (!carehook || !echoed || !parsed) throw new Error('nothing was measured');
    printTable(`patient-view, ${rounded(body.length / 1e6)} MB body, ${rounds * requestsARound} requests each`, [
      ['', 'CPU ms', 'p50 ms', 'p99 ms'],
      ...[carehook, echoed, parsed].map(({ name, cpuMs, p50, p99 }) => [
        name,
        rounded(cpuMs),
        rounded(p50),
        rounded(p99),
      ]),
    ]);
    return {
      resources: 1000,
      bodyBytes: body.length,
      echoCpuRatio: rounded(carehook.cpuMs / echoed.cpuMs),
      echoP50Ratio: rounded(carehook.p50 / echoed.p50),
      parseCpuRatio: rounded(carehook.cpuMs / parsed.cpuMs),
    };
  } finally {
    own.stop();
    echo.stop();
  }
};

/** Small requests (some 10 resources), one after another, while others send 2 MB requests as fast as they are answered. */
const smallBeside = async (kind: string, streams: number) => {
  const server = await start(kind);
  const send = (body: Buffer) => post(server.port, '/cds-services/carehook-patient-view', body);
  const small = Buffer.from(JSON.stringify(patientView(10)));
  const large = Buffer.from(JSON.stringify(patientView(2_030)));
  try {
    // Both ways warm up.
    for (let i = 0; i < 200; i++) await send(small);
    for (let i = 0; i < 40; i++) await send(large);
    let answered = 0;
    let ended = false;
    const stream = async () => {
      for (; !ended; answered++) await send(large);
    };
    const running = Array.from({ length: streams }, stream);
    const started = performance.now();
    const ms: number[] = [];
    for (let i = 0; i < smallRequests; i++) {
      ms.push((await send(small)).ms);
      await wait(5);
    }
    const largeASecond = (answered * 1000) / (performance.now() - started);
    ended = true;
    await Promise.all(running);
    return { p50: percentile(ms, 0.5), p99: percentile(ms, 0.99), largeASecond };
  } finally {
    server.stop();
  }
};

const patientView = (count: number) => {
  const patient = { resourceType: 'Patient', id: 'bench', gender: 'female', birthDate: '1968-04-02' };
  const resources = generateRecord('bench', count);
  const searchset = (type: string) => ({
    resourceType: 'Bundle',
    type: 'searchset',
    entry: resources.filter(({ resourceType }) => resourceType === type).map((resource) => ({ resource })),
  });
  return {
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    context: { userId: 'Practitioner/bench', patientId: 'bench' },
    prefetch: {
      patient,
      observations: searchset('Observation'),
      procedures: searchset('Procedure'),
      conditions: searchset('Condition'),
      diagnosticReports: searchset('DiagnosticReport'),
      encounters: searchset('Encounter'),
      serviceRequests: searchset('ServiceRequest'),
      immunizations: searchset('Immunization'),
    },
  };
};

const start = async (kind: string) => {
  const child: ChildProcess = fork(fileURLToPath(new URL('support/server.ts', import.meta.url)), [kind]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    cpu: async (): Promise<number> => {
      child.send('cpu');
      const [{ cpu }] = (await once(child, 'message')) as [{ cpu: number }];
      return cpu;
    },
    stop: () => child.disconnect(),
  };
};

const agent = new Agent({ keepAlive: true });

const post = (
  port: number,
  path: string,
  body: string | Buffer,
): Promise<{ readonly ms: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const call = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ ms: performance.now() - started, text }));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
