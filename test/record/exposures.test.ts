import { describe, expect, it } from 'vitest';
import { concept, order, recordOf, resource } from '../support/record.ts';

// The tests' "now" is 2026-11-21T10:00:00-05:00.
const exposuresOf = (...chart: Parameters<typeof recordOf>[0]) => recordOf(chart).exposures;
const fromOf = (...chart: Parameters<typeof recordOf>[0]) => exposuresOf(...chart).map(({ from }) => from);
const bounds = (...ends: readonly (string | undefined)[]) => ({
  dosageInstruction: ends.map((end) => ({
    timing: { repeat: { boundsPeriod: { start: '2026-01-01', ...(end && { end }) } } },
  })),
});

describe('a MedicationRequest', () => {
  it.each([
    ['active', 'active'],
    ['on-hold', 'held'],
    ['completed', 'recent'],
    ['stopped', 'recent'],
    ['cancelled', undefined],
    ['entered-in-error', undefined],
    ['draft', undefined],
    ['unknown', 'active'],
    [undefined, undefined],
  ])('of status %s is %s', (status, from) => {
    expect(fromOf(order('warfarin', { status }))).toEqual(from === undefined ? [] : [from]);
  });

  it.each(['order', 'original-order', 'reflex-order', 'filler-order', 'instance-order'])(
    'of intent %s is an exposure',
    (intent) => {
      expect(fromOf(order('warfarin', { intent }))).toEqual(['active']);
    },
  );

  it.each(['proposal', 'plan', 'option'])('of intent %s is none', (intent) => {
    expect(fromOf(order('warfarin', { intent }))).toEqual([]);
  });

  it('that the patient reports is reported: US Core writes what is bought over the counter as a reported plan', () => {
    expect(fromOf(order('ibuprofen', { intent: 'plan', reportedBoolean: true }))).toEqual(['reported']);
    expect(fromOf(order('ibuprofen', { intent: 'plan', reportedReference: { reference: 'Patient/p' } }))).toEqual([
      'reported',
    ]);
    expect(fromOf(order('ibuprofen', { intent: 'plan', reportedBoolean: true, status: 'stopped' }))).toEqual([
      'recent',
    ]);
    expect(fromOf(order('ibuprofen', { intent: 'plan', reportedBoolean: false }))).toEqual([]);
  });

  it('not to give a drug is no exposure', () => {
    expect(fromOf(order('warfarin', { doNotPerform: true }))).toEqual([]);
  });

  it('is active however old it is', () => {
    expect(exposuresOf(order('warfarin', { authoredOn: '1999-01-01' }))).toMatchObject([
      { from: 'active', start: '1999-01-01' },
    ]);
  });

  it.each([
    ['a later day', '2026-12-01', 'active'],
    ['today', '2026-11-21', 'active'],
    ['yesterday', '2026-11-20', 'recent'],
    ['this month', '2026-11', 'active'],
    ['last month', '2026-10', 'recent'],
    ['this year', '2026', 'active'],
    ['last year', '2025', 'recent'],
    ['twenty hours ago', '2026-11-20T14:00:00-05:00', 'active'],
    ['thirty hours ago', '2026-11-20T04:00:00-05:00', 'recent'],
    ['a day that no calendar has', 'soon', 'active'],
  ])('whose dosage ends %s is as that says', (_, end, from) => {
    expect(exposuresOf(order('warfarin', bounds(end)))).toMatchObject([{ from, stop: end }]);
  });

  it('lasts through the evening of its last day west of UTC', () => {
    const evening = new Date('2026-11-20T22:00:00-05:00');
    expect(recordOf([order('warfarin', bounds('2026-11-20'))], { now: evening }).exposures[0]?.from).toBe('active');
  });

  it('is over when the last of its dosages is, not the first', () => {
    expect(exposuresOf(order('warfarin', bounds('2026-10-01', '2026-12-01')))).toMatchObject([
      { from: 'active', stop: '2026-12-01' },
    ]);
    expect(exposuresOf(order('warfarin', bounds('2026-11-01', '2026-10-01')))).toMatchObject([
      { from: 'recent', stop: '2026-11-01' },
    ]);
  });

  it('goes on when one of its dosages has no end', () => {
    const [exposure] = exposuresOf(order('warfarin', bounds('2026-10-01', undefined)));
    expect(exposure?.from).toBe('active');
    expect(exposure).not.toHaveProperty('stop');
  });
});

