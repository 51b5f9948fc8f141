import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { percentile, printJson, printTable, rounded } from './support/print.ts';
import { generateRecord } from './support/record.ts';

const rounds = 8;
const requestsARound = 40;

/**
 * patient-view over a 1,000-resource prefetch against an express echo of the same body, side by side in alternating
 * rounds: CPU a request and p50. `parse` only parses the body and is the floor of any JSON service.
 */
export const bench = async (): Promise<void> => {
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
    printJson({
      bench: 'http',
      resources: 1000,
      bodyBytes: body.length,
      echoCpuRatio: rounded(carehook.cpuMs / echoed.cpuMs),
      echoP50Ratio: rounded(carehook.p50 / echoed.p50),
      parseCpuRatio: rounded(carehook.cpuMs / parsed.cpuMs),
    });
  } finally {
    own.stop();
    echo.stop();
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

const post = (port: number, path: string, body: string): Promise<{ readonly ms: number; readonly text: string }> =>
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
