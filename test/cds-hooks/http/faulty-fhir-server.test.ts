import { describe, expect, it, onTestFinished } from 'vitest';
import { appOf, cardAbout, listen, notCheckedIn, notJudged, onlyRules } from '../../support/app.ts';
import {
  answering,
  at,
  type Fault,
  hanging,
  outcome,
  stalling,
  startFhirServer,
} from '../../support/faulty-fhir-server.ts';
import {
  authorization,
  drug,
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
const due = prefetchOf(view, [patient()]);
const onWarfarin = prefetchOf(sign, [patient(), warfarin()]);
const { cards } = appOf(ruleSet);

/** An app that may read a FHIR server with a fault, for which the patient's screening is due and warfarin is on record. */
const withFault = async (fault: Fault, overrides: Parameters<typeof appOf>[1] = {}) => {
  const fhir = await startFhirServer([patient(), warfarin()], onTestFinished, fault);
  const app = appOf(ruleSet, { fhirServers: [fhir.base], ...overrides });
  const rest = { fhirServer: fhir.base, fhirAuthorization: authorization('token') };
  return { fhir, ...app, rest };
};

describe('a FHIR server', () => {
  it('that answers: the same cards as with prefetch', async () => {
    const { cards: ask, rest } = await withFault(() => false);
    expect((await ask(patientView(rest))).map(({ summary }) => summary)).toEqual(
      (await cards(patientView({ prefetch: due }))).map(({ summary }) => summary),
    );
    expect((await ask(orderSign([ibuprofen()], rest))).map(({ summary }) => summary)).toEqual(
      (await cards(orderSign([ibuprofen()], { prefetch: onWarfarin }))).map(({ summary }) => summary),
    );
  });

  it("that gives another patient's Patient: 412, which is no fault of the client's", async () => {
    const { post: ask, rest } = await withFault(at(/\/Patient\//, answering(200, patient('q'))));
    const response = await ask(patientView(rest));
    expect(response.status).toBe(412);
    expect(response.body.issue[0].diagnostics).toContain('the FHIR server gave another patient');
  });

  it('that finds the token expired: 412 without prefetch, and with some of it a card that names the rest', async () => {
    const { post: ask, cards: askCards, rest } = await withFault(answering(401, outcome('login', 'token expired')));
    const response = await ask(patientView(rest));
    expect(response.status).toBe(412);
    expect(response.body.issue[0].diagnostics).toContain('HTTP 401: token expired');
    const { procedures: _, ...prefetch } = due;
    expect(await notJudged(askCards(patientView({ ...rest, prefetch })))).toContain(
      'Procedure: not to be had from the FHIR server: HTTP 401',
    );
  });

  it.each([
    ['never answers', hanging],
    ['begins to answer and never ends', stalling],
  ])('that %s: an answer within the budget', async (_, fault) => {
    const { post: ask, cards: askCards, rest } = await withFault(fault, { budget: 900 });
    const response = await ask(patientView(rest));
    expect(response.status).toBe(412);
    expect(response.body.issue[0].diagnostics).toContain('no answer in time');
    const { procedures: __, ...prefetch } = prefetchOf(view, [patient()]);
    const words = await notJudged(askCards(patientView({ ...rest, prefetch })));
    expect(words).toMatch(/Procedure: not to be had from the FHIR server: (no answer in time|not asked)/);
  });

  it('that is slow for one type: what came in time is used, and the rest is named', async () => {
    const slow: Fault = (_request, response) => {
      setTimeout(
        () => response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(searchset([]))),
        20_000,
      ).unref();
      return true;
    };
    const { cards: ask, rest } = await withFault(at(/Observation/, slow), { budget: 1500 });
    expect(await notJudged(ask(patientView(rest)))).toContain(
      'Observation: not to be had from the FHIR server: no answer in time',
    );
    const given = await ask(orderSign([ibuprofen()], rest));
    expect(cardAbout(given, 'warfarin-nsaid')?.detail).toContain('Observation: not to be had');
  });

  it.each([
    [
      'HTML',
      answering(200, '<html><body>Please log in</body></html>', { 'content-type': 'text/html' }),
      'the answer is no JSON',
    ],
    ['broken JSON', answering(200, '{"resourceType":"Bundle","entry":['), 'the answer is no JSON'],
    ['no body', answering(200, ''), 'the answer is no FHIR resource'],
    ['null', answering(200, 'null'), 'the answer is no FHIR resource'],
    ['a JSON array', answering(200, '[]'), 'the answer is no FHIR resource'],
    ['JSON that is no FHIR', answering(200, { results: [] }), 'the answer is no FHIR resource'],
    ['another type', answering(200, resource('Group', 'g')), 'expected a Procedure or a Bundle, got a Group'],
    ['an OperationOutcome', answering(200, outcome('processing', 'index is rebuilding')), 'index is rebuilding'],
    [
      'a Bundle without sense',
      answering(200, { resourceType: 'Bundle', entry: 'none' }),
      'expected Bundle.entry to be an array',
    ],
    [
      'a page that is its own next',
      answering(200, searchset([], [{ relation: 'next', url: 'Procedure?page=2' }])),
      'more than 0 resources',
    ],
    ['a next link without address', answering(200, searchset([], [{ relation: 'next' }])), 'more than 0 resources'],
  ])('that answers 200 with %s: not "no data"', async (_, fault, words) => {
    const { cards: ask, rest } = await withFault(at(/Procedure/, fault));
    expect(await notJudged(ask(patientView(rest)))).toContain(words);
  });

  it('whose second page tells of an error: not the whole', async () => {
    const paged: Fault = (request, response) =>
      request.url.includes('page=2')
        ? answering(200, searchset([resource('OperationOutcome', 'o', outcome('timeout', 'the cursor has gone'))]))(
            request,
            response,
          )
        : answering(200, searchset([], [{ relation: 'next', url: 'Procedure?page=2' }]))(request, response);
    const { cards: ask, rest } = await withFault(at(/Procedure/, paged));
    expect(await notJudged(ask(patientView(rest)))).toContain('the cursor has gone');
  });

  it('whose second page fails: what the first showed counts, the rest is named', async () => {
    const paged: Fault = (request, response) =>
      request.url.includes('page=2')
        ? answering(503, 'come back later')(request, response)
        : answering(200, searchset([], [{ relation: 'next', url: 'Procedure?page=2' }]))(request, response);
    const { cards: ask, rest } = await withFault(at(/Procedure/, paged));
    expect(await notJudged(ask(patientView(rest)))).toContain('only the first 1 pages: HTTP 503');
  });

  it('whose answer does not fit the memory: not read to its end', async () => {
    const chunk = ' '.repeat(1024 * 1024);
    const endless: Fault = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/fhir+json' });
      const write = () => {
        while (!response.destroyed && response.write(chunk)) {}
      };
      response.on('drain', write);
      write();
      return true;
    };
    const { cards: ask, rest } = await withFault(at(/Procedure/, endless), { budget: 15_000 });
    expect(await notJudged(ask(patientView(rest)))).toContain('Procedure: not to be had');
  });

  it('that answers 429: not asked again at once, and named', async () => {
    const {
      fhir,
      cards: ask,
      rest,
    } = await withFault(at(/Procedure/, answering(429, outcome('throttled', 'slow down'), { 'retry-after': '30' })));
    expect(await notJudged(ask(patientView(rest)))).toContain('HTTP 429: slow down');
    expect(fhir.seen.filter(({ url }) => url.startsWith('/Procedure'))).toHaveLength(1);
  });

  it('that answers 500: asked once more, after five times no longer, and named all the while', async () => {
    const { fhir, cards: ask, rest } = await withFault(answering(500, 'oops'));
    const body = patientView({ ...rest, prefetch: { patient: patient() } });
    expect(await notJudged(ask(body))).toContain('HTTP 500');
    expect(fhir.seen.length).toBeGreaterThanOrEqual(5);
    fhir.seen.length = 0;
    expect(await notJudged(ask(body))).toContain('not asked, because it has just failed several times in a row');
    expect(fhir.seen).toEqual([]);
  });

  it('that fails once: asked once more, and nothing is missing', async () => {
    let failed = 0;
    const once: Fault = (request, response) => failed++ === 0 && answering(502, 'bad gateway')(request, response);
    const { cards: ask, rest } = await withFault(at(/Procedure/, once));
    const given = await ask(patientView(rest));
    expect(cardAbout(given, 'colorectal-cancer')).toBeDefined();
    expect(notCheckedIn(given)).toBeUndefined();
  });

  it('that is not at its address: 412', async () => {
    let close = async () => {};
    const fhirServer = await listen(
      () => {},
      (closing) => {
        close = closing;
      },
    );
    await close();
    const response = await appOf(ruleSet, { fhirServers: [fhirServer] }).post(patientView({ fhirServer }));
    expect(response.status).toBe(412);
    expect(response.body.issue[0].diagnostics).toContain('ECONNREFUSED');
  });

  it.each([
    ['code', /(Observation|DiagnosticReport)\?.*code=/],
    ['intent', /MedicationRequest\?.*intent=/],
  ])('that refuses searches by %s: asked more widely, and so from then on', async (_, refused) => {
    for (const status of [400, 403, 404, 501]) {
      let tried = 0;
      const {
        fhir,
        cards: ask,
        rest,
      } = await withFault(at(refused, answering(status, outcome('not-supported', 'no'))));
      for (const body of [patientView(rest), orderSign([ibuprofen()], rest)]) {
        const given = await ask(body);
        expect(notCheckedIn(given)).toBeUndefined();
        expect(given).toHaveLength(1);
        tried += fhir.seen.filter(({ url }) => refused.test(url)).length;
        fhir.seen.length = 0;
        await ask(body);
        expect(fhir.seen.filter(({ url }) => refused.test(url))).toEqual([]);
        expect(fhir.seen).not.toEqual([]);
      }
      expect(tried).toBeGreaterThan(0);
    }
  });

  it('that refuses every search of one patient: asked for the next patient as before', async () => {
    const { fhir, cards: ask, rest } = await withFault(at(/patient=p&/, answering(403, outcome('forbidden', 'no'))));
    await notJudged(ask(patientView(rest)));
    fhir.seen.length = 0;
    const other = { fhirAuthorization: authorization('token', { patient: 'q' }), context: { patientId: 'q' } };
    await ask(patientView({ ...rest, ...other, prefetch: { patient: patient('q') } }));
    const searches = fhir.seen.filter(({ url }) => /^\/(Observation|DiagnosticReport)/.test(url));
    expect(searches).not.toEqual([]);
    for (const { url } of searches) expect(url).toContain('code=');
  });

  it('that has no MedicationStatement: a standing limit, told to the operator and in no card', async () => {
    const {
      cards: ask,
      rest,
      log,
    } = await withFault(
      at(/Medication(Statement|Administration|Dispense)/, answering(404, outcome('not-supported', 'unknown type'))),
    );
    const given = await ask(orderSign([ibuprofen()], rest));
    expect(given.map(({ source }) => source.topic?.code)).toEqual(['warfarin-nsaid']);
    expect(log.join('')).toContain('MedicationStatement');
  });

  it('that fails for MedicationStatement just now: named', async () => {
    const { cards: ask, rest } = await withFault(
      at(/MedicationStatement/, answering(503, outcome('transient', 'restarting'))),
    );
    const given = await ask(orderSign([ibuprofen('p', drug('198440', 'Acetaminophen 500 MG Oral Tablet'))], rest));
    expect(JSON.stringify(await ask(orderSign([ibuprofen()], rest)))).toContain('MedicationStatement');
    // Nothing that a rule is about, so that nothing was left unchecked.
    expect(given).toEqual([]);
  });

  it('with more pages than are read: says how much was', async () => {
    let page = 0;
    const endless: Fault = (request, response) =>
      answering(
        200,
        searchset(
          [resource('Procedure', `x-${page}`, { status: 'completed', ...subjectOf('p') })],
          [{ relation: 'next', url: `Procedure?page=${++page}` }],
        ),
      )(request, response);
    const { cards: ask, rest } = await withFault(at(/Procedure/, endless));
    expect(await notJudged(ask(patientView(rest)))).toMatch(/more than \d+ resources, the rest was not read/);
  });
});