describe('a MedicationStatement', () => {
  const statement = (elements: object) =>
    resource('MedicationStatement', { id: 's', medicationCodeableConcept: concept('ibuprofen'), ...elements });

  it.each([
    ['active', 'reported'],
    ['on-hold', 'held'],
    ['completed', 'recent'],
    ['stopped', 'recent'],
    ['intended', undefined],
    ['not-taken', undefined],
    ['unknown', 'reported'],
    ['entered-in-error', undefined],
    [undefined, undefined],
  ])('of status %s is %s', (status, from) => {
    expect(fromOf(statement({ status }))).toEqual(from === undefined ? [] : [from]);
  });

  it('has the dates of its period', () => {
    expect(
      exposuresOf(statement({ status: 'active', effectivePeriod: { start: '2026-01-01', end: '2026-12-31' } })),
    ).toMatchObject([{ from: 'reported', start: '2026-01-01', stop: '2026-12-31' }]);
    expect(exposuresOf(statement({ status: 'active', effectiveDateTime: '2026-02-03' }))).toMatchObject([
      { from: 'reported', start: '2026-02-03' },
    ]);
  });

  it.each(['active', 'on-hold', 'completed', 'stopped'])('%s whose period is over is recent', (status) => {
    expect(fromOf(statement({ status, effectivePeriod: { end: '2026-10-01' } }))).toEqual(['recent']);
  });

  it.each(['entered-in-error', 'not-taken', 'intended'])(
    '%s is no exposure even where its period is over',
    (status) => {
      expect(fromOf(statement({ status, effectivePeriod: { end: '2026-10-01' } }))).toEqual([]);
    },
  );
});

describe('a MedicationAdministration', () => {
  const administration = (elements: object) =>
    resource('MedicationAdministration', { id: 'a', medicationCodeableConcept: concept('warfarin'), ...elements });
  const hourAgo = { effectiveDateTime: '2026-11-21T09:00:00-05:00' };

  it.each([
    ['in-progress', 'active'],
    ['completed', 'active'],
    ['stopped', 'active'],
    ['on-hold', 'held'],
    ['not-done', undefined],
    ['unknown', undefined],
    ['entered-in-error', undefined],
  ])('of status %s an hour ago is %s', (status, from) => {
    expect(fromOf(administration({ status, ...hourAgo }))).toEqual(from === undefined ? [] : [from]);
  });

  it.each(['completed', 'stopped'])('%s earlier than a day ago is recent', (status) => {
    expect(exposuresOf(administration({ status, effectiveDateTime: '2026-11-18T09:00:00-05:00' }))).toMatchObject([
      { from: 'recent', start: '2026-11-18T09:00:00-05:00', stop: '2026-11-18T09:00:00-05:00' },
    ]);
  });

  it('counts from the end of its period', () => {
    const effectivePeriod = { start: '2026-11-15T09:00:00-05:00', end: '2026-11-21T08:00:00-05:00' };
    expect(exposuresOf(administration({ status: 'completed', effectivePeriod }))).toMatchObject([
      { from: 'active', start: effectivePeriod.start, stop: effectivePeriod.end },
    ]);
  });

  it('completed at no known time is none', () => {
    expect(fromOf(administration({ status: 'completed' }))).toEqual([]);
  });

  it('reads the route of its one dosage', () => {
    const ingredient = { medicationCodeableConcept: { text: 'ketorolac' } };
    const dosage = { route: { text: 'Ophthalmic route' } };
    expect(exposuresOf(administration({ status: 'in-progress', ...ingredient, dosage }))[0]?.route).toBe('ophthalmic');
  });
});

