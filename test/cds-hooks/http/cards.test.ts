import { describe, expect, it } from 'vitest';
import { cardSchema } from '../../../src/cds-hooks/response-schema.ts';
import { appOf, cardAbout, onlyRules } from '../../support/app.ts';
import {
  drug,
  ibuprofen,
  orderSelect,
  orderSign,
  patient,
  patientView,
  prefetchOf,
  serviceAt,
  warfarin,
} from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer', 'warfarin-nsaid');
const { cards, post } = appOf(ruleSet);
const view = serviceAt(ruleSet, 'patient-view');
const sign = serviceAt(ruleSet, 'order-sign');
const due = prefetchOf(view, [patient()]);
const onWarfarin = prefetchOf(sign, [patient(), warfarin()]);
const [reminder] = await cards(patientView({ prefetch: due }));
const [alert] = await cards(orderSign([ibuprofen()], { prefetch: onWarfarin }));
const [notChecked] = await cards(patientView({ prefetch: { patient: patient() } }));
if (!reminder || !alert || !notChecked) throw new Error('expected a card of each kind');
const kinds = { reminder, alert, 'not-checked': notChecked };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const absolute = /^https?:\/\/[^/]+\//;

describe.each(Object.entries(kinds))('the card of a %s', (kind, card) => {
  it('[CH-50] has a summary of less than 140 characters on one line', () => {
    expect(card.summary).toMatch(/^[^\n]{1,139}$/);
  });

  it('[CH-51] has one of three indicators', () => {
    expect(card.indicator).toBe(kind === 'not-checked' ? 'info' : 'warning');
  });

  it('[CH-53] has a UUID of its own at every call', async () => {
    expect(card.uuid).toMatch(uuid);
    const [again] = await cards(patientView({ prefetch: due }));
    const [second] = await cards(patientView({ prefetch: due }));
    expect(again?.uuid).not.toBe(second?.uuid);
  });

  it('[CH-54] has a detail in Markdown without HTML', () => {
    expect(card.detail).toContain('**');
    expect(card.detail).not.toMatch(/<[a-z/!]/i);
  });

  it('[CH-52] [CH-58] [CH-61] [CH-101] says who speaks, and of what by a coding', () => {
    expect(card.source.label).toMatch(/^Carehook/);
    expect(card.source.topic).toEqual({
      system: expect.stringMatching(absolute),
      code: expect.stringMatching(/\S/),
      display: expect.stringMatching(/\S/),
    });
  });

  it('[CH-59] links its source, if at all, to an absolute address that is not about the patient', () => {
    if (card.source.url !== undefined) expect(card.source.url).toMatch(absolute);
    expect(JSON.stringify(card.source)).not.toMatch(/[?&](patient|subject)=|Patient\//);
  });

  it('[CH-55] has a selection behaviour just when it has suggestions', () => {
    expect('selectionBehavior' in card).toBe('suggestions' in card);
    if (card.suggestions) expect(['at-most-one', 'any']).toContain(card.selectionBehavior);
  });

  it('[CH-4] [CH-5] [CH-6] leaves out what has no value', () => {
    expect(JSON.stringify(card)).not.toMatch(/:(null|""|\[\]|\{\})/);
  });

  it('[CH-8] [CH-66] has no actionSelectionBehavior, which no client is known to support', () => {
    expect(JSON.stringify(card)).not.toContain('actionSelectionBehavior');
  });
});

describe('the cards', () => {
  const suggestions = [reminder, alert].flatMap((card) => card.suggestions ?? []);
  const actions = suggestions.flatMap((suggestion) => suggestion.actions);

  it('[CH-62] [CH-63] make suggestions with a label and a UUID', () => {
    expect(suggestions.length).toBeGreaterThanOrEqual(4);
    for (const { label, uuid: id } of suggestions) {
      expect(label).toMatch(/^[^\n]{1,80}$/);
      expect(id).toMatch(uuid);
    }
    expect(new Set(suggestions.map((each) => each.uuid)).size).toBe(suggestions.length);
  });

  it('[CH-64] recommend at most one suggestion where at most one may be chosen', () => {
    for (const card of [reminder, alert])
      expect((card.suggestions ?? []).filter(({ isRecommended }) => isRecommended).length).toBeLessThanOrEqual(1);
    expect(alert.suggestions?.[0]?.isRecommended).toBe(true);
    expect(alert.selectionBehavior).toBe('at-most-one');
  });

  it('[CH-67] [CH-68] say of each action what kind it is and what it does', () => {
    expect(new Set(actions.map(({ type }) => type))).toEqual(new Set(['create', 'delete']));
    for (const { description } of actions) expect(description).toMatch(/\S/);
  });

  it('[CH-69] create new resources, for this patient and by this user', () => {
    for (const action of actions)
      if (action.type === 'create') {
        expect(action).not.toHaveProperty('resourceId');
        expect(action.resource).not.toHaveProperty('id');
        expect(action.resource).toMatchObject({
          status: 'draft',
          subject: { reference: 'Patient/p' },
          requester: { reference: 'Practitioner/dr-okoye' },
          authoredOn: '2026-11-21T15:00:00.000Z',
        });
      }
  });

  it('[CH-70] delete by a relative reference to the draft, and hold no resource then', () => {
    const deletions = actions.filter(({ type }) => type === 'delete');
    expect(deletions).not.toEqual([]);
    for (const action of deletions)
      expect(action).toEqual({
        type: 'delete',
        description: expect.stringMatching(/\S/),
        resourceId: 'MedicationRequest/draft-1',
      });
  });

  it('[CH-65] offer a replacement as two actions of one suggestion', () => {
    const kinds = alert.suggestions?.map((each) => each.actions.map(({ type }) => type));
    expect(kinds).toContainEqual(['delete', 'create']);
  });

  it('[CH-56] [CH-71] [CH-101] give override reasons with code, system and display', () => {
    expect(alert.overrideReasons?.length).toBeGreaterThan(1);
    for (const reason of alert.overrideReasons ?? [])
      expect(reason).toEqual({
        system: 'http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes',
        code: expect.stringMatching(/^[a-z-]+$/),
        display: expect.stringMatching(/\w+ \w+/),
      });
  });

  it('[CH-57] [CH-72] [CH-73] link by label, address and type, without appContext', () => {
    expect(reminder.links).not.toEqual([]);
    for (const link of reminder.links ?? [])
      expect(link).toEqual({
        label: expect.stringMatching(/\S/),
        url: expect.stringMatching(absolute),
        type: 'absolute',
      });
  });

  it('[CH-75] come without system actions', async () => {
    const { body } = await post(orderSign([ibuprofen()], { prefetch: onWarfarin }));
    expect(Object.keys(body)).toEqual(['cards']);
  });

  it('[CH-99] replace those of an earlier call: a draft that is gone has no card any more', async () => {
    const before = await cards(orderSelect([ibuprofen()], { prefetch: onWarfarin }));
    expect(cardAbout(before, 'warfarin-nsaid')).toBeDefined();
    const changed = ibuprofen('p', drug('198440', 'Acetaminophen 500 MG Oral Tablet'));
    expect(await cards(orderSelect([changed], { prefetch: onWarfarin }))).toEqual([]);
  });

  it('stand gravest first, and one card names those that are more than the service shows', async () => {
    const [service] = ruleSet.services.filter(({ hooks }) => hooks.includes('order-sign'));
    const few = {
      ...ruleSet,
      id: 'few',
      services: [{ ...service, mostCards: 2 } as (typeof ruleSet.services)[number]],
    };
    const drafts = [
      ['198014', 'naproxen 500 MG Oral Tablet'],
      ['855633', 'diclofenac sodium 0.01 MG/MG Topical Gel'],
      ['197806', 'ibuprofen 600 MG Oral Tablet'],
    ].map(([code = '', name = ''], i) => ibuprofen('p', { id: `draft-${i}`, ...drug(code, name) }));
    const given = await appOf(few).cards(orderSign(drafts, { prefetch: onWarfarin }));
    expect(given.map(({ indicator }) => indicator)).toEqual(['critical', 'critical', 'info']);
    expect(given[2]?.source.topic?.code).toBe('more');
    expect(given[2]?.detail).toContain('diclofenac');
  });

  it('show words of the record as words: no markup, link or HTML gets through', async () => {
    const evil =
      '**bold** [click](https://evil.example) <img src=x onerror=alert(1)> https://evil.example www.evil.example `x`\n# head';
    const draft = ibuprofen('p', {
      medicationCodeableConcept: {
        coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '197806', display: evil }],
        text: evil,
      },
      requester: { display: evil },
    });
    const detail = cardAbout(await cards(orderSign([draft], { prefetch: onWarfarin })), 'warfarin-nsaid')?.detail ?? '';
    expect(detail).toContain('click');
    expect(detail).not.toMatch(/<img|(?<!\\)\]\(|(?<!\\)\*\*bold|https:\/\/evil|(?<!\\)`x|www\.evil|\n# /);
  });

  it('keep the alert when the draft has an id that no action can name', async () => {
    for (const id of ['draft_1', 'a draft', 'x'.repeat(80), 'é']) {
      const given = await cards(orderSign([ibuprofen('p', { id })], { prefetch: onWarfarin }));
      expect(given).toHaveLength(1);
      expect(cardAbout(given, 'warfarin-nsaid')).not.toHaveProperty('suggestions');
    }
  });

  it('are each as the schema of responses has it', () => {
    for (const card of Object.values(kinds)) expect(cardSchema.parse(card)).toEqual(card);
  });
});
