/**
 * A child process that serves either Carehook or an express echo, so that each is measured alone. It answers `cpu` with
 * the microseconds it has used.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { createApp } from '../../src/app.ts';
import { profiles } from '../../src/cds-hooks/profile.ts';
import { loadRules } from '../../src/cli/load-rules.ts';
import { systemClock } from '../../src/clock.ts';
import { readSettings } from '../../src/config.ts';
import { createFhirConnections } from '../../src/fhir/client.ts';

const carehook = async () => {
  const settings = readSettings({});
  const ruleSet = await loadRules(settings);
  const { timeZone, budgetMs: budget, bodyLimit } = settings;
  return createApp({
    ruleSet: () => ruleSet,
    clock: systemClock,
    timeZone,
    budget,
    bodyLimit,
    fhirServers: [],
    fhir: createFhirConnections(),
    profile: profiles.default,
    log: pino({ level: 'silent' }),
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

const server = createServer(process.argv[2] === 'echo' ? echo() : await carehook());
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  }
});
process.on('disconnect', () => process.exit(0));
