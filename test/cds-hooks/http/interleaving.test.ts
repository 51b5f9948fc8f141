import { Agent, request as httpRequest } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { responseSchema } from '../../../src/cds-hooks/response-schema.ts';
import { appOf, listen, onlyRules } from '../../support/app.ts';
import { startFhirServer } from '../../support/faulty-fhir-server.ts';
import {
  authorization,
  colonoscopy,
  ibuprofen,
  orderSign,
  patient,
  patientView,
  type RequestBody,
  resource,
  subjectOf,
  warfarin,
  warfarinTablet,
} from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const times = Number(process.env.CAREHOOK_TEST_INTERLEAVED ?? 1000);

const ruleSet = onlyRules(await shippedRuleSet(), 'colorectal-cancer', 'warfarin-nsaid');

/** Two people of whom everything that a card can show, and everything that it must not, is told apart by a word. */
const people = [
  {
    id: 'canary-quartz',
    word: 'Quartz',
    family: 'Quartzite',
    given: 'Zebulon',
    birthDate: '1961-07-13',
    token: 'token-quartz',
  },
  {
    id: 'canary-feather',
    word: 'Feather',
    family: 'Featherstone',
    given: 'Ottoline',
    birthDate: '1958-02-27',
    token: 'token-feather',
  },
] as const;
type Person = (typeof people)[number];

const chartOf = ({ id, word, family, given, birthDate }: Person) => [
  patient(id, { name: [{ family, given: [given] }], birthDate, telecom: [{ value: `${word}@example.org` }] }),
  // Too long ago to count: the card names it as what was looked at.
  colonoscopy(id, {
    code: { text: `Colonoscopy ${word}`, coding: [{ system: 'http://snomed.info/sct', code: '73761001' }] },
    performedDateTime: '2012-01-01',
  }),
  warfarin(id, {
    medicationCodeableConcept: { ...warfarinTablet.medicationCodeableConcept, text: `Warfarin ${word}` },
  }),
  resource('Observation', `${id}-inr`, {
    ...subjectOf(id),
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '6301-6' }], text: `INR ${word}` },
    effectiveDateTime: '2026-11-02T08:00:00-05:00',
    valueQuantity: { value: word === 'Quartz' ? 2.1 : 2.9, unit: '1' },
  }),
];

it(`answers two patients ${times} times at once and never mixes them, nor writes who they are into the log`, async () => {
  const fhir = await startFhirServer(people.flatMap(chartOf), afterAll);
  const { app, log } = appOf(ruleSet, { fhirServers: [fhir.base], budget: 60_000 });
  const base = await listen(app, afterAll);
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  afterAll(() => agent.destroy());

  const ask = (body: RequestBody) =>
    new Promise<string>((resolve, reject) => {
      const id = ruleSet.services.find(({ hooks }) => hooks.includes(body.hook))?.id;
      const call = httpRequest(
        `${base}/cds-services/${id}`,
        { agent, method: 'POST', headers: { 'content-type': 'application/json' } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
        },
      );
      call.on('error', reject).end(JSON.stringify(body));
    });
  const bodyFor = ({ id, token, word }: Person, hook: string): RequestBody => {
    const elements = {
      fhirServer: fhir.base,
      fhirAuthorization: authorization(token, { patient: id }),
      context: { patientId: id, userId: `Practitioner/dr-${word}` },
    };
    return hook === 'patient-view'
      ? patientView(elements)
      : orderSign([ibuprofen(id, { id: `draft-${word}` })], elements);
  };

  const answered = { 'patient-view': 0, 'order-sign': 0 };
  const askBoth = async (hook: keyof typeof answered) => {
    const texts = await Promise.all(people.map((person) => ask(bodyFor(person, hook))));
    texts.forEach((text, i) => {
      const [own, other] = [people[i], people[1 - i]] as [Person, Person];
      const { cards } = responseSchema.parse(JSON.parse(text));
      expect(cards.map(({ source }) => source.topic?.code)).toEqual([
        hook === 'patient-view' ? 'colorectal-cancer' : 'warfarin-nsaid',
      ]);
      expect(text).toContain(hook === 'patient-view' ? `Colonoscopy ${own.word}` : `Warfarin ${own.word}`);
      expect(text).toContain(`Patient/${own.id}`);
      for (const word of [other.word, other.id, other.family, other.given, other.birthDate, other.token])
        expect(text.toLowerCase()).not.toContain(word.toLowerCase());
    });
    answered[hook]++;
  };
  const queue = Array.from(
    { length: times },
    (_, i) => (i % 2 === 0 ? 'patient-view' : 'order-sign') as keyof typeof answered,
  );
  // Twenty pairs are always under way.
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let hook = queue.pop(); hook !== undefined; hook = queue.pop()) await askBoth(hook);
    }),
  );
  expect(answered['patient-view'] + answered['order-sign']).toBe(times);

  for (const { url, headers } of fhir.seen)
    expect(headers.authorization).toBe(`Bearer ${people.find(({ id }) => url.includes(id))?.token}`);
  expect(log).toHaveLength(2 * times);
  const said = log.join('').toLowerCase();
  for (const { family, given, birthDate, token, word } of people)
    for (const canary of [family, given, birthDate, token, `warfarin ${word}`, `${word}@example`])
      expect(said.includes(canary.toLowerCase()), `the log has ${canary}`).toBe(false);
}, 300_000);
