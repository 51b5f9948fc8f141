import { describe, expect, it } from 'vitest';
import { createCensus } from '../../../src/rules/census.ts';
import { appOf, cardAbout, notCheckedIn, notJudged, onlyRules } from '../../support/app.ts';
import { outcome } from '../../support/faulty-fhir-server.ts';
import {
  colonoscopy,
  drug,
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
const { post, cards } = appOf(ruleSet);
const next = [{ relation: 'next', url: 'http://ehr.example/fhir?page=2' }];

describe('nothing is silently left unchecked', () => {
  it('without prefetch and without FHIR server: 412, since nothing can be said', async () => {
    for (const body of [
      patientView(),
      patientView({ prefetch: {} }),
      orderSign([ibuprofen()]),
      orderSelect([ibuprofen()]),
    ]) {
      const response = await post(body);
      expect(response.status).toBe(412);
      expect(response.body.issue[0].diagnostics).toContain('Patient/p');
    }
  });

  it.each(view.prefetch.filter(({ key }) => key !== 'patient'))(
    'with an OperationOutcome, a first page or nothing under $key: a reminder is not "due" but not checked',
    async ({ key, type }) => {
      const words: string[] = [];
      for (const value of [outcome('exception', 'database is down'), searchset([], next), undefined])
        words.push(await notJudged(cards(patientView({ prefetch: { ...due, [key]: value } }))));
      expect(words).toEqual([
        expect.stringContaining(`${type}: database is down`),
        expect.stringContaining(`${type}: only the first page`),
        expect.stringContaining(`${type}: not supplied`),
      ]);
    },
  );

  it('where no colonoscopy was ever seen: a reminder is not "due" but not checked, and the log names the value set', async () => {
    const { cards, log } = appOf(ruleSet, { census: createCensus((id) => id !== 'colonoscopy') });
    expect(await notJudged(cards(patientView({ prefetch: due })))).toContain(
      'not mapped here: this installation has never shown "Colonoscopy", so we cannot tell whether it was done',
    );
    expect(log.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'answered')).toMatchObject({
      notMapped: ['colorectal-cancer:colonoscopy'],
    });
  });

  it.each(sign.prefetch.filter(({ key, optional }) => key !== 'patient' && !optional))(
    'with an OperationOutcome, a first page or nothing under $key: "no alert" is not checked',
    async ({ key, type }) => {
      for (const value of [outcome('exception', 'database is down'), searchset([], next), undefined]) {
        const prefetch = { ...prefetchOf(sign, [patient()]), [key]: value };
        const given = await cards(orderSign([ibuprofen()], { prefetch }));
        // What only modifies an alert matters where there is one.
        if (type === 'MedicationRequest') expect(notCheckedIn(given)).toContain(type);
        const alerted = await cards(
          orderSign([ibuprofen()], { prefetch: { ...prefetchOf(sign, [patient(), warfarin()]), [key]: value } }),
        );
        expect(JSON.stringify(alerted)).toContain(type);
      }
    },
  );

  it("with another patient's Patient: 400, and nobody's data is mixed", async () => {
    const response = await post(patientView({ prefetch: { ...due, patient: patient('q') } }));
    expect(response.status).toBe(400);
    expect(response.body.issue[0]).toMatchObject({
      code: 'conflict',
      diagnostics: expect.stringContaining('prefetch.patient'),
    });
  });

  it("with another patient's resources inside a Bundle: they are dropped, and the card says how many of what", async () => {
    const prefetch = { ...due, procedures: searchset([colonoscopy('q'), colonoscopy('r')]) };
    const given = await cards(patientView({ prefetch }));
    expect(cardAbout(given, 'colorectal-cancer')?.indicator).toBe('warning');
    expect(notCheckedIn(given)).toContain('2 Procedure of another patient');
  });

  it('with a record of 20,000 resources: the one that matters is found', async () => {
    const noise = Array.from({ length: 20_000 }, (_, i) =>
      resource(i % 2 === 0 ? 'Procedure' : 'MedicationRequest', `n-${i}`, {
        status: 'completed',
        intent: 'order',
        ...subjectOf('p'),
        code: { coding: [{ system: 'http://snomed.info/sct', code: `${100_000 + i}`, display: 'something else' }] },
        ...drug('198440', 'Acetaminophen 500 MG Oral Tablet'),
        performedDateTime: '2020-01-01',
        authoredOn: '2020-01-01',
      }),
    );
    const large = [patient(), ...noise, colonoscopy(), warfarin()];
    expect(await cards(patientView({ prefetch: prefetchOf(view, large) }))).toEqual([]);
    const given = await cards(orderSign([ibuprofen()], { prefetch: prefetchOf(sign, large) }));
    expect(given.map(({ source }) => source.topic?.code)).toEqual(['warfarin-nsaid']);
  });

  it('with the budget already spent: every rule is named', async () => {
    const { cards: ask } = appOf(ruleSet, { budget: 0 });
    expect(await notJudged(ask(patientView({ prefetch: due })))).toContain('there was no time left to evaluate it');
    const given = await ask(orderSign([ibuprofen()], { prefetch: onWarfarin }));
    expect(notCheckedIn(given)).toContain('Warfarin with an NSAID');
  });
});

describe('a user who is no clinician', () => {
  it.each(['Patient/p', 'RelatedPerson/daughter', 'https://ehr.example/fhir/Patient/p'])(
    '%s gets no cards, whatever is found',
    async (userId) => {
      for (const body of [
        patientView({ prefetch: due, context: { userId } }),
        orderSign([ibuprofen()], { prefetch: onWarfarin, context: { userId } }),
      ])
        expect(await cards(body)).toEqual([]);
    },
  );
});
