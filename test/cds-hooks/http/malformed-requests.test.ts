import { Agent, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { profiles } from '../../../src/cds-hooks/profile.ts';
import { responseSchema } from '../../../src/cds-hooks/response-schema.ts';
import { appOf, listen, nullOrEmpty } from '../../support/app.ts';
import { startFhirServer } from '../../support/faulty-fhir-server.ts';
import {
  authorization,
  colonoscopy,
  ibuprofen,
  orderSelect,
  orderSign,
  patient,
  patientView,
  prefetchOf,
  resource,
  serviceAt,
  subjectOf,
  warfarin,
} from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';
import { malform, malformation } from '../malformations.ts';

const runs = Number(process.env.CAREHOOK_TEST_MALFORMED ?? 10_000);

const ruleSet = await shippedRuleSet();
const chart = [
  patient('p', {
    name: [{ family: 'Quill', given: ['Ada'] }],
    link: [{ other: { reference: 'Patient/old' }, type: 'replaces' }],
  }),
  colonoscopy('p', {
    performedPeriod: { start: '2009-04', end: '2009-05' },
    performer: [{ actor: { display: 'Dr Lee' } }],
  }),
  warfarin('p', {
    dosageInstruction: [{ text: 'daily', timing: { repeat: { boundsPeriod: { start: '2026-06-01' } } } }],
  }),
  resource('Condition', 'ulcer', {
    ...subjectOf('p'),
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'K25.9', display: 'Gastric ulcer' }] },
    onsetDateTime: '2020',
  }),
  resource('Observation', 'inr', {
    ...subjectOf('p'),
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '6301-6', display: 'INR' }] },
    effectiveDateTime: '2026-11-02T08:00:00-05:00',
    valueQuantity: { value: 2.4, unit: '1', system: 'http://unitsofmeasure.org', code: '1' },
  }),
  resource('MedicationStatement', 'naproxen', {
    ...subjectOf('p'),
    status: 'active',
    medicationReference: { reference: '#m' },
    contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'naproxen 500 MG Oral Tablet' } }],
    effectivePeriod: { start: '2026-10-01' },
  }),
];
const fhir = await startFhirServer(chart, afterAll);
const rest = { fhirServer: fhir.base, fhirAuthorization: authorization('token') };
const drafts = [
  ibuprofen(),
  resource('ServiceRequest', 'lab', { status: 'draft', intent: 'order', ...subjectOf('p') }),
];
const prefetchAt = (hook: string) => prefetchOf(serviceAt(ruleSet, hook), chart);
const valid = [
  patientView({ prefetch: prefetchAt('patient-view') }),
  patientView({ ...rest, prefetch: { patient: chart[0] } }),
  orderSelect(drafts, { prefetch: prefetchAt('order-select') }),
  orderSign(drafts, { prefetch: prefetchAt('order-sign') }),
  orderSign(drafts, { ...rest, prefetch: { patient: chart[0] } }),
];

const { app, log } = appOf(ruleSet, { fhirServers: [fhir.base], profile: profiles.default });
const base = await listen(app, afterAll);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
afterAll(() => agent.destroy());

const send = (hook: string, text: string, contentType: string) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const id = ruleSet.services.find(({ hooks }) => hooks.includes(hook))?.id;
    const request = httpRequest(
      `${base}/cds-services/${id}`,
      { agent, method: 'POST', headers: { 'content-type': contentType } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: body }));
      },
    );
    request.on('error', reject).end(text);
  });

const requests = fc.record({
  body: fc.constantFrom(...valid),
  malformations: fc.array(malformation, { minLength: 1, maxLength: 4 }),
  cut: fc.oneof(
    { weight: 20, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  ),
  contentType: fc.oneof(
    { weight: 20, arbitrary: fc.constant('application/json') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('text/plain', 'application/xml', 'application/json; charset=utf-16', 'json', ''),
    },
  ),
});

it(`answers each of ${runs} malformed requests with valid cards, or refuses it and says what is wrong and where`, async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(requests, async ({ body, malformations, cut, contentType }) => {
      const whole = JSON.stringify(malform(body, malformations));
      const text = cut === null ? whole : whole.slice(0, Math.floor(whole.length * cut));
      const before = log.length;
      const answer = await send(body.hook, text, contentType);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const given = JSON.parse(answer.text);
      if (answer.status === 200) {
        responseSchema.parse(given);
        expect(nullOrEmpty(given).filter((path) => path !== '.cards')).toEqual([]);
        return;
      }
      expect(answer.status, log.slice(before).join('')).toBeLessThan(500);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(given).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] });
      const [{ diagnostics }] = given.issue;
      expect(diagnostics).toMatch(/expected|charset|encoding/i);
      expect(diagnostics).toMatch(/the body|JSON body|charset|hook|context|prefetch|fhirServer|fhirAuthorization/);
    }),
    { numRuns: runs },
  );
  process.stdout.write(
    `malformed requests: ${runs}, answers by status ${JSON.stringify(Object.fromEntries(statuses))}\n`,
  );
}, 300_000);