describe('a MedicationDispense', () => {
  const dispense = (elements: object) =>
    resource('MedicationDispense', {
      id: 'd',
      status: 'completed',
      medicationCodeableConcept: concept('warfarin'),
      daysSupply: { value: 30 },
      ...elements,
    });

  it('is active as long as its supply lasts, then recent', () => {
    expect(exposuresOf(dispense({ whenHandedOver: '2026-11-01' }))).toMatchObject([
      { from: 'active', start: '2026-11-01', stop: '2026-12-01T00:00:00.000Z' },
    ]);
    expect(fromOf(dispense({ whenHandedOver: '2026-10-01' }))).toEqual(['recent']);
  });

  it('counts from when it was prepared where nothing says when it was handed over', () => {
    expect(fromOf(dispense({ whenPrepared: '2026-11-01' }))).toEqual(['active']);
  });

  it.each(['preparation', 'in-progress', 'cancelled', 'on-hold', 'entered-in-error', 'stopped', 'declined', 'unknown'])(
    'of status %s is none',
    (status) => {
      expect(fromOf(dispense({ status, whenHandedOver: '2026-11-01' }))).toEqual([]);
    },
  );

  it('without date or supply is none', () => {
    expect(fromOf(dispense({}))).toEqual([]);
    expect(fromOf(dispense({ whenHandedOver: '2026-11-01', daysSupply: undefined }))).toEqual([]);
  });

  it.each([
    ['an unreadable date', { whenHandedOver: 'last week' }],
    ['a supply beyond the calendar', { whenHandedOver: '2026-11-01', daysSupply: { value: 1e12 } }],
  ])('with %s takes no other exposure down', (_, elements) => {
    expect(fromOf(dispense(elements), order('ibuprofen'))).toEqual(['active']);
  });
});

describe('drafts', () => {
  const draft = (drug: Parameters<typeof order>[0], elements: object = {}) =>
    order(drug, { id: `draft-${drug}`, status: 'draft', ...elements });
  const exposed = (chart: Parameters<typeof recordOf>[0], drafts: Parameters<typeof recordOf>[0]) =>
    recordOf(chart, { drafts }).exposures.map(({ from, ingredient }) => `${from} ${ingredient.name}`);

  it('come first, with the day they were written', () => {
    const record = recordOf([order('warfarin')], { drafts: [draft('ibuprofen', { authoredOn: '2026-11-21' })] });
    expect(record.exposures).toMatchObject([
      { from: 'draft', ingredient: { name: 'ibuprofen' }, start: '2026-11-21' },
      { from: 'active', ingredient: { name: 'warfarin' } },
    ]);
  });

  it('stand in for the order of the chart that they change, whose drug still acts for a while', () => {
    expect(exposed([order('warfarin')], [draft('ibuprofen', { id: 'warfarin' })])).toEqual([
      'draft ibuprofen',
      'recent warfarin',
    ]);
    expect(
      recordOf([order('warfarin')], { drafts: [draft('ibuprofen', { id: 'warfarin' })] }).exposures[1],
    ).toMatchObject({
      stop: '2026-11-21T15:00:00.000Z',
      stopIs: 'assumed',
    });
  });

  it('of the same drug are its change of dose or renewal: what they replace is gone, with its copies', () => {
    const dispense = resource('MedicationDispense', {
      id: 'd',
      status: 'completed',
      medicationCodeableConcept: concept('warfarin'),
      daysSupply: { value: 30 },
      whenHandedOver: '2026-11-01',
      authorizingPrescription: [{ reference: 'MedicationRequest/warfarin' }],
    });
    expect(exposed([order('warfarin'), dispense], [draft('warfarin', { id: 'warfarin' })])).toEqual(['draft warfarin']);
  });

  it('stand in for the order that they name as prior prescription, however it is referred to', () => {
    for (const reference of ['MedicationRequest/warfarin', 'https://ehr.example/fhir/MedicationRequest/warfarin'])
      expect(exposed([order('warfarin')], [draft('ibuprofen', { priorPrescription: { reference } })])).toEqual([
        'draft ibuprofen',
        'recent warfarin',
      ]);
  });

  it.each([
    ['cancelled', { status: 'cancelled' }],
    ['stopped', { status: 'stopped' }],
    ['completed', { status: 'completed' }],
    ['not to be done', { doNotPerform: true }],
  ])('that are %s stop the order of the chart, whose drug was taken until now', (_, elements) => {
    expect(
      exposed([order('warfarin'), order('ibuprofen')], [draft('warfarin', { id: 'warfarin', ...elements })]),
    ).toEqual(['recent warfarin', 'active ibuprofen']);
  });

  it('that are entered in error take the order out of the chart', () => {
    const mistaken = draft('warfarin', { id: 'warfarin', status: 'entered-in-error' });
    expect(exposed([order('warfarin'), order('ibuprofen')], [mistaken])).toEqual(['active ibuprofen']);
  });

  it('without id replace nothing, not even an order without id', () => {
    expect(exposed([order('warfarin', { id: undefined })], [draft('ibuprofen', { id: undefined })])).toEqual([
      'draft ibuprofen',
      'active warfarin',
    ]);
  });

  it('of other types are no exposure', () => {
    expect(exposed([], [resource('ServiceRequest', { id: 's', status: 'draft' })])).toEqual([]);
  });
});

