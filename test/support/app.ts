import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import supertest from 'supertest';
import { expect } from 'vitest';
import { type AppDeps, createApp } from '../../src/app.ts';
import { profiles } from '../../src/cds-hooks/profile.ts';
import { type Card, responseSchema } from '../../src/cds-hooks/response-schema.ts';
import { createShownAlerts } from '../../src/cds-hooks/shown-alerts.ts';
import { createFhirConnections } from '../../src/fhir/client.ts';
import { allMapped } from '../../src/rules/census.ts';
import type { RuleSet } from '../../src/rules/rule-set.ts';

/** The moment of every call. */
export const now = new Date('2026-11-21T10:00:00-05:00');

/** Of the rules only these, so that cards can be counted whatever rules are added. */
export const onlyRules = (ruleSet: RuleSet, ...ids: readonly string[]): RuleSet => ({
  ...ruleSet,
  id: ids.join('+'),
  rules: ruleSet.rules.filter(({ manifest }) => ids.includes(manifest.id)),
});

/** Something that is closed when a test, or a file of tests, has ended: `onTestFinished` or `afterAll`. */
export type CleanUp = (close: () => Promise<void>) => void;

/** A request body: the hook decides the service that is called unless told. */
interface Call {
  readonly hook: string;
  readonly [element: string]: unknown;
}

/** The app on a rule set, and what it logs. It may read no FHIR server unless told. */
export const appOf = (ruleSet: RuleSet, overrides: Partial<AppDeps> = {}) => {
  const log: string[] = [];
  const app = createApp({
    ruleSet: () => ruleSet,
    clock: { now: () => now },
    timeZone: 'America/New_York',
    // Long enough for a busy machine; tests of the budget give their own.
    budget: 10_000,
    fhirServers: [],
    fhir: createFhirConnections(),
    profile: profiles.default,
    census: allMapped,
    shown: createShownAlerts({ now: () => now.getTime() }),
    bodyLimit: '25mb',
    log: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
    ...overrides,
  });
  const agent = supertest(app);
  const idAt = (hook: string) => ruleSet.services.find(({ hooks }) => hooks.includes(hook))?.id ?? 'none';
  const post = (body: Call, id = idAt(body.hook)) => agent.post(`/cds-services/${id}`).send(body);
  return {
    app,
    log,
    agent,
    post,
    /** The cards of an answer that must be 200 and as the specification has it. */
    cards: async (body: Call, id?: string): Promise<readonly Card[]> => {
      const { status, body: answer } = await post(body, id);
      expect(status, JSON.stringify(answer)).toBe(200);
      expect(nullOrEmpty(answer).filter((path) => path !== '.cards')).toEqual([]);
      return responseSchema.parse(answer).cards;
    },
  };
};

/** The paths of elements that are null or empty, which only `cards: []` and `services: []` may be. */
export const nullOrEmpty = (value: unknown, path = ''): readonly string[] => {
  if (value === null || value === '') return [path];
  if (typeof value !== 'object') return [];
  const children = Object.entries(value);
  return children.length === 0 ? [path] : children.flatMap(([name, child]) => nullOrEmpty(child, `${path}.${name}`));
};

/** The card of a rule; undefined when there is none. */
export const cardAbout = (cards: readonly Card[], rule: string): Card | undefined =>
  cards.find(({ source }) => source.topic?.code === rule);

/** The words of the card that names what was not checked; undefined when everything was. */
export const notCheckedIn = (cards: readonly Card[]): string | undefined => {
  const card = cardAbout(cards, 'not-checked');
  return card && `${card.summary}\n${card.detail}`;
};

/** Listens on a free port of the loopback address. */
export const listen = async (handler: RequestListener, cleanUp: CleanUp): Promise<string> => {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** What was not checked, where it could not be judged whether screening is due and a card says so. */
export const notJudged = async (asked: Promise<readonly Card[]>): Promise<string> => {
  const given = await asked;
  expect(cardAbout(given, 'colorectal-cancer')).toBeUndefined();
  const words = notCheckedIn(given);
  expect(words).toContain('Colorectal cancer screening');
  return (words ?? '').replaceAll('\\', '');
};
