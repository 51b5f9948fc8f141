import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appOf, cardAbout, listen, notCheckedIn, onlyRules } from '../../support/app.ts';
import { outcome } from '../../support/faulty-fhir-server.ts';
import {
  colonoscopy,
  draftsOf,
  ibuprofen,
  orderSelect,
  orderSign,
  patient,
  patientView,
  prefetchOf,
  requestAt,
  searchset,
  serviceAt,
  warfarin,
} from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';
import { rulesFolderWith } from '../../support/shipped-rules-folder.ts';

/** Each was seen in a public CDS Hooks server; the fourteenth, two patients mixed, has a file of its own. */
const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer', 'warfarin-nsaid');
const view = serviceAt(ruleSet, 'patient-view');
const sign = serviceAt(ruleSet, 'order-sign');
const due = prefetchOf(view, [patient()]);
const onWarfarin = prefetchOf(sign, [patient(), warfarin()]);
const { app, post, cards } = appOf(ruleSet);

describe('a defect of other services that this one has not', () => {
  it('1: a request without prefetch kills the process', async () => {
    const base = await listen(app, onTestFinished);
    const send = (body: object) =>
      fetch(`${base}/cds-services/${view.id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await send(patientView())).status).toBe(412);
    expect((await send({ ...patientView(), prefetch: undefined, context: undefined })).status).toBe(400);
    expect((await send(patientView({ prefetch: due }))).status).toBe(200);
  });

  it('2: an OperationOutcome in a prefetch key is read as "no data", and the answer is an all-clear', async () => {
    for (const { key, type } of view.prefetch.filter((each) => each.key !== 'patient')) {
      const prefetch = { ...due, [key]: outcome('exception', 'no answer from the database') };
      const given = await cards(patientView({ prefetch }));
      expect(cardAbout(given, 'colorectal-cancer'), `${type} was read as empty`).toBeUndefined();
      expect(notCheckedIn(given)).toContain('no answer from the database');
    }
  });

  it('3: the first page of a search is taken for the whole record', async () => {
    const page = searchset([], [{ relation: 'next', url: 'https://ehr.example/fhir?page=2' }]);
    const given = await cards(patientView({ prefetch: { ...due, procedures: page } }));
    expect(cardAbout(given, 'colorectal-cancer')).toBeUndefined();
    expect(notCheckedIn(given)).toContain('only the first page');
  });

  it('4: the patient of the context and the prefetched Patient differ, and nobody notices', async () => {
    expect((await post(patientView({ prefetch: due, context: { patientId: 'q' } }))).status).toBe(400);
    const mixed = { ...due, procedures: searchset([colonoscopy('q')]) };
    const given = await cards(patientView({ prefetch: mixed }));
    expect(cardAbout(given, 'colorectal-cancer')).toBeDefined();
    expect(notCheckedIn(given)).toContain('another patient');
  });

  it('5: a service answers a hook that it does not declare', async () => {
    for (const hook of ['order-sign', 'encounter-start', 'medication-prescribe', '__proto__', 'constructor'])
      expect(
        (await post({ ...requestAt(hook), context: orderSign([ibuprofen()]).context, prefetch: due }, view.id)).status,
      ).toBe(400);
    expect((await post(patientView({ prefetch: due }), sign.id)).status).toBe(400);
  });

  it('6: draft orders never reach the rules', async () => {
    for (const body of [
      orderSelect([ibuprofen()], { prefetch: onWarfarin }),
      orderSign([ibuprofen()], { prefetch: onWarfarin }),
    ])
      expect(cardAbout(await cards(body), 'warfarin-nsaid')).toBeDefined();
    expect(cardAbout(await cards(orderSign([], { prefetch: onWarfarin })), 'warfarin-nsaid')).toBeUndefined();
  });

  it('6: draft orders reach the rules as raw JSON, so that every condition on them is false', async () => {
    const both = draftsOf(ibuprofen(), warfarin('p', { id: 'draft-2', status: 'draft' }));
    const prefetch = prefetchOf(sign, [patient()]);
    const card = cardAbout(await cards(orderSign([], { prefetch, context: { draftOrders: both } })), 'warfarin-nsaid');
    expect(card?.summary).toContain('ibuprofen with warfarin');
  });

  it('7: a medication that has no known ingredient is skipped without a word', async () => {
    const unknown = { medicationCodeableConcept: { text: 'Gooseberry tincture' } };
    const drafted = await cards(orderSign([ibuprofen('p', unknown)], { prefetch: onWarfarin }));
    expect(notCheckedIn(drafted)).toContain('Gooseberry tincture');
    const taken = prefetchOf(sign, [patient(), warfarin('p', unknown)]);
    expect(notCheckedIn(await cards(orderSign([ibuprofen()], { prefetch: taken })))).toContain('Gooseberry tincture');
  });

  it('8: a CQL library with translation errors still runs, and answers null for everything', async () => {
    const dir = await rulesFolderWith(onTestFinished);
    const file = 'screening/colorectal-cancer/ColorectalCancer.cql';
    await writeFile(
      join(dir, file),
      `library ColorectalCancer\nusing FHIR version '4.0.1'\ncontext Patient\ndefine "In Population": Patient.noSuchElement = 1`,
    );
    await expect(shippedRuleSet(dir)).rejects.toMatchObject({
      code: 'RULES_INVALID',
      message: expect.stringMatching(new RegExp(`${file}:4:\\d+ .*noSuchElement`)),
    });
  });

  it('9: suggestions are computed and then dropped', async () => {
    const reminder = cardAbout(await cards(patientView({ prefetch: due })), 'colorectal-cancer');
    expect(reminder?.suggestions?.flatMap(({ actions }) => actions.map(({ type }) => type))).toContain('create');
  });

  it('9: cards have no UUID, so that feedback can never refer to them', async () => {
    for (const card of await cards(orderSign([ibuprofen()], { prefetch: onWarfarin })))
      expect([card.uuid, ...(card.suggestions ?? []).map(({ uuid }) => uuid)]).toEqual(
        Array.from({ length: 1 + (card.suggestions?.length ?? 0) }, () => expect.stringMatching(/^[0-9a-f-]{36}$/)),
      );
  });
});