describe('an exposure', () => {
  it('is one for each ingredient of a combination, of the same product', () => {
    expect(exposuresOf(order('naproxenEsomeprazole'))).toMatchObject([
      { product: { code: '994008' }, ingredient: { code: '7258', name: 'naproxen' } },
      { product: { code: '994008' }, ingredient: { code: '283742', name: 'esomeprazole' } },
    ]);
  });

  it('has the name that the chart has, and the product’s own beside it', () => {
    const medicationCodeableConcept = { ...concept('warfarin'), text: 'Coumadin 5' };
    expect(exposuresOf(order('warfarin', { medicationCodeableConcept }))).toMatchObject([
      { name: 'Coumadin 5', product: { name: 'warfarin sodium 5 MG Oral Tablet' } },
    ]);
  });

  it('takes its route from the dose form before the dosage', () => {
    const dosageInstruction = [{ route: { text: 'oral' } }];
    expect(exposuresOf(order('diclofenacGel', { dosageInstruction }))[0]?.route).toBe('local');
    expect(exposuresOf(order('ketorolacDrops'))[0]?.route).toBe('ophthalmic');
  });

  it.each([
    ['text', { text: 'by mouth' }, 'systemic'],
    ['the display of a coding', { coding: [{ code: '6064005', display: 'Topical route' }] }, 'local'],
    ['nothing but a code', { coding: [{ code: '26643006' }] }, 'unknown'],
  ])('without dose form takes its route from the dosage: %s', (_, route, expected) => {
    const medicationCodeableConcept = { text: 'diclofenac' };
    expect(
      exposuresOf(order('diclofenacGel', { medicationCodeableConcept, dosageInstruction: [{}, { route }] }))[0]?.route,
    ).toBe(expected);
  });

  it.each([
    ['the form of the product', {}, 'topical'],
    ['the words of the order’s route before that', { route: { text: 'by mouth' } }, 'oral'],
    ['the code of the route', { route: { coding: [{ code: '16857009' }] } }, 'vaginal'],
    ['the display of a code that is not known', { route: { coding: [{ code: '1', display: 'Rectal' }] } }, 'rectal'],
    ['not the directions, where the form tells it', { text: 'by mouth' }, 'topical'],
  ])('takes its way from %s', (_, dosage, way) => {
    expect(exposuresOf(order('diclofenacGel', { dosageInstruction: [{}, dosage] }))[0]?.way).toBe(way);
  });

  it('takes its way from what the chart calls the drug, else from the directions', () => {
    const wayOf = (text: string, dosage: object = {}) =>
      exposuresOf(order('ibuprofen', { medicationCodeableConcept: { text }, dosageInstruction: [dosage] }))[0]?.way;
    expect(wayOf('diclofenac patch')).toBe('transdermal');
    expect(wayOf('diclofenac', { text: 'one tablet daily' })).toBe('oral');
    expect(wayOf('diclofenac')).toBeUndefined();
  });

  it('is as needed when any dosage says so', () => {
    expect(exposuresOf(order('ibuprofen', { dosageInstruction: [{}, { asNeededBoolean: true }] }))[0]?.prn).toBe(true);
    expect(
      exposuresOf(order('ibuprofen', { dosageInstruction: [{ asNeededCodeableConcept: { text: 'pain' } }] }))[0]?.prn,
    ).toBe(true);
    expect(exposuresOf(order('ibuprofen', { dosageInstruction: [{ asNeededBoolean: false }] }))[0]?.prn).toBe(false);
    expect(exposuresOf(order('ibuprofen'))[0]?.prn).toBe(false);
  });

  it.each([
    [{ text: 'Take 1 tablet every 6 hours as needed for pain' }, true],
    [{ patientInstruction: '1 tab PRN' }, true],
    [{ text: 'one tablet p.r.n. headache' }, true],
    [{ text: 'Take 1 tablet', patientInstruction: 'if needed' }, true],
    [{ text: 'Take 1 tablet as needed, do not exceed 3 tablets a day' }, true],
    [{ text: 'Do not crush. Take 1 tablet as needed' }, true],
    [{ text: 'Take 1 tablet daily, not as needed' }, false],
    [{ text: 'Take daily. Not to be taken as needed.' }, false],
    [{ text: 'Scheduled, not PRN' }, false],
    [{ text: 'Take 1 tablet daily, adjust the dose as needed' }, false],
    [{ text: 'Take 1 tablet daily' }, false],
    [{ text: null }, false],
  ])('is as needed where the directions say so: %j', (dosage, prn) => {
    expect(exposuresOf(order('ibuprofen', { dosageInstruction: [dosage] }))[0]?.prn).toBe(prn);
  });

  it.each([
    ['inpatient', 'inpatient'],
    ['outpatient', 'outpatient'],
    ['community', 'outpatient'],
    ['discharge', 'outpatient'],
    ['other', 'unknown'],
  ])('of category %s is %s', (code, setting) => {
    expect(exposuresOf(order('warfarin', { category: [{ coding: [{ code }] }] }))[0]?.setting).toBe(setting);
  });

  it('reads one category where the list should be, and is of unknown setting without any', () => {
    expect(exposuresOf(order('warfarin', { category: { coding: [{ code: 'inpatient' }] } }))[0]?.setting).toBe(
      'inpatient',
    );
    expect(exposuresOf(order('warfarin'))[0]?.setting).toBe('unknown');
  });
});

