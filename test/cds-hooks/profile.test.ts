import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/cds-hooks/answer.ts';
import { toCard } from '../../src/cds-hooks/card.ts';
import { type ProfileName, profiles, shapeCard } from '../../src/cds-hooks/profile.ts';
import { type Card, cardSchema, presentationExtension } from '../../src/cds-hooks/response-schema.ts';
import { parseRequest } from '../../src/cds-hooks/schema.ts';
import { createFhirServer } from '../../src/demo/fhir-server.ts';
import { createFhirConnections } from '../../src/fhir/client.ts';
import { loadCases, runCase } from '../../src/rules/cases.ts';
import { allMapped } from '../../src/rules/census.ts';
import { loadRulesFolder } from '../../src/rules/load.ts';
import { now, nullOrEmpty } from '../support/app.ts';
import { ibuprofen, orderSign, patient, patientView, prefetchOf, serviceAt, warfarin } from '../support/requests.ts';
import { rulesDir, shippedRuleSet } from '../support/rule-set.ts';

const ruleSet = await shippedRuleSet();
const { rules: folders } = await loadRulesFolder(rulesDir);
const names = Object.keys(profiles) as ProfileName[];
const fhir = supertest(createFhirServer({ resources: [] }));

/** The cards of every case of a rule, as the rules have them. */
const cardsOf = async (folder: string, id: string): Promise<readonly Card[]> => {
  const { cases } = await loadCases(rulesDir, folder);
  const rule = ruleSet.rules.find(({ manifest }) => manifest.id === id);
  if (!rule || !cases) throw new Error(`expected a rule with cases in ${folder}`);
  const context = { rules: new Map([[id, rule]]), patientId: 'case', userId: 'Practitioner/case', now };
  const cards: Card[] = [];
  for (const one of cases.cases)
    for (const finding of await runCase(ruleSet, rule, cases, one)) {
      const card = toCard([finding], context);
      if (card) cards.push(card);
    }
  return cards;
};

