import { describe, expect, it } from 'vitest';
import { appOf, cardAbout, onlyRules } from '../../support/app.ts';
import {
  authorization,
  colonoscopy,
  hookInstance,
  ibuprofen,
  orderSign,
  patient,
  patientView,
  prefetchOf,
  requestAt,
  serviceAt,
  warfarin,
} from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

const shipped = await shippedRuleSet();
const ruleSet = onlyRules(shipped, 'colorectal-cancer', 'warfarin-nsaid');
const { agent, post, cards } = appOf(ruleSet);
const view = serviceAt(ruleSet, 'patient-view');
const sign = serviceAt(ruleSet, 'order-sign');
const whole = prefetchOf(view, [patient(), colonoscopy()]);
const due = prefetchOf(view, [patient()]);

/** What an OperationOutcome says is wrong, and where. */
const refusalOf = async (body: unknown, id = view.id) => {
  const response = await agent
    .post(`/cds-services/${id}`)
    .set('content-type', 'application/json')
    .send(JSON.stringify(body));
  expect(response.body).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] });
  const [{ code, diagnostics, expression }] = response.body.issue;
  return { status: response.status, code, diagnostics, expression };
};

describe('a request', () => {
  it('[CH-21] [CH-46] is a POST of JSON and is answered 200 with an array of cards', async () => {
    const response = await post(patientView({ prefetch: due }))
      .expect(200)
      .expect('content-type', /^application\/json/);
    expect(response.body.cards).toEqual([expect.objectContaining({ indicator: 'warning' })]);
  });

  it('[CH-47] is answered with an empty array when there is nothing to say', async () => {
    const response = await post(patientView({ prefetch: whole })).expect(200);
    expect(response.body).toEqual({ cards: [] });
  });

  it('[CH-21] may be sent as application/fhir+json or with a charset', async () => {
    for (const type of ['application/fhir+json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8'])
      await agent
        .post(`/cds-services/${view.id}`)
        .set('content-type', type)
        .send(JSON.stringify(patientView({ prefetch: whole })))
        .expect(200, { cards: [] });
  });

  it('[CH-22] is refused without a hook', async () => {
    const { hook: _, ...rest } = patientView({ prefetch: whole });
    expect(await refusalOf(rest)).toMatchObject({ status: 400, code: 'invalid', expression: ['hook'] });
  });

  it('[CH-22] is refused at a hook that the service does not declare, and told which it declares', async () => {
    const refusal = await refusalOf(requestAt('encounter-start'));
    expect(refusal).toMatchObject({ status: 400, code: 'not-supported' });
    expect(refusal.diagnostics).toContain('expected patient-view');
    expect(refusal.diagnostics).toContain('encounter-start');
  });

  it('[CH-22] is refused at a service that is not there, and told which are', async () => {
    const refusal = await refusalOf(patientView(), 'static-patient-greeter');
    expect(refusal).toMatchObject({ status: 404, code: 'not-found' });
    expect(refusal.diagnostics).toContain(view.id);
  });

  it('[CH-23] is refused without a hookInstance, or with one that is no UUID', async () => {
    const { hookInstance: _, ...rest } = patientView({ prefetch: whole });
    for (const body of [rest, { ...rest, hookInstance: 'first call' }, { ...rest, hookInstance: 7 }])
      expect(await refusalOf(body)).toMatchObject({ status: 400, expression: ['hookInstance'] });
  });

  it('[CH-23] is answered again when its hookInstance is repeated, here or at another service', async () => {
    const orders = orderSign([ibuprofen()], { prefetch: prefetchOf(sign, [patient(), warfarin()]) });
    for (let i = 0; i < 3; i++) {
      expect(cardAbout(await cards(patientView({ hookInstance, prefetch: due })), 'colorectal-cancer')).toBeDefined();
      expect(cardAbout(await cards({ ...orders, hookInstance }), 'warfarin-nsaid')).toBeDefined();
    }
  });

  it('[CH-23] may have a UUID of any version and in capitals', async () => {
    for (const id of ['00000000-0000-0000-0000-000000000001', '018F3B5E-7C1A-7ABC-9DEF-0123456789AB'])
      await post(patientView({ hookInstance: id, prefetch: whole })).expect(200);
  });

  it('[CH-24] is refused without a context, or with one that is no object', async () => {
    const { context: _, ...rest } = patientView({ prefetch: whole });
    for (const body of [rest, { ...rest, context: null }, { ...rest, context: [] }, { ...rest, context: 'p' }])
      expect(await refusalOf(body)).toMatchObject({ status: 400, expression: ['context'] });
  });

  it('[CH-25] is refused when fhirServer is no http address', async () => {
    for (const fhirServer of [
      'ehr.example/fhir',
      'ftp://ehr.example/fhir',
      'file:///etc/passwd',
      'javascript:alert(1)',
      5,
    ])
      expect(await refusalOf({ ...patientView({ prefetch: whole }), fhirServer })).toMatchObject({
        status: 400,
        expression: ['fhirServer'],
      });
  });

  it('[CH-26] [CH-27] is answered with neither authorization nor fhirServer, or with null for both', async () => {
    const body = patientView({ prefetch: whole });
    await post(body).expect(200, { cards: [] });
    await post({ ...body, fhirServer: null, fhirAuthorization: null } as never).expect(200, { cards: [] });
  });

  it.each(['access_token', 'token_type', 'expires_in', 'scope', 'subject'])(
    '[CH-44] is refused when its authorization has no %s',
    async (field) => {
      const fhirAuthorization = { ...authorization('secret'), [field]: undefined };
      const refusal = await refusalOf({ ...patientView({ prefetch: whole }), fhirAuthorization });
      expect(refusal).toMatchObject({ status: 400, expression: [`fhirAuthorization.${field}`] });
      expect(refusal.diagnostics).not.toContain('secret');
    },
  );

  it('[CH-44] is refused when the token type is not Bearer', async () => {
    const fhirAuthorization = authorization('secret', { token_type: 'MAC' });
    expect(await refusalOf({ ...patientView({ prefetch: whole }), fhirAuthorization })).toMatchObject({
      status: 400,
      expression: ['fhirAuthorization.token_type'],
    });
  });

  it('[CH-27] is refused when prefetch is no object', async () => {
    for (const prefetch of [[], 'none', 5, [patient()]])
      expect(await refusalOf({ ...patientView(), prefetch })).toMatchObject({ status: 400, expression: ['prefetch'] });
  });

  it('[CH-28] [CH-100] may have extensions at every level, and elements nobody knows', async () => {
    const extension = { 'com.vendor.session': { id: 7, list: [null, {}, ''] }, 'org.example': null };
    const withExtension = <T extends object>(value: T): T => ({ ...value, extension });
    const fhirPatient = patient('p', {
      extension: [{ url: 'http://vendor.example/x', valueString: 'x' }],
      _gender: {},
    });
    const body = {
      ...patientView(),
      extension,
      fhirAuthorization: withExtension(authorization('token')),
      context: withExtension({ ...patientView().context, vendorField: { deep: [1, [2, [3]]] } }),
      prefetch: { ...withExtension(whole), patient: fhirPatient },
      'com.vendor.own': [1, 2, 3],
    };
    await post(body).expect(200, { cards: [] });
  });

  it('[CH-2] [CH-28] reads FHIR JSON with primitive extensions and contained resources', async () => {
    const draft = ibuprofen('p', {
      _status: { extension: [{ url: 'http://vendor.example/s', valueCode: 'x' }] },
      contained: [{ resourceType: 'Practitioner', id: 'c' }],
      modifierExtension: [{ url: 'http://vendor.example/m', valueBoolean: false }],
    });
    const given = await cards(orderSign([draft], { prefetch: prefetchOf(sign, [patient(), warfarin()]) }));
    expect(cardAbout(given, 'warfarin-nsaid')?.indicator).toBe('warning');
  });
});