describe('a JSON null counts as absent', () => {
  it.each([
    ['MedicationRequest', { status: 'active', intent: 'order', authoredOn: null, ...bounds() }],
    ['MedicationRequest', { status: 'active', intent: 'order', dosageInstruction: null, category: null }],
    ['MedicationRequest', { status: 'stopped', intent: 'order', dosageInstruction: [null], category: [null] }],
    ['MedicationRequest', { status: 'active', intent: 'order', category: [{ coding: [null] }, { coding: null }] }],
    [
      'MedicationRequest',
      {
        status: 'completed',
        intent: 'order',
        dosageInstruction: [{ timing: { repeat: { boundsPeriod: { end: null } } } }],
      },
    ],
    ['MedicationStatement', { status: 'active', effectiveDateTime: null, effectivePeriod: null }],
    ['MedicationStatement', { status: 'completed', effectivePeriod: { start: null, end: null } }],
    ['MedicationAdministration', { status: 'in-progress', effectiveDateTime: null, dosage: null }],
  ] as const)('in the dates, dosages and categories of a %s: %j', (resourceType, elements) => {
    const [exposure, ...others] = exposuresOf(
      resource(resourceType, { id: 'x', medicationCodeableConcept: concept('warfarin'), ...elements }),
    );
    expect(others).toEqual([]);
    expect(exposure).toMatchObject({ setting: 'unknown', prn: false });
    expect(exposure).not.toHaveProperty('start');
    expect(exposure).not.toHaveProperty('stop');
  });

  it.each([
    ['MedicationAdministration', { status: 'completed', effectiveDateTime: null }],
    ['MedicationDispense', { status: 'completed', whenHandedOver: null, daysSupply: { value: 30 } }],
    ['MedicationDispense', { status: 'completed', whenHandedOver: '2026-11-21', daysSupply: { value: null } }],
    ['MedicationDispense', { status: 'completed', whenHandedOver: '2026-11-21', daysSupply: null }],
    ['MedicationRequest', { status: 'active', intent: 'plan', reportedReference: null }],
  ] as const)('so that a %s of %j is no exposure', (resourceType, elements) => {
    expect(
      fromOf(resource(resourceType, { id: 'x', medicationCodeableConcept: concept('warfarin'), ...elements })),
    ).toEqual([]);
  });

  it('in the id of a draft and of an order, which are not the same for that', () => {
    const nameless = (drug: Parameters<typeof order>[0]) => order(drug, { id: null, priorPrescription: null });
    expect(recordOf([nameless('warfarin')], { drafts: [nameless('ibuprofen')] }).exposures).toHaveLength(2);
  });

  it.each([
    ['null among the codings', { coding: [null, { display: 'Topical route' }] }],
    ['one coding where the list should be', { coding: { display: 'Topical route' } }],
    ['null for the words', { text: null, coding: [{ display: null }, { display: 'Topical route' }] }],
  ])('in a route: %s', (_, route) => {
    const medicationCodeableConcept = { text: 'diclofenac' };
    expect(
      exposuresOf(order('diclofenacGel', { medicationCodeableConcept, dosageInstruction: [null, { route }] }))[0]
        ?.route,
    ).toBe('local');
  });
});

