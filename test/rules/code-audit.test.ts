import type { FhirResource } from 'fhir/r4.js';
import { afterAll, describe, expect, it } from 'vitest';
import { createCodeAudit } from '../../src/rules/code-audit.ts';
import { loadVocabulary } from '../../src/rules/vocabulary.ts';
import { makeRules, removeMadeRules } from '../support/made-rules.ts';

afterAll(removeMadeRules);

const local = 'http://clinic.example/codes';
const rxnorm = 'http://www.nlm.nih.gov/research/umls/rxnorm';

const condition = (...coding: readonly object[]) => ({ resourceType: 'Condition', code: { coding } });
const localUlcer = condition({ system: local, code: 'U1', display: 'Gastric ulcer, chronic' });

const report = async (resources: readonly (readonly [resource: object, patient?: string])[]) => {
  const { vocabulary } = await loadVocabulary(makeRules([]));
  const audit = createCodeAudit(vocabulary);
  for (const [resource, patient] of resources) audit.add(resource as FhirResource, patient);
  return audit.report();
};

describe('the audit of codes', () => {
  it('ranks codes that nothing knows by how often they stand there, and counts patients', async () => {
    const other = condition({ system: local, code: 'U2', display: 'Cough' });
    const { types, unknown } = await report([
      [other, 'a'],
      [localUlcer, 'a'],
      [localUlcer, 'a'],
      [localUlcer, 'b'],
    ]);
    expect(types).toEqual([{ resourceType: 'Condition', concepts: 4, known: 0, withoutCode: 0 }]);
    expect(unknown).toMatchObject([
      {
        resourceType: 'Condition',
        system: local,
        systemKnown: false,
        uses: 4,
        codes: [
          { code: 'U1', display: 'Gastric ulcer, chronic', count: 3, patients: 2 },
          { code: 'U2', display: 'Cough', count: 1, patients: 1, suggestions: [] },
        ],
      },
    ]);
  });

  it('suggests value sets whose names share words, and says which', async () => {
    const { unknown } = await report([[localUlcer]]);
    expect(unknown[0]?.codes[0]?.suggestions).toEqual([
      { valueSet: 'ulcer', words: ['gastric', 'ulcer'], inTitle: true },
    ]);
  });

  it('leaves out a concept that has a known code beside the local one', async () => {
    const { types, unknown } = await report([
      [condition({ system: local, code: 'U1' }, { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'K25.0' })],
      [condition({ system: 'urn:oid:2.16.840.1.113883.6.90', code: 'K25.0' })],
    ]);
    expect(unknown).toEqual([]);
    expect(types).toMatchObject([{ concepts: 2, known: 2 }]);
  });

  it('knows the drugs of the medication table, and says what the name of another one stands for', async () => {
    const order = (code: string, display: string) => ({
      resourceType: 'MedicationRequest',
      medicationCodeableConcept: { coding: [{ system: code.startsWith('L') ? local : rxnorm, code, display }] },
    });
    const { unknown } = await report([
      [order('855332', 'warfarin sodium 5 MG Oral Tablet')],
      [order('L1', 'Ibuprofen 600 MG Oral Tablet')],
      [order('L2', 'Quietol')],
    ]);
    expect(unknown.flatMap(({ codes }) => codes)).toMatchObject([
      { code: 'L1', resolvesTo: 'ibuprofen' },
      { code: 'L2', suggestions: [] },
    ]);
    expect(unknown[0]?.codes[1]).not.toHaveProperty('resolvesTo');
  });

  it('says which value set has a code of the very same name', async () => {
    const { unknown } = await report([[condition({ system: local, code: 'U3', display: 'acute gastric ulcer' })]]);
    expect(unknown[0]?.codes[0]).toMatchObject({ resolvesTo: 'ulcer' });
  });

  it('reads a contained Medication where it is used, and counts one that is referred to on its own', async () => {
    const medication = { resourceType: 'Medication', id: 'm', code: { coding: [{ system: local, code: 'L3' }] } };
    const { types } = await report([
      [{ resourceType: 'MedicationRequest', contained: [medication], medicationReference: { reference: '#m' } }],
      [{ resourceType: 'MedicationRequest', medicationReference: { reference: 'Medication/m', display: 'L' } }],
      [medication],
    ]);
    expect(types).toMatchObject([
      { resourceType: 'Medication', concepts: 1 },
      { resourceType: 'MedicationRequest', concepts: 1 },
    ]);
  });

  it('shows words beside a code only when two patients have them, and words without a code never', async () => {
    const text = (words: string, coding: readonly object[]) => ({
      resourceType: 'Condition',
      code: { coding, text: words },
    });
    const code = [{ system: local, code: 'U4' }];
    const { types, unknown } = await report([
      [text('Rash after a walk with Canaryname', code), 'a'],
      [text('Sleepless since Canaryname left', []), 'a'],
    ]);
    expect(JSON.stringify(unknown)).not.toContain('Canaryname');
    expect(types).toMatchObject([{ withoutCode: 1 }]);
    const shared = await report([
      [text('Rash', code), 'a'],
      [text('Rash', code), 'b'],
    ]);
    expect(shared.unknown[0]?.codes[0]?.display).toBe('Rash');
  });

  it('writes a name on one line', async () => {
    const { unknown } = await report([
      [condition({ system: local, code: 'U5', display: ' Gastric\u001b[2J\n ulcer ' })],
    ]);
    expect(unknown[0]?.codes[0]?.display).toBe('Gastric [2J ulcer');
  });

  it.each([
    ['no concept', { resourceType: 'Condition' }],
    ['null among the codings', condition(null as unknown as object)],
    ['one object where the list should be', { resourceType: 'Condition', code: { coding: { code: 'x' } } }],
    ['a text where the concept should be', { resourceType: 'Condition', code: 'ulcer' }],
    ['a name that is no text', condition({ system: local, code: 'x', display: 7 })],
    ['a type that has no code', { resourceType: 'Patient' }],
  ])('bears %s', async (_, resource) => {
    await expect(report([[resource]])).resolves.toBeDefined();
  });
});
