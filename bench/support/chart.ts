import type { FhirResource } from 'fhir/r4.js';
import { codeSystems } from '../../src/terminology/systems.ts';
import { madeValueSets } from '../rules/value-sets.ts';
import { createRandom } from './record.ts';

/** The moment of the bench, in the zone whose offset the records have. */
export const benchNow = new Date('2026-11-21T10:00:00-05:00');
export const benchZone = 'Etc/GMT+5';

/** The id of every patient of the bench. */
export const benchPatient = 'bench';

const { LOINC, RXNORM, SNOMED, ICD10CM, CVX } = codeSystems;

/** Codes of every day that no rule of the bench asks for. */
const otherLabs = '2345-7 718-7 6690-2 2160-0 2823-3 2951-2 2075-0 2028-9 3094-0 17861-6 1975-2 1742-6 1920-8'.split(
  ' ',
);
const otherProblems = 'M54.50 J45.909 E78.5 K21.9 F41.9 G47.33 N39.0 J06.9 M17.11 E03.9'.split(' ');
const otherProcedures = '430193006 428191000124101 117015009 763302001 171207006 710824005'.split(' ');
const otherDrugs = '198440 198051 312615 308416 197591 312961'.split(' ');
/** RxNorm codes of the products that the records hold. */
export const benchDrugs: readonly string[] = [
  ...otherDrugs,
  ...Object.values(madeValueSets).flatMap(({ system, used }) => (system === RXNORM ? [...used] : [])),
];
const answers = ['449868002', '428041000124106', '8517006', '266919005'] as const;

/**
 * One patient (the first resource) and their chart of `count` resources of about 790 bytes, such that every rule of the
 * bench finds something: the same for the same seed. All moments have the offset of the clinic.
 */
