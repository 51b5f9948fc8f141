import { describe, expect, it, onTestFinished } from 'vitest';
import { profiles } from '../../../src/cds-hooks/profile.ts';
import { appOf, cardAbout, notCheckedIn, onlyRules } from '../../support/app.ts';
import { outcome, startFhirServer } from '../../support/faulty-fhir-server.ts';
import {
  authorization,
  drug,
  hookInstance,
  ibuprofen,
  orderSelect,
  orderSign,
  patient,
  patientView,
  prefetchOf,
  resource,
  searchset,
  serviceAt,
  subjectOf,
  warfarin,
} from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer', 'warfarin-nsaid');
const view = serviceAt(ruleSet, 'patient-view');
const sign = serviceAt(ruleSet, 'order-sign');
const due = prefetchOf(view, [patient()]);
const onWarfarin = prefetchOf(sign, [patient(), warfarin()]);
const { agent, cards } = appOf(ruleSet);

describe('the HL7 sandbox', () => {
  it('may send drafts in a Bundle without type', async () => {
    const draftOrders = { resourceType: 'Bundle', entry: [{ resource: ibuprofen() }] };
    for (const body of [
      orderSelect([ibuprofen()], { prefetch: onWarfarin, context: { draftOrders } }),
      orderSign([], { prefetch: onWarfarin, context: { draftOrders } }),
    ])
      expect(cardAbout(await cards(body), 'warfarin-nsaid')).toBeDefined();
  });

  it('may send an order whose category is one object', async () => {
    const category = {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'community' }],
    };
    const given = await cards(orderSign([ibuprofen('p', { category })], { prefetch: onWarfarin }));
    expect(cardAbout(given, 'warfarin-nsaid')).toBeDefined();
  });

  it('may send an order that has no medication yet, with its category as an object', async () => {
    const empty = resource('MedicationRequest', 'request-123', {
      status: 'draft',
      intent: 'order',
      ...subjectOf('p'),
      category: { coding: [{ code: 'outpatient' }] },
    });
    expect(await cards(orderSelect([empty], { prefetch: onWarfarin }))).toEqual([]);
    expect(await cards(orderSelect([empty, ibuprofen()], { prefetch: onWarfarin }))).toHaveLength(1);
  });

  it('may send null among the codings of a drug', async () => {
    const { medicationCodeableConcept: concept } = drug('197806', 'ibuprofen 600 MG Oral Tablet');
    const draft = ibuprofen('p', { medicationCodeableConcept: { ...concept, coding: [null, ...concept.coding] } });
    expect(cardAbout(await cards(orderSign([draft], { prefetch: onWarfarin })), 'warfarin-nsaid')).toBeDefined();
  });

  it('may name a Practitioner who is on no server', async () => {
    const fhir = await startFhirServer([patient()], onTestFinished);
    const { cards: ask } = appOf(ruleSet, { fhirServers: [fhir.base] });
    const given = await ask(
      patientView({ fhirServer: fhir.base, context: { userId: 'Practitioner/COREPRACTITIONER1' } }),
    );
    expect(cardAbout(given, 'colorectal-cancer')).toBeDefined();
    expect(fhir.seen.filter(({ url }) => url.includes('Practitioner'))).toEqual([]);
  });

  it('may send a request that opens a chart with no encounter', async () => {
    expect(await cards(patientView({ prefetch: due, context: { encounterId: undefined } }))).toHaveLength(1);
  });
});

describe('Epic', () => {
  const contained = (elements: object = {}) =>
    resource('MedicationRequest', 'draft-1', {
      status: 'draft',
      intent: 'order',
      ...subjectOf('p'),
      contained: [
        {
          resourceType: 'Medication',
          id: 'med',
          code: drug('197806', 'ibuprofen 600 MG Oral Tablet').medicationCodeableConcept,
        },
      ],
      medicationReference: { reference: '#med', display: 'IBUPROFEN 600 MG TABS' },
      ...elements,
    });

  it('may send drafts that hold a contained Medication', async () => {
    for (const body of [
      orderSelect([contained()], { prefetch: onWarfarin }),
      orderSign([contained()], { prefetch: onWarfarin }),
    ])
      expect(cardAbout(await cards(body), 'warfarin-nsaid')?.summary).toContain('ibuprofen with warfarin');
  });

  it('may send drafts whose drug stands in another entry', async () => {
    const entry = [
      {
        fullUrl: 'urn:uuid:0d1',
        resource: { ...contained(), contained: undefined, medicationReference: { reference: 'urn:uuid:0d2' } },
      },
      {
        fullUrl: 'urn:uuid:0d2',
        resource: resource('Medication', 'm', { code: drug('197806', 'x').medicationCodeableConcept }),
      },
    ];
    const given = await cards(
      orderSign([], { prefetch: onWarfarin, context: { draftOrders: { resourceType: 'Bundle', entry } } }),
    );
    expect(cardAbout(given, 'warfarin-nsaid')).toBeDefined();
  });

  it('may send extensions of its own at every level', async () => {
    const extension = [{ url: 'http://open.epic.com/FHIR/StructureDefinition/extension/ordering', valueBoolean: true }];
    const body = {
      ...orderSign([contained({ extension, modifierExtension: [] })], { prefetch: onWarfarin }),
      extension: { 'com.epic.cdshooks.request.bpa-trigger-action': '23', 'internal-attributes': null },
    };
    expect(
      cardAbout(await cards({ ...body, context: { ...body.context, extension } }), 'warfarin-nsaid'),
    ).toBeDefined();
  });

  it('gets one action a suggestion, any of which may be chosen, and a topic it can remember overrides by', async () => {
    const { cards: ask } = appOf(ruleSet, { profile: profiles.epic });
    const card = (await ask(orderSign([contained()], { prefetch: onWarfarin })))[0];
    expect(card?.selectionBehavior).toBe('any');
    for (const { actions } of card?.suggestions ?? []) expect(actions).toHaveLength(1);
    expect(card?.source.topic?.code).toBe('warfarinnsaid');
    expect(card?.uuid).toBeDefined();
  });
});

