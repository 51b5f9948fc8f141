import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createTerminus } from '@godaddy/terminus';
import express from 'express';
import type { FhirResource } from 'fhir/r4.js';
import type { Logger } from 'pino';
import { createApp } from '../app.ts';
import { createAnswerPool } from '../cds-hooks/answer-pool.ts';
import { profiles } from '../cds-hooks/profile.ts';
import { createShownAlerts } from '../cds-hooks/shown-alerts.ts';
import { localDate, systemClock } from '../clock.ts';
import { type Settings, threadsOf } from '../config.ts';
import { createChartPage } from '../demo/chart-page.ts';
import { createFhirServer } from '../demo/fhir-server.ts';
import { loadPatients } from '../demo/patients.ts';
import { createFhirConnections, type FhirClient } from '../fhir/client.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { interpretedLibraries } from '../rules/rule-set-image.ts';
import { fewPatients, type KeptCensus, neverSeen, openCensus } from './census-file.ts';
import { createCurrentRules } from './current-rules.ts';
import { expansionLines } from './expansions.ts';
import { createExplain } from './explain-patient.ts';

/** Serves the CDS Services; without a settings file also a sample FHIR server with synthetic patients. */
export const serve = async (settings: Settings): Promise<void> => {
  const log = createLog(settings.demonstration ? 'warn' : settings.logLevel);
  const rules = await createCurrentRules(settings, log);
  const standings = rules.ruleSet().rules.map(({ standing }) => standing.voice);
  if (!standings.includes('speaks'))
    log.warn(
      { shadow: standings.length },
      'no rule speaks, because none is signed for this site: see "carehook rules status"',
    );

  for (const [library, reason] of interpretedLibraries(rules.ruleSet()))
    log.warn({ library, reason }, 'a CQL library has no compiled form and runs interpreted');

  const census = await openCensus(settings, { log });
  tellNeverSeen(rules.ruleSet(), census, log);
  tellPastReview(rules.ruleSet(), localDate(systemClock.now(), settings.timeZone), log);

  for (const { line, wrong } of expansionLines(rules.ruleSet().vocabulary, systemClock.now()))
    log[wrong ? 'warn' : 'info']({ valueSet: line }, 'a value set that the terminology server completes');

  const sample = settings.demonstration ? await startSampleFhirServer(settings) : undefined;
  const fhir = createFhirConnections();
  const closing: (() => void)[] = [];
  const answerSettings = {
    timeZone: settings.timeZone,
    budget: settings.budgetMs,
    profile: profiles[settings.profile],
    mostCards: settings.mostCards,
    dueCards: settings.dueCards,
    shownChannel: `carehook-shown-alerts-${randomUUID()}`,
    fhirServers: sample ? [...settings.fhirServers, sample.base] : settings.fhirServers,
  };
  const threads = threadsOf(settings);
  const pool =
    threads > 0
      ? createAnswerPool({ settings: answerSettings, largeBody: settings.largeBodyKb * 1024, threads, census, log })
      : undefined;
  const app = createApp({
    ...answerSettings,
    ruleSet: rules.ruleSet,
    clock: systemClock,
    fhir,
    census,
    shown: createShownAlerts({ now: Date.now, channel: answerSettings.shownChannel }),
    bodyLimit: settings.bodyLimit,
    log,
    metrics: createMetrics({ interpreted: () => interpretedLibraries(rules.ruleSet()).keys() }),
    ...(pool && { pool }),
  });
  const server = createServer(app);
  const health = () =>
    Promise.resolve({
      url: baseOf(server, settings.host),
      ruleSet: rules.ruleSet().id,
      rules: rules.ruleSet().rules.length,
      ...limitsOf(rules.ruleSet()),
    });
  createTerminus(server, {
    healthChecks: { '/healthz': () => Promise.resolve({}), '/readyz': health, verbatim: true },
    signals: ['SIGTERM', 'SIGINT'],
    timeout: 10_000,
    useExit0: true,
    // Requests under way are answered; the sample server goes last, they may be reading from it.
    onSignal: async () => {
      for (const close of closing) close();
      sample?.close();
      await rules.close();
      await pool?.close();
      await census.close();
      await fhir.close();
    },
    logger: (message, error) => log.error({ err: error }, message),
  });
  await listen(server, settings.port, settings.host);

  const base = baseOf(server, settings.host);
  if (sample) {
    const chart = await startChartPage(settings, {
      cdsBase: base,
      sample,
      ruleSet: rules.ruleSet,
      client: fhir.client(sample.base),
      log,
    });
    closing.push(chart.close);
    process.stdout.write(introduction(base, sample, chart.base));
  }
  process.stdout.write(`ready ${base}\n`);
};