it('names an unresolved drug of the chart only when it would be an exposure', () => {
  const unknown = { medicationCodeableConcept: { text: 'Gooseberry tincture' } };
  expect(recordOf([order('warfarin', { ...unknown, status: 'cancelled' })]).unresolvedMedications).toEqual([]);
  expect(recordOf([order('warfarin', unknown)]).unresolvedMedications).toMatchObject([
    { name: 'Gooseberry tincture', from: 'active' },
  ]);
});

describe('records of one therapy', () => {
  const statement = (elements: object = {}) =>
    resource('MedicationStatement', {
      id: 's',
      status: 'active',
      medicationCodeableConcept: { text: 'warfarin' },
      ...elements,
    });
  const dispense = (elements: object = {}) =>
    resource('MedicationDispense', {
      id: 'd',
      status: 'completed',
      medicationCodeableConcept: concept('warfarin'),
      daysSupply: { value: 30 },
      whenHandedOver: '2026-11-01',
      ...elements,
    });
  const told = (...chart: Parameters<typeof recordOf>[0]) =>
    exposuresOf(...chart).map(
      ({ from, resource: { id }, copies }) => `${from} ${[id, ...copies.map((copy) => copy.id)].join('+')}`,
    );
  const authorised = { authorizingPrescription: [{ reference: 'MedicationRequest/warfarin' }] };
  const warfarin1 = { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '855288' }] };

  it('are one exposure, for which the order speaks', () => {
    expect(told(dispense(authorised), order('warfarin'), statement())).toEqual(['active warfarin+d+s']);
    expect(told(statement(), dispense())).toEqual(['active d+s']);
  });

  it.each([
    ['two orders', [order('warfarin'), order('warfarin', { id: 'second' })]],
    ['two strengths', [order('warfarin'), dispense({ medicationCodeableConcept: warfarin1 })]],
    [
      'two settings',
      [
        order('warfarin', { category: [{ coding: [{ code: 'outpatient' }] }] }),
        dispense({ category: { coding: [{ code: 'inpatient' }] } }),
      ],
    ],
    [
      'two routes',
      [order('ketorolacDrops'), statement({ medicationCodeableConcept: { text: 'ketorolac 10 mg tablet' } })],
    ],
    ['two drugs', [order('warfarin'), statement({ medicationCodeableConcept: { text: 'ibuprofen' } })]],
    ['what was taken once and what is taken now', [order('warfarin'), dispense({ whenHandedOver: '2025-01-01' })]],
  ])('are not %s', (_, chart) => {
    expect(told(...chart)).toHaveLength(2);
  });

  it('are an order and its renewal, for which the renewal speaks', () => {
    const renewal = order('warfarin', {
      id: 'renewal',
      priorPrescription: { reference: 'MedicationRequest/warfarin' },
    });
    expect(told(order('warfarin'), renewal)).toEqual(['active renewal+warfarin']);
    expect(told(order('warfarin', { status: 'completed' }), renewal)).toEqual(['active renewal+warfarin']);
  });

  it.each([
    ['stopped', 'recent'],
    ['on-hold', 'held'],
  ])('whose order is %s are so, though the supply lasts', (status, from) => {
    expect(told(order('warfarin', { status }), dispense(authorised))).toEqual([`${from} warfarin+d`]);
  });

  it('whose order is completed are active as long as the supply lasts', () => {
    expect(told(order('warfarin', { status: 'completed' }), dispense(authorised))).toEqual(['active d+warfarin']);
  });

  it('that the patient still takes are reported, though the order was stopped', () => {
    const derivedFrom = [{ reference: 'MedicationRequest/warfarin' }];
    expect(told(order('warfarin', { status: 'stopped' }), statement({ derivedFrom }))).toEqual(['reported s+warfarin']);
  });

  it('take from each other what one of them lacks', () => {
    const sig = { dosage: [{ text: 'Take 1 tablet by mouth daily' }], effectivePeriod: { start: '2025-02-03' } };
    expect(exposuresOf(order('warfarin', { authoredOn: '2026-10-01' }), statement(sig))).toMatchObject([
      {
        start: '2025-02-03',
        startIs: 'known',
        strength: { value: 5, unit: 'mg' },
        dailyDose: { value: 5, unit: 'mg' },
        form: 'Oral Tablet',
        route: 'systemic',
      },
    ]);
  });
});

