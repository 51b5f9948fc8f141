import { describe, expect, it, onTestFinished } from 'vitest';
import { appOf, cardAbout, notCheckedIn, onlyRules } from '../../support/app.ts';
import { outcome, startFhirServer } from '../../support/faulty-fhir-server.ts';
import {
  colonoscopy,
  ibuprofen,
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
const { post, cards } = appOf(ruleSet);

/** A FHIR server with a chart, and an app that may read it. */
const withServer = async (...chart: Parameters<typeof startFhirServer>[0]) => {
  const fhir = await startFhirServer(chart, onTestFinished);
  return { fhir, ...appOf(ruleSet, { fhirServers: [fhir.base] }) };
};
const next = [{ relation: 'next', url: 'http://ehr.example/fhir?page=2' }];

describe('prefetch', () => {
  it('[CH-30] is enough when it is whole, and then no FHIR server is asked', async () => {
    const { fhir, cards: ask } = await withServer(patient());
    const prefetch = prefetchOf(view, [patient(), colonoscopy()]);
    expect(await ask(patientView({ fhirServer: fhir.base, prefetch }))).toEqual([]);
    expect(fhir.seen).toEqual([]);
  });

  it('[CH-30] [CH-42] may be left out when the FHIR server can be read', async () => {
    const { fhir, cards: ask } = await withServer(patient(), colonoscopy());
    expect(await ask(patientView({ fhirServer: fhir.base }))).toEqual([]);
    expect(fhir.seen.map(({ url }) => url.split(/[?/]/)[1]).sort()).toEqual(
      view.prefetch.map(({ type }) => type).sort(),
    );
  });

  it('[CH-31] is completed with just the keys that it lacks', async () => {
    const { fhir, cards: ask } = await withServer(patient(), colonoscopy());
    const { procedures: _, ...prefetch } = prefetchOf(view, [patient()]);
    expect(await ask(patientView({ fhirServer: fhir.base, prefetch }))).toEqual([]);
    expect(fhir.seen.map(({ url }) => url)).toEqual([expect.stringMatching(/^\/Procedure\?patient=p/)]);
  });

  it('[CH-33] with null or an empty Bundle means that there is no data', async () => {
    for (const none of [null, searchset([]), { resourceType: 'Bundle', type: 'searchset', entry: [] }]) {
      const prefetch = { ...prefetchOf(view, [patient()]), procedures: none, conditions: none };
      const given = await cards(patientView({ prefetch }));
      expect(cardAbout(given, 'colorectal-cancer')?.indicator).toBe('warning');
      expect(notCheckedIn(given)).toBeUndefined();
    }
  });

  it('[CH-33] without a key means that nothing was supplied, which is no "no data"', async () => {
    const { procedures: _, ...prefetch } = prefetchOf(view, [patient()]);
    const given = await cards(patientView({ prefetch }));
    expect(cardAbout(given, 'colorectal-cancer')).toBeUndefined();
    expect(notCheckedIn(given)).toContain('Procedure: not supplied');
  });

  it('[CH-32] with an OperationOutcome is no "no data" either', async () => {
    const prefetch = { ...prefetchOf(view, [patient()]), procedures: outcome('forbidden', 'no access to procedures') };
    const given = await cards(patientView({ prefetch }));
    expect(cardAbout(given, 'colorectal-cancer')).toBeUndefined();
    expect(notCheckedIn(given)).toContain('no access to procedures');
  });

  it('[CH-32] with an OperationOutcome is fetched where the FHIR server can be read', async () => {
    const { fhir, cards: ask } = await withServer(patient(), colonoscopy());
    const prefetch = { ...prefetchOf(view, [patient()]), procedures: outcome('timeout', 'too slow') };
    expect(await ask(patientView({ fhirServer: fhir.base, prefetch }))).toEqual([]);
    expect(fhir.seen).toHaveLength(1);
  });

  it('[CH-32] with an OperationOutcome among the entries counts as an error only when that tells of one', async () => {
    const saying = (severity: string) => ({
      ...prefetchOf(view, [patient()]),
      procedures: searchset([
        resource('OperationOutcome', 'o', {
          issue: [{ severity, code: 'throttled', diagnostics: 'some were left out' }],
        }),
      ]),
    });
    const warned = await cards(patientView({ prefetch: saying('warning') }));
    expect(cardAbout(warned, 'colorectal-cancer')).toBeDefined();
    const failed = await cards(patientView({ prefetch: saying('error') }));
    expect(cardAbout(failed, 'colorectal-cancer')).toBeUndefined();
    expect(notCheckedIn(failed)).toContain('some were left out');
  });

  it('[CH-34] with the first page of several is incomplete', async () => {
    const prefetch = { ...prefetchOf(view, [patient()]), procedures: searchset([], next) };
    const given = await cards(patientView({ prefetch }));
    expect(cardAbout(given, 'colorectal-cancer')).toBeUndefined();
    expect(notCheckedIn(given)).toContain('only the first page of several');
  });

  it('[CH-34] with the first page of several is fetched where the FHIR server can be read', async () => {
    const { fhir, cards: ask } = await withServer(patient(), colonoscopy());
    const prefetch = { ...prefetchOf(view, [patient()]), procedures: searchset([], next) };
    expect(await ask(patientView({ fhirServer: fhir.base, prefetch }))).toEqual([]);
  });

  it('[CH-34] keeps what a first page shows: a test that is on it has been done', async () => {
    const prefetch = { ...prefetchOf(view, [patient()]), procedures: searchset([colonoscopy()], next) };
    expect(await cards(patientView({ prefetch }))).toEqual([]);
  });

  it('[CH-35] without the patient is answered 412', async () => {
    const { patient: _, ...prefetch } = prefetchOf(view, [patient()]);
    for (const none of [undefined, null, outcome('not-found', 'unknown patient'), searchset([]), 'p', []]) {
      const response = await post(patientView({ prefetch: { ...prefetch, patient: none } }));
      expect(response.status).toBe(412);
      expect(response.body.issue[0].diagnostics).toContain('prefetch.patient');
    }
  });

  it('[CH-31] [CH-35] with null for the patient is completed from the FHIR server', async () => {
    const { fhir, cards: ask } = await withServer(patient());
    const prefetch = { ...prefetchOf(view, [colonoscopy()]), patient: null };
    expect(await ask(patientView({ fhirServer: fhir.base, prefetch }))).toEqual([]);
    expect(fhir.seen.map(({ url }) => url)).toEqual(['/Patient/p']);
  });

  it('[CH-36] under keys of other services is not taken for our own', async () => {
    const prefetch = { patient: patient(), theirProcedures: searchset([colonoscopy()]), '1': searchset([]) };
    const given = await cards(patientView({ prefetch }));
    expect(given).toHaveLength(1);
    expect(notCheckedIn(given)).toContain('not supplied');
  });

  it('may hold the patient in a Bundle, and resources that a search includes', async () => {
    const prefetch = {
      ...prefetchOf(view, [patient(), colonoscopy()]),
      patient: searchset([patient(), resource('Practitioner', 'x')]),
    };
    expect(await cards(patientView({ prefetch }))).toEqual([]);
  });

  it('may hold one resource in place of a Bundle of one', async () => {
    const prefetch = { ...prefetchOf(view, [patient()]), procedures: colonoscopy() };
    expect(await cards(patientView({ prefetch }))).toEqual([]);
  });

  it.each([
    ['an array', [colonoscopy()], 'got an array'],
    ['text', 'Procedure/1', 'got string'],
    ['a resource of another type', warfarin(), 'got a MedicationRequest'],
    ['a Bundle whose entry is no array', { resourceType: 'Bundle', entry: {} }, 'expected Bundle.entry to be an array'],
    [
      'a Bundle with an entry without resource',
      { resourceType: 'Bundle', entry: [{}, null] },
      '2 of 2 entries hold no',
    ],
    [
      'a resource with a list where FHIR has none',
      colonoscopy('p', { status: ['completed'] }),
      'status: expected a string',
    ],
  ])('with %s under a key says so and is no "no data"', async (_, procedures, words) => {
    const given = await cards(patientView({ prefetch: { ...prefetchOf(view, [patient()]), procedures } }));
    expect(cardAbout(given, 'colorectal-cancer')).toBeUndefined();
    expect(notCheckedIn(given)?.replaceAll('\\', '')).toContain(words);
  });

  it('with one resource that cannot be read still gives the alert that the others make', async () => {
    const chart = [patient(), warfarin(), warfarin('p', { id: 'odd', dosageInstruction: 'one a day' })];
    const given = await cards(orderSign([ibuprofen()], { prefetch: prefetchOf(sign, chart) }));
    expect(cardAbout(given, 'warfarin-nsaid')?.detail).toContain('dosageInstruction: expected an array');
  });

  it('of a FHIR server that the settings do not list is answered from what was sent, and says why', async () => {
    const { fhir, cards: ask } = await withServer(patient());
    const { procedures: _, ...prefetch } = prefetchOf(view, [patient()]);
    const given = await ask(patientView({ fhirServer: 'https://elsewhere.example/fhir', prefetch }));
    expect(notCheckedIn(given)).toContain('do not list the FHIR server');
    expect(fhir.seen).toEqual([]);
  });

  it('reads the pages of a search to the last one', async () => {
    const many = Array.from({ length: 1234 }, (_, i) =>
      resource('Procedure', `x-${i}`, { status: 'completed', ...subjectOf('p') }),
    );
    const { fhir, cards: ask } = await withServer(patient(), ...many, colonoscopy());
    expect(await ask(patientView({ fhirServer: fhir.base }))).toEqual([]);
    expect(fhir.seen.filter(({ url }) => url.startsWith('/Procedure')).length).toBeGreaterThan(2);
  });
});
