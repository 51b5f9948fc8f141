import type { BundleEntry, FhirResource, MedicationRequest } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { buildRecord } from '../../src/record/record.ts';
import { createCodeSet } from '../../src/terminology/code-set.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { concept, now, order, recordOf, resource, vocabulary } from '../support/record.ts';

const idsOf = (resources: readonly FhirResource[]) => resources.map(({ id }) => id);

const codeSet = (...codes: readonly (readonly [system: string, code: string])[]) =>
  createCodeSet(codes.map(([system, code]) => ({ system, code })));

const coded = (system: string, code: string, more: object = {}) => ({ code: { coding: [{ system, code }] }, ...more });

describe('buildRecord', () => {
  const build = (entries: readonly BundleEntry[], patientId = 'p') =>
    buildRecord({ source: 'test', patientId, entries, vocabulary, now });

  it('is undefined when the patient is not among the entries', () => {
    expect(build([])).toBeUndefined();
    expect(build([{ resource: resource('Condition', { id: 'c' }) }])).toBeUndefined();
    expect(build([{ resource: { resourceType: 'Patient', id: 'other' } }])).toBeUndefined();
    expect(build([{ resource: { resourceType: 'Patient' } }])).toBeUndefined();
  });

  it('keeps the source, the patient and what the caller could not get', () => {
    const missing = [{ what: 'Condition', types: ['Condition'], reason: 'not supplied' }];
    expect(recordOf([], { missing })).toMatchObject({
      source: 'test',
      patientId: 'p',
      patient: { resourceType: 'Patient', id: 'p' },
      missing,
    });
  });

  it('counts a resource that several prefetch keys bring once', () => {
    const one = resource('Condition', { id: 'c1' });
    const record = recordOf([
      one,
      { ...one },
      resource('Condition', { id: 'c2' }),
      resource('Encounter', { id: 'c1' }),
    ]);
    expect(idsOf(record.ofType('Condition'))).toEqual(['c1', 'c2']);
    expect(idsOf(record.ofType('Encounter'))).toEqual(['c1']);
  });

  it('keeps every resource that has no id', () => {
    expect(recordOf([resource('Condition'), resource('Condition')]).ofType('Condition')).toHaveLength(2);
  });

  it('reads past entries that hold no resource', () => {
    const entries = [{}, { resource: null }, { resource: 'Patient/p' }, { resource: {} }] as never[];
    const record = build([...entries, { resource: { resourceType: 'Patient', id: 'p' } }]);
    expect(record?.patient.id).toBe('p');
  });

  // Defects 4 and 14 of ehr-clients: two patients in one answer.
  describe('drops what is another patient’s, and says so', () => {
    it.each([
      ['by subject', { subject: { reference: 'Patient/q' } }],
      ['by patient', { subject: undefined, patient: { reference: 'Patient/q' } }],
      ['by beneficiary', { subject: undefined, beneficiary: { reference: 'Patient/q' } }],
      ['by an absolute reference', { subject: { reference: 'https://ehr.example/fhir/Patient/q' } }],
      ['by a urn:uuid of no entry', { subject: { reference: 'urn:uuid:q' } }],
      ['because the subject is no patient', { subject: { reference: 'Group/g' } }],
    ])('%s', (_, elements) => {
      const record = recordOf([resource('Condition', { id: 'mine' }), resource('Condition', { id: 'c', ...elements })]);
      expect(idsOf(record.ofType('Condition'))).toEqual(['mine']);
      expect(record.find('Condition/c')).toBeUndefined();
      expect(record.missing).toEqual([
        { what: '1 Condition of another patient', types: [], reason: 'dropped, not evaluated' },
      ]);
    });

    it('and no other patient is among them whom the record names as the same person', () => {
      const link = [{ type: 'replaces', other: { reference: 'Patient/q' } }, { type: 'refer' }];
      const record = recordOf(
        [{ resourceType: 'Patient', id: 'q' }, resource('Condition', { id: 'c', subject: { reference: 'Patient/q' } })],
        { patient: { link } },
      );
      expect(record.missing).toEqual([]);
      expect(idsOf(record.ofType('Condition'))).toEqual(['c']);
      expect(idsOf(record.ofType('Patient'))).toEqual(['p']);
    });

    it('another Patient among them', () => {
      const record = recordOf([{ resourceType: 'Patient', id: 'q' }]);
      expect(idsOf(record.ofType('Patient'))).toEqual(['p']);
      expect(record.missing[0]?.what).toBe('1 Patient of another patient');
    });
  });

  it.each([
    ['relative', 'Patient/p'],
    ['absolute', 'https://ehr.example/fhir/Patient/p'],
    ['versioned', 'Patient/p/_history/4'],
  ])('keeps a resource whose subject is a %s reference to the patient', (_, reference) => {
    expect(recordOf([resource('Condition', { id: 'c', subject: { reference } })]).ofType('Condition')).toHaveLength(1);
  });

  it('keeps what is nobody’s: a Medication, a Practitioner', () => {
    const record = recordOf([
      { resourceType: 'Medication', id: 'm' },
      { resourceType: 'Practitioner', id: 'd' },
    ]);
    expect(record.find('Medication/m')?.id).toBe('m');
    expect(record.ofType('Practitioner')).toHaveLength(1);
  });

  it('keeps the resources of a Bundle whose references are urn:uuid', () => {
    const record = build([
      { fullUrl: 'urn:uuid:p', resource: { resourceType: 'Patient', id: 'p' } },
      { fullUrl: 'urn:uuid:e', resource: resource('Encounter', { id: 'e', subject: { reference: 'urn:uuid:p' } }) },
      {
        fullUrl: 'urn:uuid:c',
        resource: resource('Condition', {
          id: 'c',
          subject: { reference: 'urn:uuid:p' },
          encounter: { reference: 'urn:uuid:e' },
        }),
      },
    ]);
    expect(record?.missing).toEqual([]);
    expect(record?.ofType('Condition')).toMatchObject([
      { subject: { reference: 'Patient/p' }, encounter: { reference: 'Encounter/e' } },
    ]);
    expect(record?.find('urn:uuid:e')?.id).toBe('e');
  });

  it('never writes to what it was given', () => {
    const chart = deepFreeze([
      order('warfarin', { encounter: { reference: 'https://ehr.example/fhir/Encounter/e/_history/1' } }),
      order('ibuprofen', {
        medicationCodeableConcept: undefined,
        contained: [{ resourceType: 'Medication', id: 'm', code: concept('ibuprofen') }],
        medicationReference: { reference: '#m' },
      }),
      resource('Observation', coded(codeSystems.LOINC, '6301-6')),
    ]);
    const record = recordOf(chart, { drafts: deepFreeze([order('naproxen', { status: 'draft' })]) });
    for (const type of ['MedicationRequest', 'Observation']) record.ofType(type);
    record.withCode('Observation', 'code', codeSet([codeSystems.LOINC, '6301-6']));
    expect(record.exposures).toHaveLength(3);
  });
});