describe('an order ends', () => {
  const supply = (value: number, unit: string, elements: object = {}) => ({
    dispenseRequest: { expectedSupplyDuration: { value, unit }, ...elements },
  });
  const course = (...lengths: readonly (number | undefined)[]) => ({
    dosageInstruction: lengths.map((value, i) => ({
      sequence: i + 1,
      timing: { repeat: value === undefined ? {} : { boundsDuration: { value, code: 'd' } } },
    })),
  });
  const year = { dispenseRequest: { validityPeriod: { end: '2027-11-01' } } };

  it.each([
    ['when its dosage says', { ...bounds('2026-12-01'), ...supply(30, 'd') }, '2026-12-01', 'known'],
    ['after the length of its dosage', { ...course(10), ...supply(30, 'd') }, '2026-11-30', 'assumed'],
    ['after the lengths of dosages that follow each other', course(10, 5), '2026-12-05', 'assumed'],
    [
      'by its supply where a dosage has no length',
      { ...course(10, undefined), ...supply(30, 'd') },
      '2026-12-20',
      'assumed',
    ],
    ['when its supply does', supply(2, 'weeks'), '2026-12-04', 'assumed'],
    [
      'when its supply does with all refills',
      supply(1, 'month', { numberOfRepeatsAllowed: 2 }),
      '2027-02-18',
      'assumed',
    ],
    ['when nothing more is dispensed', year, '2027-11-01', 'assumed'],
    [
      'when nothing more is dispensed, where the supply cannot be read',
      supply(1, 'bottle', year.dispenseRequest),
      '2027-11-01',
      'assumed',
    ],
    ['on no day that is told', {}, undefined, undefined],
  ])('%s, whether it is a draft or active', (_, elements, stop, stopIs) => {
    const written = { authoredOn: '2026-11-20', ...elements };
    const draft = order('warfarin', { ...written, status: 'draft' });
    for (const exposure of [
      recordOf([], { drafts: [draft] }).exposures[0],
      recordOf([order('warfarin', written)]).exposures[0],
    ])
      expect([exposure?.stop, exposure?.stopIs]).toEqual([stop, stopIs]);
  });

  it('so long after now where the draft does not say when it was written', () => {
    const draft = order('warfarin', { status: 'draft', authoredOn: undefined, ...supply(7, 'd') });
    expect(recordOf([], { drafts: [draft] }).exposures[0]).toMatchObject({ stop: '2026-11-28T15:00:00.000Z' });
    expect(exposuresOf(order('warfarin', { authoredOn: undefined, ...supply(7, 'd') }))[0]).not.toHaveProperty('stop');
  });

  it('and stays active after an end that is only assumed', () => {
    expect(exposuresOf(order('warfarin', { authoredOn: '2026-01-01', ...supply(30, 'd') }))).toMatchObject([
      { from: 'active', stop: '2026-01-31', stopIs: 'assumed' },
    ]);
  });

  it('and was over on a day that is not told where it was stopped', () => {
    expect(
      exposuresOf(order('warfarin', { status: 'stopped', authoredOn: '2026-11-01', ...supply(90, 'd') }))[0],
    ).not.toHaveProperty('stop');
  });
});

describe('a date is known or assumed', () => {
  it.each([
    ['known where the dosage has a period', { authoredOn: '2026-02-02', ...bounds('2026-12-24') }, 'known', 'known'],
    ['assumed from when the order was written', { authoredOn: '2026-02-02' }, 'assumed', undefined],
    ['neither where nothing is dated', {}, undefined, undefined],
  ])('%s', (_, elements, startIs, stopIs) => {
    const [exposure] = exposuresOf(order('warfarin', elements));
    expect([exposure?.startIs, exposure?.stopIs]).toEqual([startIs, stopIs]);
  });
});
