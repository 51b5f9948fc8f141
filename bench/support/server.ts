/**
 * A child process that serves Carehook, with its threads for large bodies or without, or an express echo, so that each is
 * measured alone. It answers `cpu` with the microseconds it has used.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { createApp } from '../../src/app.ts';
import { createAnswerPool } from '../../src/cds-hooks/answer-pool.ts';
import { profiles } from '../../src/cds-hooks/profile.ts';
import { loadRules } from '../../src/cli/load-rules.ts';
import { systemClock } from '../../src/clock.ts';
import { readSettings, threadsOf } from '../../src/config.ts';
import { createFhirConnections } from '../../src/fhir/client.ts';
import { allMapped } from '../../src/rules/census.ts';

const carehook = async (withPool: boolean) => {
  const settings = readSettings({});
  const ruleSet = await loadRules(settings);
  const { timeZone, budgetMs: budget, bodyLimit, largeBodyKb } = settings;
  const log = pino({ level: 'silent' });
  const answers = { timeZone, budget, fhirServers: [], profile: profiles.default };
  const pool = withPool
    ? createAnswerPool({
        settings: answers,
        largeBody: largeBodyKb * 1024,
        threads: threadsOf(settings),
        census: allMapped,
        log,
      })
    : undefined;
  await pool?.warm(ruleSet);
  return createApp({
    ...answers,
    ruleSet: () => ruleSet,
    clock: systemClock,
    bodyLimit,
    fhir: createFhirConnections(),
    census: allMapped,
    log,
    ...(pool && { pool }),
  });
};

const echo = () => {
  const app = express();
  app.use(express.json({ limit: '25mb' }));
  app.post('/echo', ({ body }, response) => {
    response.json(body);
  });
  app.post('/parse', (_request, response) => {
    response.json({ cards: [] });
  });
  return app;
};

const kind = process.argv[2];
const server = createServer(kind === 'echo' ? echo() : await carehook(kind === 'carehook'));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  }
});
process.on('disconnect', () => process.exit(0));