describe('medications of the record', () => {
  const rxnorm = (code: string) => codeSet([codeSystems.RXNORM, code]);

  it('carry the codes of their ingredients after those that came', () => {
    const [request] = recordOf([order('naproxenEsomeprazole')]).ofType('MedicationRequest') as MedicationRequest[];
    expect(request?.medicationCodeableConcept?.coding?.map(({ code }) => code)).toEqual(['994008', '7258', '283742']);
  });

  it('are found by the ingredient, drug class and product alike', () => {
    const record = recordOf([order('warfarin'), order('ibuprofen')]);
    expect(idsOf(record.withCode('MedicationRequest', 'medication', rxnorm('5640')))).toEqual(['ibuprofen']);
    expect(idsOf(record.withCode('MedicationRequest', 'medication', rxnorm('855332')))).toEqual(['warfarin']);
  });

  it.each([
    [
      'contained Medication',
      {
        contained: [{ resourceType: 'Medication', id: 'm', code: concept('ibuprofen') }],
        medicationReference: { reference: '#m' },
      },
    ],
    ['Medication of the record', { medicationReference: { reference: 'Medication/m1' } }],
    [
      'Medication at an absolute, versioned reference',
      { medicationReference: { reference: 'https://ehr.example/fhir/Medication/m1/_history/2' } },
    ],
    [
      'display, where the reference leads nowhere',
      { medicationReference: { reference: 'Medication/none', display: 'ibuprofen 600 MG Oral Tablet' } },
    ],
  ])('are read from a %s', (_, elements) => {
    const medication = { resourceType: 'Medication', id: 'm1', code: concept('ibuprofen') } as FhirResource;
    const record = recordOf([medication, order('ibuprofen', { medicationCodeableConcept: undefined, ...elements })]);
    expect(record.withCode('MedicationRequest', 'medication', rxnorm('5640'))).toHaveLength(1);
    expect(record.exposures).toMatchObject([{ ingredient: { code: '5640' } }]);
    expect(record.unresolvedMedications).toEqual([]);
  });

  it('of a draft are read from a Medication of the chart or of the draft orders', () => {
    const draft = (id: string, reference: string) =>
      order('ibuprofen', {
        id,
        status: 'draft',
        medicationCodeableConcept: undefined,
        medicationReference: { reference },
      });
    const medication = (id: string, drug: 'ibuprofen' | 'naproxen') =>
      ({ resourceType: 'Medication', id, code: concept(drug) }) as FhirResource;
    const record = recordOf([medication('m1', 'ibuprofen')], {
      drafts: [draft('d1', 'Medication/m1'), draft('d2', 'Medication/m2'), medication('m2', 'naproxen')],
    });
    expect(record.exposures.map(({ from, ingredient }) => [from, ingredient.name])).toEqual([
      ['draft', 'ibuprofen'],
      ['draft', 'naproxen'],
    ]);
  });

  // Defect 7 of ehr-clients: a medication that cannot be resolved is skipped without a word.
  it('that cannot be resolved are named, drafts apart from the chart’s', () => {
    const nowhere = { medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/none' } };
    const record = recordOf(
      [order('warfarin', nowhere), order('ibuprofen', { medicationCodeableConcept: { text: 'Gooseberry tincture' } })],
      { drafts: [order('naproxen', { id: 'd', status: 'draft', medicationCodeableConcept: { text: 'Dragon root' } })] },
    );
    expect(record.exposures).toEqual([]);
    expect(record.unresolvedMedications).toEqual([
      { name: 'Dragon root', from: 'draft', empty: false },
      { name: 'a medication without code or name', from: 'active', empty: true },
      { name: 'Gooseberry tincture', from: 'active', empty: false },
    ]);
  });

  it.each([
    ['null among the codings', { coding: [null, { code: 'x' }], text: 'ibuprofen' }],
    ['one coding where the list should be', { coding: { system: codeSystems.RXNORM, code: '197806' } }],
  ])('take no answer down with %s', (_, medicationCodeableConcept) => {
    const draft = order('ibuprofen', { status: 'draft', medicationCodeableConcept });
    const record = recordOf([order('ibuprofen', { medicationCodeableConcept })], { drafts: [draft] });
    expect(record.exposures[0]?.ingredient.code).toBe('5640');
    expect(record.withCode('MedicationRequest', 'medication', rxnorm('5640'))).toHaveLength(1);
  });
});

describe('original', () => {
  it('gives a resource as it came', () => {
    const [first, second] = [order('warfarin'), resource('Condition', { id: 'c' })];
    const record = recordOf([first, second]);
    const [request] = record.ofType('MedicationRequest');
    const [condition] = record.ofType('Condition');
    expect(request).not.toBe(first);
    expect(record.original(request as FhirResource)).toBe(first);
    expect(record.original(condition as FhirResource)).toBe(second);
  });

  it('gives a draft as it came', () => {
    const draft = order('ibuprofen', { status: 'draft' });
    const record = recordOf([], { drafts: [draft] });
    expect(record.original(record.drafts[0] as FhirResource)).toBe(draft);
  });
});

describe('find', () => {
  it('gives the same resource as ofType, by any form of its reference', () => {
    const record = recordOf([order('warfarin')]);
    const [request] = record.ofType('MedicationRequest');
    expect(record.find('MedicationRequest/warfarin')).toBe(request);
    expect(record.find('https://ehr.example/fhir/MedicationRequest/warfarin/_history/2')).toBe(request);
    expect(record.find('MedicationRequest/none')).toBeUndefined();
  });
});

describe('withCode', () => {
  const loinc = (id: string, ...codes: readonly string[]) =>
    resource('Observation', { id, code: { coding: codes.map((code) => ({ system: codeSystems.LOINC, code })) } });

  it('keeps the order of the record and gives a resource with two of the codes once', () => {
    const record = recordOf([loinc('c', '3'), loinc('a', '1', '2'), loinc('x', '9'), loinc('b', '2')]);
    const codes = codeSet([codeSystems.LOINC, '2'], [codeSystems.LOINC, '1'], [codeSystems.LOINC, '3']);
    expect(idsOf(record.withCode('Observation', 'code', codes))).toEqual(['c', 'a', 'b']);
  });

  it('is empty for a type, a path or a code that is not there', () => {
    const record = recordOf([loinc('a', '1')]);
    expect(record.withCode('Condition', 'code', codeSet([codeSystems.LOINC, '1']))).toEqual([]);
    expect(record.withCode('Observation', 'category', codeSet([codeSystems.LOINC, '1']))).toEqual([]);
    expect(record.withCode('Observation', 'code', codeSet([codeSystems.LOINC, '2']))).toEqual([]);
    expect(record.withCode('Observation', 'code', codeSet())).toEqual([]);
  });

  it('tells apart the same code of two systems and knows the OIDs of systems', () => {
    const record = recordOf([
      resource('Condition', { id: 'icd', ...coded('urn:oid:2.16.840.1.113883.6.90', 'E11.9') }),
      resource('Condition', { id: 'local', ...coded('urn:local', 'E11.9') }),
    ]);
    expect(idsOf(record.withCode('Condition', 'code', codeSet([codeSystems.ICD10CM, 'E11.9'])))).toEqual(['icd']);
  });

  it.each([
    ['a CodeableConcept', 'Observation', 'code', { code: { coding: [{ system: 's', code: '1' }] } }],
    ['a list of CodeableConcepts', 'Encounter', 'type', { type: [{}, { coding: [{ system: 's', code: '1' }] }] }],
    ['a Coding', 'Encounter', 'class', { class: { system: 's', code: '1' } }],
    [
      'a choice of types',
      'MedicationRequest',
      'medication',
      { medicationCodeableConcept: { coding: [{ system: 's', code: '1' }] } },
    ],
    ['one object where the list should be', 'Encounter', 'type', { type: { coding: [{ system: 's', code: '1' }] } }],
    ['one coding where the list should be', 'Observation', 'code', { code: { coding: { system: 's', code: '1' } } }],
    ['a list with null in it', 'Encounter', 'type', { type: [null, { coding: [null, { system: 's', code: '1' }] }] }],
  ])('reads %s', (_, type, path, elements) => {
    const record = recordOf([resource(type, { id: 'r', ...elements })]);
    expect(idsOf(record.withCode(type, path, codeSet(['s', '1'])))).toEqual(['r']);
  });

  it('gives the same for a short and for a long list of codes', () => {
    const record = recordOf([loinc('a', '1'), loinc('b', '2'), loinc('c', '3')]);
    const long = codeSet(...Array.from({ length: 500 }, (_, i) => [codeSystems.LOINC, `${i + 2}`] as const));
    expect(idsOf(record.withCode('Observation', 'code', long))).toEqual(['b', 'c']);
  });
});