describe.each(folders.map(({ folder, manifest }) => ({ folder, id: manifest.id })))(
  'the cards of $folder',
  async ({ folder, id }) => {
    const cards = await cardsOf(folder, id);
    const shaped = (name: ProfileName) => cards.map((card) => shapeCard(card, profiles[name]));

    it('are some', () => {
      expect(cards.length).toBeGreaterThan(0);
    });

    it.each(names)('are as the specification has them under the profile %s', (name) => {
      for (const card of shaped(name)) {
        expect(cardSchema.safeParse(card).error?.message).toBeUndefined();
        expect(nullOrEmpty(card)).toEqual([]);
        expect(card.detail).not.toMatch(/\{\{|undefined|\[object|NaN/);
        expect(card.summary).not.toMatch(/\{\{|undefined|\[object|NaN/);
      }
    });

    it('[CH-50] have summaries that say all in the space there is', () => {
      for (const { summary } of shaped('default')) expect(summary).not.toContain('…');
    });

    it('say the same under every profile', () => {
      for (const name of names)
        shaped(name).forEach((card, i) => {
          const own = cards[i] as Card;
          // What is shown in passing may not pop up, as critical cards do there.
          const pops = name === 'oracle' && own.extension?.[presentationExtension] === 'passive';
          const indicator = pops && own.indicator === 'critical' ? 'warning' : own.indicator;
          expect(card).toMatchObject({ uuid: own.uuid, indicator });
          expect(card.overrideReasons).toEqual(own.overrideReasons);
          expect(card.detail?.startsWith(own.detail ?? '')).toBe(true);
          expect(actionsOf(card)).toEqual(actionsOf(own));
          for (const { url } of own.links ?? []) expect(JSON.stringify([card.links, card.detail])).toContain(url);
        });
    });

    it('have one action a suggestion, any of which may be chosen, and one static topic for epic', () => {
      const given = shaped('epic');
      for (const { suggestions, selectionBehavior } of given) {
        expect(selectionBehavior).toBe(suggestions && 'any');
        for (const { actions } of suggestions ?? []) expect(actions).toHaveLength(1);
      }
      const topics = new Set(given.map(({ source }) => source.topic?.code));
      expect(topics.size).toBe(1);
      expect([...topics][0]).toMatch(/^[A-Za-z0-9]{1,100}$/);
    });

    it('have short summaries, no links and no appContext for oracle', () => {
      for (const card of shaped('oracle')) {
        expect(card.summary.length).toBeLessThanOrEqual(90);
        expect(card).not.toHaveProperty('links');
        expect(JSON.stringify(card)).not.toContain('appContext');
      }
    });

    it('[CH-2] [CH-65] have suggestions whose actions a FHIR server takes as one transaction', async () => {
      const seen = new Set<string>();
      for (const { suggestions = [] } of cards)
        for (const { actions } of suggestions) {
          const entry = actions.map((action) =>
            action.type === 'delete'
              ? { request: { method: 'DELETE', url: action.resourceId } }
              : { resource: action.resource, request: { method: 'POST', url: action.resource.resourceType } },
          );
          const text = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
          if (seen.has(text)) continue;
          seen.add(text);
          const response = await fhir.post('/fhir').set('content-type', 'application/fhir+json').send(text);
          expect(response.status, response.text).toBe(200);
          expect(response.body.entry).toHaveLength(actions.length);
        }
    });
  },
);

const actionsOf = ({ suggestions = [] }: Card) => suggestions.flatMap(({ actions }) => actions);

describe('the topics for epic', () => {
  it('tell the rules apart', () => {
    const topics = folders.map(({ manifest }) => manifest.id.replace(/[^A-Za-z0-9]/g, ''));
    expect(new Set(topics).size).toBe(topics.length);
    for (const topic of topics) expect(topic.length).toBeLessThanOrEqual(100);
  });
});

describe('the findings', () => {
  it('are the same whatever the profile', async () => {
    const view = serviceAt(ruleSet, 'patient-view');
    const sign = serviceAt(ruleSet, 'order-sign');
    const calls = [
      [view, patientView({ prefetch: prefetchOf(view, [patient()]) })],
      [sign, orderSign([ibuprofen()], { prefetch: prefetchOf(sign, [patient(), warfarin()]) })],
    ] as const;
    for (const [service, body] of calls) {
      const parsed = parseRequest(body);
      if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
      const given = await Promise.all(
        names.map((name) =>
          answer(ruleSet, service, parsed.request, {
            clock: { now: () => now },
            timeZone: 'America/New_York',
            budget: 10_000,
            fhirServers: [],
            fhir: createFhirConnections(),
            profile: profiles[name],
            // The profiles differ in how many cards the same findings are.
            dueCards: 'each',
            census: allMapped,
          }),
        ),
      );
      expect(given[0]?.findings.length).toBeGreaterThan(0);
      for (const { findings, cards } of given) {
        expect(findings).toEqual(given[0]?.findings);
        expect(cards.map(({ indicator }) => indicator)).toEqual(given[0]?.cards.map(({ indicator }) => indicator));
      }
    }
  });
});

describe('a card of two actions a suggestion and a SMART link', () => {
  const card: Card = {
    uuid: '5f0c2a8e-4c56-4f5e-8a57-0a4e6f8b1c2d',
    summary: 'A summary that is long enough to be cut where a narrow panel has no space for all of its words, as here',
    indicator: 'info',
    source: {
      label: 'Carehook',
      topic: { system: 'http://carehook.org/x', code: `a-${'b'.repeat(120)}`, display: 'A' },
    },
    suggestions: [
      {
        label: 'Replace',
        uuid: '5f0c2a8e-4c56-4f5e-8a57-0a4e6f8b1c2e',
        isRecommended: true,
        actions: [
          { type: 'delete', description: 'Cancel A', resourceId: 'MedicationRequest/a' },
          { type: 'create', description: 'Order B', resource: { resourceType: 'MedicationRequest' } },
        ],
      },
    ],
    selectionBehavior: 'at-most-one',
    links: [{ label: 'App', url: 'https://app.example/launch', type: 'smart', appContext: '{"a":1}' }],
  };

  it('[CH-73] keeps appContext by default, on the SMART link alone', () => {
    expect(shapeCard(card, profiles.default).links).toEqual(card.links);
  });

  it('becomes two suggestions named by what they do for epic, each with a UUID of its own', () => {
    const { suggestions } = shapeCard(card, profiles.epic);
    expect(suggestions?.map(({ label, actions }) => [label, actions.length])).toEqual([
      ['Cancel A', 1],
      ['Order B', 1],
    ]);
    expect(new Set(suggestions?.map(({ uuid }) => uuid)).size).toBe(2);
    expect(cardSchema.safeParse(shapeCard(card, profiles.epic)).success).toBe(true);
  });

  it('has a topic of at most 100 letters and digits for epic', () => {
    expect(shapeCard(card, profiles.epic).source.topic?.code).toBe(`a${'b'.repeat(99)}`);
  });

  it('names its link in the detail, although there was none, and is cut at a word for oracle', () => {
    const shaped = shapeCard(card, profiles.oracle);
    expect(shaped.detail).toBe('[App](https://app.example/launch)');
    expect(shaped.summary).toMatch(/^.{60,89}…$/);
    expect(card.summary.startsWith(shaped.summary.slice(0, -1))).toBe(true);
    expect(shaped).not.toHaveProperty('links');
  });
});
