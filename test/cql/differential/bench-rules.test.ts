import { codeSystems } from '../../../src/terminology/systems.ts';
import type { Beginning } from './generate.ts';
import { describeAgreement } from './suite.ts';
import { benchTarget } from './targets.ts';

const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
const millimetres = (value: number) => ({ value, unit: 'mm[Hg]', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' });

const observation = (code: string, effectiveDateTime: string, elements: object) => ({
  resourceType: 'Observation',
  status: 'final',
  code: coded(codeSystems.LOINC, code),
  effectiveDateTime,
  ...elements,
});

const active = coded(codeSystems.CONDITION_CLINICAL, 'active');

const pressure = (day: string, systolic: number, diastolic: number) =>
  observation('85354-9', day, {
    component: [
      { code: coded(codeSystems.LOINC, '8480-6'), valueQuantity: millimetres(systolic) },
      { code: coded(codeSystems.LOINC, '8462-4'), valueQuantity: millimetres(diastolic) },
    ],
  });

const filtration = (day: string, value: number) =>
  observation('33914-3', day, { valueQuantity: { value, unit: 'mL/min/{1.73_m2}' } });

const smoking = (day: string, code: string) =>
  observation('72166-2', day, { valueCodeableConcept: coded(codeSystems.SNOMED, code) });

/** What chance seldom brings together. */
const cases: readonly Beginning[] = [
  {
    name: 'high blood pressure on two days',
    record: [
      {
        resourceType: 'Condition',
        clinicalStatus: active,
        code: coded(codeSystems.ICD10CM, 'I10'),
      },
      pressure('2026-10-01T09:00:00-05:00', 152, 88),
      pressure('2026-10-20T23:50:00Z', 138, 95),
    ],
  },
  { name: 'two low filtration rates', record: [filtration('2026-05-01', 52), filtration('2026-10-01', 31)] },
  {
    name: 'diabetes that is treated, and poorly controlled',
    record: [
      { resourceType: 'Condition', clinicalStatus: active, code: coded(codeSystems.ICD10CM, 'E11.9') },
      {
        resourceType: 'MedicationRequest',
        status: 'active',
        intent: 'order',
        authoredOn: '2026-09-01',
        medicationCodeableConcept: coded(codeSystems.RXNORM, '860975'),
      },
      observation('4548-4', '2026-10-01T09:00:00-05:00', {
        valueQuantity: { value: 9.5, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
      }),
    ],
  },
  {
    name: 'a depression screen that was followed up',
    record: [
      observation('44261-6', '2026-06-01T09:00:00-05:00', { valueInteger: 15 }),
      {
        resourceType: 'Procedure',
        status: 'completed',
        code: coded(codeSystems.SNOMED, '108313002'),
        performedDateTime: '2026-06-20',
      },
    ],
  },
  {
    name: 'one who has quit smoking',
    record: [smoking('2020-01-05', '449868002'), smoking('2026-01-05', '8517006')],
  },
].map((each) => ({ ...each, now: '2026-11-21T10:00:00-05:00', patient: { birthDate: '1960-05-17' }, drafts: [] }));

const target = await benchTarget();

await describeAgreement({ ...target, cases }, 0.5);
