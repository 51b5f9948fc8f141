import { describe, expect, it, onTestFinished } from 'vitest';
import { appOf, cardAbout, listen, notCheckedIn, onlyRules } from '../../support/app.ts';
import { answering, at, type Fault, startFhirServer } from '../../support/faulty-fhir-server.ts';
import {
  authorization,
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
const token = 'ey.canary-token.0';
const fhirAuthorization = authorization(token);
const many = Array.from({ length: 1001 }, (_, i) =>
  resource('Procedure', `x-${i}`, { status: 'completed', ...subjectOf('p') }),
);

const serverWith = async (chart: Parameters<typeof startFhirServer>[0], fault?: Fault) => {
  const fhir = await startFhirServer(chart, onTestFinished, fault);
  return { fhir, ...appOf(ruleSet, { fhirServers: [fhir.base] }) };
};

/** A server of another origin, with the requests that reach it. */
const elsewhere = async () => {
  const seen: unknown[] = [];
  const base = await listen((request, response) => {
    seen.push(request.headers);
    response.end('{}');
  }, onTestFinished);
  return { base, seen };
};

describe('access to the FHIR server', () => {
  it('[CH-43] presents the token on every call, further pages among them', async () => {
    const { fhir, cards } = await serverWith([patient(), ...many]);
    await cards(patientView({ fhirServer: fhir.base, fhirAuthorization }));
    expect(fhir.seen.length).toBeGreaterThan(view.prefetch.length + 1);
    for (const { headers } of fhir.seen)
      expect(headers).toMatchObject({ authorization: `Bearer ${token}`, accept: expect.stringContaining('fhir+json') });
  });

  it('[CH-42] goes without a token to an open server', async () => {
    const { fhir, cards } = await serverWith([patient()]);
    expect(cardAbout(await cards(patientView({ fhirServer: `${fhir.base}/` })), 'colorectal-cancer')).toBeDefined();
    for (const { headers } of fhir.seen) expect(headers).not.toHaveProperty('authorization');
  });

  it('[CH-45] forgets the token with the call: the next one, without a token, sends none', async () => {
    const { fhir, cards } = await serverWith([patient()]);
    await cards(patientView({ fhirServer: fhir.base, fhirAuthorization }));
    fhir.seen.length = 0;
    await cards(patientView({ fhirServer: fhir.base }));
    expect(fhir.seen).not.toEqual([]);
    for (const { headers } of fhir.seen) expect(headers).not.toHaveProperty('authorization');
  });

  it('[CH-45] sends each of two calls at once its own token', async () => {
    const { fhir, cards } = await serverWith([patient('p'), patient('q')]);
    const call = (patientId: string) =>
      cards(
        patientView({
          fhirServer: fhir.base,
          fhirAuthorization: authorization(`token-${patientId}`, { patient: patientId }),
          context: { patientId },
        }),
      );
    await Promise.all(Array.from({ length: 40 }, (_, i) => call(i % 2 === 0 ? 'p' : 'q')));
    for (const { url, headers } of fhir.seen)
      expect(headers.authorization).toBe(/(=|\/)p(&|$)/.test(url) ? 'Bearer token-p' : 'Bearer token-q');
  });

  it('[CH-45] sends the token to no server that the settings do not list', async () => {
    const { base, seen } = await elsewhere();
    const { cards } = await serverWith([patient()]);
    const given = await cards(patientView({ fhirServer: base, fhirAuthorization, prefetch: { patient: patient() } }));
    expect(notCheckedIn(given)).toContain('do not list');
    expect(seen).toEqual([]);
  });

  it('[CH-45] sends nothing to an address that only begins like a listed server', async () => {
    const { base, seen } = await elsewhere();
    const { post } = appOf(ruleSet, { fhirServers: [`${base}/fhir`] });
    for (const fhirServer of [
      `${base}/fhir-of-others`,
      `${base}/fhir/../x`,
      base,
      `${base}/fhir?x=1`,
      `${base}/fhir#x`,
    ])
      expect((await post(patientView({ fhirServer, fhirAuthorization }))).status).toBe(412);
    expect(seen).toEqual([]);
  });

  it('[CH-45] follows no redirect, wherever it leads', async () => {
    const { base, seen } = await elsewhere();
    for (const status of [301, 302, 307, 308]) {
      const redirect = at(/Procedure/, answering(status, '', { location: `${base}/fhir/Procedure` }));
      const { fhir, cards } = await serverWith([patient()], redirect);
      const given = await cards(patientView({ fhirServer: fhir.base, fhirAuthorization }));
      expect(notCheckedIn(given)).toContain('Procedure: not to be had');
    }
    expect(seen).toEqual([]);
  });

  it.each([
    ['another host', (own: string, other: string) => own.replace(new URL(own).host, new URL(other).host)],
    ['another protocol', (own: string) => own.replace('http:', 'https:')],
    ['another folder', (own: string) => `${own}-of-others/Procedure`],
    ['a folder above', (own: string) => `${own}/../admin`],
    [
      'a host behind a user name',
      (own: string, other: string) => `${own.replace('http://', 'http://x@')}@${new URL(other).host}`,
    ],
    ['no address', () => 'http://['],
  ])('[CH-45] follows no next link that leads to %s', async (_, linkFrom) => {
    const { base, seen } = await elsewhere();
    const paged: Fault = (request, response) =>
      at(/Procedure/, (...both) => {
        const own = `http://${request.headers.host}/fhir`;
        return answering(200, searchset([], [{ relation: 'next', url: linkFrom(own, base) }]))(...both);
      })(request, response);
    const { fhir, cards } = await serverWith([patient()], paged);
    const given = await cards(patientView({ fhirServer: fhir.base, fhirAuthorization }));
    expect(notCheckedIn(given)).toContain('leads to another server');
    expect(cardAbout(given, 'colorectal-cancer')).toBeUndefined();
    expect(seen).toEqual([]);
    expect(fhir.seen.filter(({ url }) => !/^\/(Patient|[A-Z][A-Za-z]+\?patient)/.test(url))).toEqual([]);
  });

  it('[CH-44] refuses a token for another patient', async () => {
    const { fhir, post } = await serverWith([patient()]);
    const other = authorization(token, { patient: 'somebody-else' });
    const response = await post(patientView({ fhirServer: fhir.base, fhirAuthorization: other }));
    expect(response.status).toBe(400);
    expect(response.body.issue[0]).toMatchObject({
      code: 'conflict',
      diagnostics: expect.stringContaining('fhirAuthorization.patient'),
    });
    expect(fhir.seen).toEqual([]);
  });

  it('[CH-44] takes a token that names no patient, null, or the same patient by a reference', async () => {
    const { fhir, cards } = await serverWith([patient(), colonoscopy()]);
    for (const named of [undefined, null, 'Patient/p'])
      expect(
        await cards(
          patientView({ fhirServer: fhir.base, fhirAuthorization: authorization(token, { patient: named }) }),
        ),
      ).toEqual([]);
  });

  it('[CH-25] [CH-26] answers from the prefetch when an authorization comes without fhirServer', async () => {
    const { fhir, cards } = await serverWith([patient()]);
    const prefetch = prefetchOf(view, [patient(), colonoscopy()]);
    expect(await cards(patientView({ fhirAuthorization, prefetch }))).toEqual([]);
    expect(fhir.seen).toEqual([]);
  });

  it('[CH-45] repeats nothing of the token: not in a card, not in a refusal, not in the log', async () => {
    const refuse = answering(401, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'login' }] });
    const { fhir, post, cards, log } = await serverWith([patient()], at(/Condition/, refuse));
    const answers = [
      JSON.stringify(await cards(patientView({ fhirServer: fhir.base, fhirAuthorization }))),
      (await post(patientView({ fhirServer: 'http://127.0.0.1:1/fhir', fhirAuthorization }))).text,
      (await post(patientView({ fhirAuthorization: authorization(token, { patient: 'q' }) }))).text,
      (await post(patientView({ fhirAuthorization: authorization(token, { expires_in: 'soon' }) }))).text,
      (await post(patientView({ fhirServer: fhir.base, fhirAuthorization: authorization(`${token}\nX-Evil: 1`) })))
        .text,
      (await post(patientView({ fhirServer: fhir.base, fhirAuthorization: authorization(`${token}\u2603`) }))).text,
      (await post({ ...patientView({ fhirAuthorization }), hook: 'order-sign' }, view.id)).text,
    ];
    for (const words of [...answers, ...log]) expect(words).not.toContain('canary');
    expect(log.length).toBeGreaterThanOrEqual(answers.length);
  });

  it('[CH-44] refuses a token that cannot stand in a header', async () => {
    const { fhir, post } = await serverWith([patient()]);
    for (const bad of ['', 'two words', 'line\nbreak', 'snow\u2603'])
      expect(
        (await post(patientView({ fhirServer: fhir.base, fhirAuthorization: authorization(bad) }))).body.issue[0]
          .expression,
      ).toEqual(['fhirAuthorization.access_token']);
    expect(fhir.seen).toEqual([]);
  });

  it('asks for the patient by an id that cannot leave its place in the address', async () => {
    const { fhir, post } = await serverWith([patient()]);
    await post(patientView({ fhirServer: fhir.base, context: { patientId: '../Observation?code=x&y=#z' } }));
    expect(fhir.seen.map(({ url }) => url.slice(0, 60))).toContain('/Patient/../Observation?code=x&y=#z');
    expect(fhir.seen.filter(({ url }) => !url.includes('../Observation?code=x&y=#z'))).toEqual([]);
  });

  it('reads medications that an order stands beside, so that a draft alone is compared with the chart', async () => {
    const { fhir, cards } = await serverWith([patient(), warfarin()]);
    const given = await cards(orderSign([ibuprofen()], { fhirServer: fhir.base, fhirAuthorization }));
    expect(cardAbout(given, 'warfarin-nsaid')).toMatchObject({ indicator: 'warning' });
    expect(notCheckedIn(given)).toBeUndefined();
  });

  it('reads what the patient is reported to take too', async () => {
    const reported = warfarin('p', { intent: 'plan', reportedBoolean: true });
    const { fhir, cards } = await serverWith([patient(), reported]);
    const given = await cards(orderSign([ibuprofen()], { fhirServer: fhir.base, fhirAuthorization }));
    expect(cardAbout(given, 'warfarin-nsaid')).toBeDefined();
  });
});