export const generateChart = (patientId: string, count: number, seed = 1): readonly FhirResource[] => {
  const random = createRandom(seed * 7919 + count);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const usually = <T>(value: T, ...others: readonly T[]): T => (random() < 0.9 ? value : pick(others));
  type Id = keyof typeof madeValueSets;
  /** What this patient has none of, so that answers differ from patient to patient. */
  const absent = new Set((Object.keys(madeValueSets) as Id[]).filter(() => random() < 0.4));
  /** A code of one of the value sets, or one that none has, `odds` of ten times. */
  const oneOf = (odds: number, ids: readonly Id[], others: readonly string[]) => {
    const id = pick(ids);
    return random() < odds / 10 && !absent.has(id) ? pick(madeValueSets[id].used) : pick(others);
  };
  const date = () => new Date(Date.UTC(2014, 0, 1) + below(4706) * 86_400_000).toISOString().slice(0, 10);
  const moment = () => `${date()}T${pad(7 + below(11))}:${pad(below(60))}:${pad(below(60))}-05:00`;

  const observation = (common: object): object => {
    const kind = random();
    const base = {
      resourceType: 'Observation',
      ...common,
      status: usually('final', 'amended', 'corrected', 'preliminary', 'entered-in-error'),
      category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory', 'Laboratory')],
    };
    const when = random() < 0.95 ? { effectiveDateTime: moment() } : { effectivePeriod: { start: moment() } };
    if (kind < 0.15)
      return {
        ...base,
        code: concept(LOINC, pick(madeValueSets['blood-pressure'].used), 'Blood pressure panel'),
        ...when,
        component: [
          { code: concept(LOINC, '8480-6', 'Systolic'), valueQuantity: quantity(100 + below(60), 'mm[Hg]') },
          { code: concept(LOINC, '8462-4', 'Diastolic'), valueQuantity: quantity(60 + below(40), 'mm[Hg]') },
        ],
      };
    if (kind < 0.19) {
      const answer = pick(answers);
      return {
        ...base,
        code: concept(LOINC, '72166-2', 'Tobacco smoking status'),
        ...when,
        valueCodeableConcept: concept(SNOMED, answer, `Answer ${answer}`),
      };
    }
    if (kind < 0.23)
      return {
        ...base,
        code: concept(LOINC, pick(madeValueSets['depression-screen'].used), 'PHQ-9 total score'),
        ...when,
        valueInteger: below(28),
      };
    const code = oneOf(2, ['hba1c', 'ldl', 'egfr', 'stool-blood-test', 'stool-dna-test'], otherLabs);
    const [unit, value] = /^(4548-4|17856-6)$/.test(code)
      ? ['%', (45 + below(80)) / 10]
      : /^(33914-3|98979-8)$/.test(code)
        ? ['mL/min/{1.73_m2}', 10 + below(100)]
        : ['mg/dL', 40 + below(200)];
    return {
      ...base,
      code: concept(LOINC, code, 'Laboratory test'),
      ...when,
      performer: [{ reference: 'Practitioner/1', display: 'A. Clinician' }],
      ...(random() < 0.97 && {
        valueQuantity: { ...quantity(value as number, unit as string), ...(random() < 0.02 && { comparator: '<' }) },
      }),
    };
  };

  const condition = (common: object): object => ({
    resourceType: 'Condition',
    ...common,
    clinicalStatus: concept(
      'http://terminology.hl7.org/CodeSystem/condition-clinical',
      usually('active', 'resolved', 'recurrence', 'inactive'),
      'Clinical status',
    ),
    verificationStatus: concept(
      'http://terminology.hl7.org/CodeSystem/condition-ver-status',
      usually('confirmed', 'refuted', 'provisional'),
      'Verification status',
    ),
    category: [
      concept('http://terminology.hl7.org/CodeSystem/condition-category', 'problem-list-item', 'Problem List Item'),
    ],
    code: concept(
      ICD10CM,
      oneOf(
        2,
        random() < 0.02
          ? ['colorectal-cancer']
          : ['diabetes', 'hypertension', 'atherosclerotic-disease', 'chronic-kidney-disease'],
        otherProblems,
      ),
      'Problem',
    ),
    ...(random() < 0.6 && { onsetDateTime: date() }),
    recordedDate: date(),
  });

  const procedure = (common: object): object => ({
    resourceType: 'Procedure',
    ...common,
    status: usually('completed', 'not-done', 'in-progress'),
    code: concept(
      SNOMED,
      oneOf(
        2,
        random() < 0.02
          ? ['total-colectomy']
          : ['colonoscopy', 'influenza-vaccination', 'depression-follow-up', 'dxa-scan'],
        otherProcedures,
      ),
      'Procedure',
    ),
    ...(random() < 0.7
      ? { performedDateTime: moment() }
      : {
          performedPeriod: {
            start: moment(),
            ...(random() < 0.5 && { end: moment() }),
          },
        }),
    performer: [{ actor: { reference: 'Practitioner/1', display: 'A. Clinician' } }],
    note: [{ text: 'Done without complications; the patient was told of the result on the same day.' }],
  });

  const medicationRequest = (common: object): object => {
    const drug = concept(
      RXNORM,
      oneOf(5, ['diabetes-medication', 'antihypertensive', 'statin', 'anticoagulant', 'nsaid'], otherDrugs),
      'Oral tablet',
    );
    const day = date();
    return {
      resourceType: 'MedicationRequest',
      ...common,
      status: usually('active', 'completed', 'stopped', 'cancelled'),
      intent: usually('order', 'plan', 'instance-order'),
      ...(random() < 0.02 && { doNotPerform: true }),
      medicationCodeableConcept: drug,
      authoredOn: `${day}T${pad(7 + below(11))}:${pad(below(60))}:${pad(below(60))}-05:00`,
      dosageInstruction: [
        { text: 'Take one tablet by mouth every day', route: concept(SNOMED, '26643006', 'Oral route') },
      ],
      ...(random() < 0.5 && {
        dispenseRequest: {
          numberOfRepeatsAllowed: 3,
          validityPeriod: {
            start: day,
            end: new Date(Date.parse(day) + (30 + below(300)) * 86_400_000).toISOString().slice(0, 10),
          },
        },
      }),
    };
  };

  const make = (i: number): object => {
    const common = {
      id: `r${i}`,
      meta: {
        versionId: '1',
        lastUpdated: `${date()}T10:00:00.000-05:00`,
      },
      text: {
        status: 'generated',
        div: `<div xmlns="http://www.w3.org/1999/xhtml">Recorded.</div>`,
      },
      subject: { reference: `Patient/${patientId}` },
      encounter: { reference: `Encounter/e${i % 90}`, display: 'Office visit' },
    };
    const { subject, encounter, ...own } = common;
    const kind = random();
    if (kind < 0.55) return observation(common);
    if (kind < 0.64) return condition(common);
    if (kind < 0.74) return procedure(common);
    if (kind < 0.84) return medicationRequest(common);
    if (kind < 0.88)
      return {
        resourceType: 'Immunization',
        ...own,
        status: usually('completed', 'not-done'),
        vaccineCode: concept(CVX, oneOf(4, ['influenza-vaccine'], ['115', '33', '207', '187']), 'Vaccine'),
        patient: subject,
        encounter,
        occurrenceDateTime: moment(),
        primarySource: true,
        lotNumber: `LOT-${1000 + below(9000)}`,
        site: concept('http://terminology.hl7.org/CodeSystem/v3-ActSite', 'LA', 'left arm'),
      };
    if (kind < 0.93)
      return {
        resourceType: 'DiagnosticReport',
        ...common,
        status: usually('final', 'amended', 'preliminary'),
        category: [concept('http://terminology.hl7.org/CodeSystem/v2-0074', 'RAD', 'Radiology')],
        code:
          random() < 0.1
            ? concept(SNOMED, '312681000', 'Bone density scan')
            : concept(LOINC, oneOf(1, ['ct-colonography'], ['58410-2', '24323-8', '57698-3', '24356-8']), 'Report'),
        effectiveDateTime: moment(),
        conclusion: 'No acute finding.',
      };
    const start = moment();
    return {
      resourceType: 'Encounter',
      ...own,
      status: usually('finished', 'cancelled', 'planned'),
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
      type: [concept(SNOMED, oneOf(6, ['office-visit'], ['50849002', '32485007']), 'Encounter')],
      subject,
      period: { start, end: start.replace(/T\d\d/, 'T18') },
      serviceProvider: { reference: 'Organization/1', display: 'Clinic' },
    };
  };

  const patient = {
    resourceType: 'Patient',
    id: patientId,
    gender: random() < 0.5 ? 'female' : 'male',
    birthDate: `${1938 + below(60)}-${pad(1 + below(12))}-${pad(1 + below(28))}`,
  };
  return [patient, ...Array.from({ length: count }, (_, i) => make(i))] as FhirResource[];
};

const concept = (system: string, code: string, display: string) => ({
  coding: [{ system, code, display }],
  text: display,
});
const quantity = (value: number, unit: string) => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit });
const pad = (value: number): string => String(value).padStart(2, '0');