describe('Oracle Health', () => {
  it('gets short summaries, and links inside the detail', async () => {
    const { cards: ask } = appOf(ruleSet, { profile: profiles.oracle });
    const given = [
      ...(await ask(patientView({ prefetch: due }))),
      ...(await ask(patientView({ prefetch: { patient: patient() } }))),
    ];
    expect(given.length).toBeGreaterThan(1);
    for (const card of given) {
      expect(card.summary.length).toBeLessThanOrEqual(90);
      expect(card).not.toHaveProperty('links');
    }
    expect(given[0]?.detail).toContain('](https://www.uspreventiveservicestaskforce.org/');
  });
});

describe('request generators of CRD', () => {
  it('may send the same hookInstance for ever, and no prefetch', async () => {
    const fhir = await startFhirServer([patient(), warfarin()], onTestFinished);
    const { cards: ask } = appOf(ruleSet, { fhirServers: [fhir.base] });
    for (let i = 0; i < 3; i++)
      expect(
        cardAbout(
          await ask(
            orderSign([ibuprofen()], { hookInstance, fhirServer: `${fhir.base}/`, context: { encounterId: null } }),
          ),
          'warfarin-nsaid',
        ),
      ).toBeDefined();
  });

  it('may send null for the authorization and the encounter', async () => {
    const body = {
      ...patientView({ prefetch: due, context: { encounterId: null } }),
      fhirAuthorization: null,
      fhirServer: null,
    };
    expect(await cards(body)).toHaveLength(1);
  });

  it('are understood when they name the user beside the context, as the drafts before 1.0 did', async () => {
    const { userId: _, ...context } = patientView().context;
    const body = { ...patientView({ prefetch: due }), context };
    const send = (more: object) => agent.post(`/cds-services/${view.id}`).send({ ...body, ...more });
    expect((await send({ user: 'Practitioner/1234' })).status).toBe(200);
    const without = await send({});
    expect(without.status).toBe(400);
    expect(without.body.issue[0].expression).toEqual(['context.userId']);
  });
});

describe('any client', () => {
  it('may send null where an element has no value, the birth date among them', async () => {
    const nulls = { birthDate: null, name: null, link: null, deceasedBoolean: null };
    const inr = resource('Observation', 'inr', {
      ...subjectOf('p'),
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '6301-6' }], text: null },
      effectiveDateTime: '2026-11-02',
      valueQuantity: { value: 2.4, unit: null },
      performer: null,
    });
    const chart = [patient('p', nulls), warfarin('p', { dosageInstruction: null, category: null }), inr];
    const given = await cards(
      orderSign([ibuprofen('p', { priorPrescription: null })], { prefetch: prefetchOf(sign, chart) }),
    );
    expect(cardAbout(given, 'warfarin-nsaid')?.detail).toContain('Last INR 2.4');
    expect(notCheckedIn(given)).toBeUndefined();
  });

  it('may send null for "no data", a page for the whole, an OperationOutcome for a resource, or a token that is over', async () => {
    const page = searchset([], [{ relation: 'next', url: 'https://ehr.example/2' }]);
    const kinds = { null: null, page, outcome: outcome('login', 'over') };
    const given = Object.entries(kinds).map(async ([kind, procedures]) => [
      kind,
      notCheckedIn(
        await cards(
          patientView({
            prefetch: { ...due, procedures },
            fhirServer: 'https://ehr.example',
            fhirAuthorization: authorization('x', { expires_in: 0 }),
          }),
        ),
      ),
    ]);
    expect(Object.fromEntries(await Promise.all(given))).toEqual({
      null: undefined,
      page: expect.stringContaining('first page'),
      outcome: expect.stringContaining('over'),
    });
  });
});
