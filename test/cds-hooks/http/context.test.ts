import { describe, expect, it } from 'vitest';
import { appOf } from '../../support/app.ts';
import { draftsOf, patient, requestAt, resource } from '../../support/requests.ts';
import { shippedRuleSet } from '../../support/rule-set.ts';

/** Required and optional context of each hook of the HL7 library, beside `patientId`. */
const order = resource('ServiceRequest', 'o', { status: 'draft', intent: 'order' });
const hooks = {
  'patient-view': { required: { userId: 'Practitioner/a' }, optional: { encounterId: 'e' } },
  'order-select': {
    required: { userId: 'Practitioner/a', selections: ['ServiceRequest/o'], draftOrders: draftsOf(order) },
    optional: { encounterId: 'e' },
  },
  'order-sign': {
    required: { userId: 'Practitioner/a', draftOrders: draftsOf(order) },
    optional: { encounterId: 'e' },
  },
  'appointment-book': {
    required: {
      userId: 'Practitioner/a',
      appointments: draftsOf(resource('Appointment', 'a', { status: 'proposed' })),
    },
    optional: { encounterId: 'e' },
  },
  'encounter-start': { required: { userId: 'Practitioner/a', encounterId: 'e' }, optional: {} },
  'encounter-discharge': { required: { userId: 'Practitioner/a', encounterId: 'e' }, optional: {} },
  'order-dispatch': {
    required: { dispatchedOrders: ['ServiceRequest/o'], performer: 'Organization/lab' },
    optional: { fulfillmentTasks: [resource('Task', 't')] },
  },
  'allergyintolerance-create': {
    required: { userId: 'Practitioner/a', allergyIntolerance: resource('AllergyIntolerance', 'a') },
    optional: { encounterId: 'e' },
  },
  'problem-list-item-create': {
    required: { userId: 'Practitioner/a', conditions: draftsOf(resource('Condition', 'c')) },
    optional: { encounterId: 'e' },
  },
  'medication-refill': {
    required: { medications: draftsOf(resource('MedicationRequest', 'm')) },
    optional: { userId: 'Practitioner/a', encounterId: 'e' },
  },
} as const;

const shipped = await shippedRuleSet();
const service = {
  id: 'all',
  title: 'All hooks',
  description: 'All hooks',
  families: [],
  mostCards: 10,
  notChecked: [],
};
const { agent } = appOf({
  ...shipped,
  services: [{ ...service, hooks: [...Object.keys(hooks), 'org.example.chart-closed', 'medication-verify'] }],
});
const call = (hook: string, context: object) =>
  agent.post('/cds-services/all').send({ ...requestAt(hook), context, prefetch: { patient: patient() } });

describe.each(Object.entries(hooks))('the context of %s', (hook, { required, optional }) => {
  const least = { patientId: 'p', ...required };

  it('[CH-24] is enough with its required fields', async () => {
    await call(hook, least).expect(200, { cards: [] });
  });

  it.each(Object.keys(least))('[CH-24] is refused without %s', async (field) => {
    const response = await call(hook, { ...least, [field]: undefined });
    expect(response.status).toBe(400);
    expect(response.body.issue[0].expression).toEqual([`context.${field}`]);
  });

  it.each(Object.keys(least))('[CH-24] is refused with null for %s', async (field) => {
    const response = await call(hook, { ...least, [field]: null });
    expect(response.status).toBe(400);
    expect(response.body.issue[0].expression).toEqual([`context.${field}`]);
  });

  it('[CH-103] may have optional fields, null for them, and fields that later versions add', async () => {
    await call(hook, { ...least, ...optional }).expect(200);
    await call(hook, { ...least, ...Object.fromEntries(Object.keys(optional).map((field) => [field, null])) }).expect(
      200,
    );
    await call(hook, { ...least, addedInVersion9: { any: ['thing'] }, note: null }).expect(200);
  });
});

describe('a context', () => {
  it.each(['Practitioner/a', 'PractitionerRole/b', 'Patient/p', 'RelatedPerson/r'])(
    '[CH-24] may have %s as its user',
    async (userId) => {
      await call('patient-view', { patientId: 'p', userId }).expect(200);
    },
  );

  it('[CH-24] names every fault of its fields at once', async () => {
    const { status, body } = await call('order-select', {
      patientId: 'p',
      selections: 'all',
      draftOrders: { entry: [] },
    });
    expect(status).toBe(400);
    expect(body.issue[0].expression).toEqual([
      'context.userId',
      'context.selections',
      'context.draftOrders.resourceType',
    ]);
  });

  it('[CH-24] names the entry of the drafts that is no resource', async () => {
    const draftOrders = { resourceType: 'Bundle', entry: [{ resource: order }, { resource: 'ServiceRequest/o' }] };
    const { status, body } = await call('order-sign', { patientId: 'p', userId: 'Practitioner/a', draftOrders });
    expect(status).toBe(400);
    expect(body.issue[0].expression).toEqual(['context.draftOrders.entry[1].resource']);
  });

  it('[CH-102] of a hook with a reverse-domain name needs only the patient', async () => {
    await call('org.example.chart-closed', { patientId: 'p' }).expect(200, { cards: [] });
    const { status, body } = await call('org.example.chart-closed', {});
    expect(status).toBe(400);
    expect(body.issue[0].expression).toEqual(['context.patientId']);
  });

  it('[CH-24] of medication-verify, which has no index entry yet, needs only the patient', async () => {
    await call('medication-verify', { patientId: 'p', medication: resource('MedicationRequest', 'm') }).expect(200);
  });

  it('[CH-24] may hold orders that are not drafts, since signing again is signing', async () => {
    const draftOrders = draftsOf(resource('ServiceRequest', 'o', { status: 'active', intent: 'order' }));
    await call('order-sign', { patientId: 'p', userId: 'Practitioner/a', draftOrders }).expect(200);
  });

  it('[CH-24] may name the patient by a reference, as some clients do', async () => {
    await call('patient-view', { patientId: 'Patient/p', userId: 'Practitioner/a' }).expect(200, { cards: [] });
  });

  it.each(['', '.', '..', 'p\ud800', 'x'.repeat(201)])(
    '[CH-24] is refused when its patientId is %j',
    async (patientId) => {
      const { status, body } = await call('patient-view', { patientId, userId: 'Practitioner/a' });
      expect(status).toBe(400);
      expect(body.issue[0].expression).toEqual(['context.patientId']);
    },
  );
});