/** What the service does without, and serves all the same. */
const limitsOf = ({ vocabulary }: RuleSet): { readonly limits?: readonly string[] } => {
  const limits = expansionLines(vocabulary, systemClock.now()).filter(({ wrong }) => wrong);
  return limits.length > 0 ? { limits: limits.map(({ line }) => line) } : {};
};

/** Rules that will say nothing is due here, until their completions are seen or the site vouches for them. */
const tellNeverSeen = (ruleSet: RuleSet, census: KeptCensus, log: Logger): void => {
  const { patients } = census.record();
  for (const [valueSets, rules] of neverSeen(ruleSet, census.isMapped))
    log.warn(
      { valueSets, rules, patients },
      patients < fewPatients
        ? 'never seen here yet, and few patients were: until one is, these rules are unknown where they would be due'
        : 'never seen here: these rules are unknown where they would be due; run "carehook codes audit" and add local codes, or name the value set under "mapped" in overlay.yaml',
    );
};

/** A rule past its review date may say what is no longer so. */
const tellPastReview = ({ rules }: RuleSet, today: string, log: Logger): void => {
  for (const { manifest, standing } of rules)
    if (standing.voice !== 'off' && manifest.review < today)
      log.warn({ rule: manifest.id, review: manifest.review }, 'a rule is past its review date');
};

interface SampleFhirServer {
  readonly base: string;
  readonly patients: readonly { readonly id: string; readonly name: string; readonly story: string }[];
  close(): void;
}

/** Our own FHIR server on the next port, with the patients of `fixtures/`. */
const startSampleFhirServer = async ({ host, port, timeZone }: Settings): Promise<SampleFhirServer> => {
  const today = localDate(systemClock.now(), timeZone);
  const patients = loadPatients(fileURLToPath(new URL('../../fixtures/patients', import.meta.url)), today);
  const server = createServer(createFhirServer({ resources: patients.flatMap(({ resources }) => resources) }));
  await listen(server, port === 0 ? 0 : port + 1, host);
  return { base: `${baseOf(server, host)}/fhir`, patients, close: () => server.close() };
};

interface ChartPageParts {
  readonly cdsBase: string;
  readonly sample: SampleFhirServer;
  readonly ruleSet: () => RuleSet;
  readonly client: FhirClient;
  readonly log: Logger;
}

/** The chart page, on the port after the sample FHIR server's. */
const startChartPage = async (
  { host, port, timeZone }: Settings,
  { cdsBase, sample, ruleSet, client, log }: ChartPageParts,
) => {
  const explain = createExplain({ ruleSet, client, clock: systemClock, timeZone });
  const page = createChartPage({
    cdsBase,
    fhirBase: sample.base,
    patients: sample.patients,
    searchMedications: (text) => ruleSet().vocabulary.medications.search(text, 20),
    explain: (patientId, drafts) => explain(patientId, drafts as readonly FhirResource[]),
    timeZone,
    log,
  });
  const server = createServer(express().disable('x-powered-by').use(page));
  await listen(server, port === 0 ? 0 : port + 2, host);
  return { base: baseOf(server, host), close: () => void server.close() };
};

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });

const baseOf = (server: Server, host: string): string => {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
};

const introduction = (base: string, { base: fhirServer, patients }: SampleFhirServer, chart: string): string => {
  const width = Math.max(...patients.map(({ id }) => id.length));
  const view = {
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    fhirServer,
    context: { userId: 'Practitioner/example', patientId: 'maria-alvarez' },
  };
  const draft = {
    resourceType: 'MedicationRequest',
    id: 'draft-1',
    status: 'draft',
    intent: 'order',
    subject: { reference: 'Patient/walter-hughes' },
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '197806' }],
      text: 'ibuprofen 600 MG Oral Tablet',
    },
  };
  const sign = {
    ...view,
    hook: 'order-sign',
    context: {
      ...view.context,
      patientId: 'walter-hughes',
      draftOrders: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: draft }] },
    },
  };
  const curl = (service: string, body: object) =>
    `  curl -s ${base}/cds-services/${service} -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'\n`;
  return [
    'Carehook, a demonstration on synthetic patients. Draft rules: not for clinical use.\n',
    `\nIn a browser: ${chart}\n`,
    `\nPatients on the sample FHIR server ${fhirServer}:\n`,
    ...patients.map(({ id, story }) => `  ${id.padEnd(width)}  ${story}\n`),
    '\nOpen a chart (patient-view):\n',
    curl('carehook-patient-view', view),
    '\nSign an order (order-sign):\n',
    curl('carehook-orders', sign),
    '\n',
  ].join('');
};
