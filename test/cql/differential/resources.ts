import { codeSystems } from '../../../src/terminology/systems.ts';
import { dosage, medication, type ReferenceTo } from './medication.ts';
import type { Values } from './values.ts';

/** Makes a resource of one type without its id and subject. */
export type MakeResource = (values: Values, refer: ReferenceTo) => object;

const elements = (...parts: readonly object[]): object => Object.assign({}, ...parts);

const verification = (values: Values) => ({
  coding: [
    {
      system: codeSystems.CONDITION_VERIFICATION,
      code: values.mostly(['confirmed', 'confirmed', 'refuted', 'entered-in-error', 'unconfirmed', 'provisional']),
    },
  ],
});

const clinical = (values: Values) => ({
  coding: [
    { system: codeSystems.CONDITION_CLINICAL, code: values.mostly(['active', 'active', 'inactive', 'resolved']) },
  ],
});

const onset = (values: Values): object => {
  const { random, dateTime, period, quantity, words } = values;
  return values.mostly([
    () => ({ onsetDateTime: dateTime() }),
    () => ({ onsetDateTime: dateTime() }),
    () => ({ onsetPeriod: period() }),
    () => ({ onsetAge: { value: random.below(80), unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' } }),
    () => ({ onsetRange: { low: quantity(), high: quantity() } }),
    () => ({ onsetString: words() }),
    () => ({}),
  ])();
};

/** A choice of every kind that the type of an Observation's value allows, those that a library asks for most often. */
const observedValue = (values: Values): object => {
  const { random, material, dateTime, period, quantity, concept, words } = values;
  const kinds: Readonly<Record<string, () => unknown>> = {
    valueQuantity: quantity,
    valueCodeableConcept: () => concept(material.named),
    valueString: () => random.pick([words(), 'Positive', 'Negative', 'not detected', 'normal', '<10', '']),
    valueBoolean: () => random.once(2),
    valueInteger: () => random.pick([...material.numbers, 1]) + random.pick([0, 0, 1, -1, 5]),
    valueRange: () => ({ low: quantity(), high: quantity() }),
    valueRatio: () => ({ numerator: quantity(), denominator: quantity() }),
    valueTime: () => '10:30:00',
    valueDateTime: dateTime,
    valuePeriod: period,
    _valueString: () => ({ extension: [{ url: 'urn:x', valueCode: 'unknown' }] }),
  };
  if (random.once(12)) return {};
  const asked = material.valueKinds.filter((name) => name in kinds);
  const name = random.pick(asked.length === 0 || random.once(4) ? Object.keys(kinds) : asked);
  return { [name]: kinds[name]?.() };
};

/** Those of a panel in order, each with a quantity; now and then one of something else, or without. */
const components = (values: Values): readonly object[] => {
  const { random, material, concept, quantity } = values;
  const panel = material.single.length > 1 && !random.once(4) ? material.single : undefined;
  return panel
    ? panel.map((code) => ({ code: { coding: [code] }, valueQuantity: quantity() }))
    : [0, 1].map(() => ({ code: concept(material.named), ...observedValue(values) }));
};

const effective = (values: Values): object => {
  const { dateTime, instant, period } = values;
  return values.mostly([
    () => ({ effectiveDateTime: dateTime() }),
    () => ({ effectiveDateTime: dateTime() }),
    () => ({ effectiveDateTime: dateTime() }),
    () => ({ effectiveInstant: instant() }),
    () => ({ effectivePeriod: period() }),
    () => ({ effectiveTiming: { event: [dateTime()] } }),
    () => ({ _effectiveDateTime: { extension: [{ url: 'urn:x', valueCode: 'unknown' }] } }),
    () => ({}),
  ])();
};

const medicationRequest: MakeResource = (values, refer) => {
  const { random, perhaps, dateTime } = values;
  return elements(
    perhaps('status', () =>
      values.mostly(['active', 'active', 'completed', 'stopped', 'on-hold', 'cancelled', 'unknown']),
    ),
    perhaps('intent', () => values.mostly(['order', 'order', 'order', 'plan', 'proposal'])),
    perhaps('authoredOn', dateTime),
    medication(values, refer),
    random.once(3) ? { dosageInstruction: random.once(20) ? [null, dosage(values)] : [dosage(values)] } : {},
    random.once(12) ? { doNotPerform: random.once(2) } : {},
    random.once(4) ? { dispenseRequest: { validityPeriod: values.period() } } : {},
    random.once(8) ? { reportedBoolean: true } : {},
    random.once(4)
      ? { category: [{ coding: [{ code: values.mostly(['inpatient', 'outpatient', 'community', null]) }] }] }
      : {},
  );
};

/** The order that the clinician is about to sign. */
export const draft: MakeResource = (values, refer) => {
  const { random } = values;
  const request: MakeResource = makers.ServiceRequest;
  if (random.once(6)) return { resourceType: 'ServiceRequest', ...request(values, refer), status: 'draft' };
  return {
    resourceType: 'MedicationRequest',
    ...medicationRequest(values, refer),
    ...medication(values, refer),
    intent: 'order',
    status: values.mostly(['draft', 'draft', 'draft', 'active', 'cancelled']),
  };
};

/** Makers by type. */
export const makers = {
  Observation: (values) => {
    const { random, material, perhaps, perhapsComplex, concept, instant } = values;
    const codes = material.retrieved.get('Observation');
    return elements(
      perhaps('status', () =>
        values.mostly(['final', 'final', 'final', 'amended', 'corrected', 'preliminary', 'cancelled']),
      ),
      perhapsComplex('code', () => concept(codes)),
      effective(values),
      random.once(4) ? { issued: instant() } : {},
      observedValue(values),
      random.once(3) ? { interpretation: [concept(material.named)] } : {},
      random.once(12) ? { dataAbsentReason: concept() } : {},
      random.once(3) ? { component: components(values) } : {},
      random.once(4) ? { category: [concept()] } : {},
    );
  },
  Procedure: (values) => {
    const { random, material, perhaps, perhapsComplex, concept, dateTime, period, words } = values;
    return elements(
      perhaps('status', () =>
        values.mostly(['completed', 'completed', 'completed', 'not-done', 'in-progress', 'stopped']),
      ),
      perhapsComplex('code', () => concept(material.retrieved.get('Procedure'))),
      values.mostly([
        () => ({ performedDateTime: dateTime() }),
        () => ({ performedDateTime: dateTime() }),
        () => ({ performedPeriod: period() }),
        () => ({ performedString: words() }),
        () => ({ performedAge: { value: 50, unit: 'a' } }),
        () => ({ _performedDateTime: { extension: [{ url: 'urn:x', valueCode: 'unknown' }] } }),
        () => ({}),
      ])(),
      random.once(3) ? { statusReason: concept(material.named) } : {},
      random.once(8) ? { bodySite: [concept()] } : {},
    );
  },
  Condition: (values) => {
    const { random, material, perhaps, perhapsComplex, concept, date, dateTime } = values;
    return elements(
      perhapsComplex('clinicalStatus', () => clinical(values), 6),
      perhapsComplex('verificationStatus', () => verification(values), 4),
      perhapsComplex('code', () => concept(material.retrieved.get('Condition'))),
      onset(values),
      random.once(6) ? { abatementDateTime: dateTime() } : {},
      perhaps('recordedDate', date, 3),
    );
  },
  DiagnosticReport: (values) => {
    const { random, material, perhaps, perhapsComplex, concept, instant } = values;
    const { effectiveTiming: _, effectiveInstant: __, ...when } = effective(values) as Record<string, unknown>;
    return elements(
      perhaps('status', () => values.mostly(['final', 'final', 'amended', 'corrected', 'appended', 'preliminary'])),
      perhapsComplex('code', () => concept(material.retrieved.get('DiagnosticReport'))),
      when,
      random.once(3) ? { issued: instant() } : {},
    );
  },
  Immunization: (values) => {
    const { random, material, perhaps, perhapsComplex, concept, dateTime, words } = values;
    return elements(
      perhaps('status', () => values.mostly(['completed', 'completed', 'not-done', 'entered-in-error'])),
      perhapsComplex('vaccineCode', () => concept(material.retrieved.get('Immunization'))),
      values.mostly([
        () => ({ occurrenceDateTime: dateTime() }),
        () => ({ occurrenceDateTime: dateTime() }),
        () => ({ occurrenceString: words() }),
        () => ({}),
      ])(),
      random.once(4) ? { statusReason: concept(material.named) } : {},
      random.once(5) ? { isSubpotent: random.once(2) } : {},
    );
  },
  AllergyIntolerance: (values) => {
    const { random, material, perhaps, perhapsComplex, concept, dateTime, words } = values;
    return elements(
      perhapsComplex('clinicalStatus', () => clinical(values), 3),
      perhapsComplex('verificationStatus', () => verification(values), 2),
      perhaps('type', () => values.mostly(['allergy', 'allergy', 'intolerance']), 3),
      perhaps('criticality', () => values.mostly(['low', 'high', 'unable-to-assess']), 2),
      perhapsComplex('code', () => concept(material.named), 8),
      onset(values),
      perhaps('recordedDate', dateTime, 3),
      random.once(3) ? { lastOccurrence: dateTime() } : {},
      random.once(4)
        ? {}
        : {
            reaction: Array.from({ length: values.mostly([1, 1, 2]) }, () =>
              elements(
                perhapsComplex(
                  'manifestation',
                  () => Array.from({ length: values.mostly([1, 1, 2]) }, () => concept(material.named)),
                  5,
                ),
                random.once(3) ? { description: words() } : {},
                random.once(3) ? { onset: dateTime() } : {},
                random.once(4) ? { severity: values.mostly(['mild', 'moderate', 'severe']) } : {},
              ),
            ),
          },
    );
  },
  ServiceRequest: (values) => {
    const { random, material, perhaps, perhapsComplex, concept, dateTime } = values;
    return elements(
      perhaps('status', () => values.mostly(['active', 'active', 'active', 'completed', 'revoked', 'draft'])),
      perhaps('intent', () => values.mostly(['order', 'order', 'original-order', 'plan', 'proposal'])),
      perhapsComplex('code', () => concept(material.retrieved.get('ServiceRequest'))),
      perhaps('authoredOn', dateTime),
      random.once(6) ? { doNotPerform: random.once(2) } : {},
    );
  },
  Encounter: (values) => {
    const { random, material, perhaps, perhapsComplex, concept, period } = values;
    return elements(
      perhaps('status', () => values.mostly(['finished', 'finished', 'in-progress', 'planned', 'cancelled'])),
      perhapsComplex('type', () => [concept(material.named)], 4),
      perhapsComplex('period', period),
      random.once(3) ? { hospitalization: { dischargeDisposition: concept(material.named) } } : {},
      {
        class: {
          system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
          code: values.mostly(['AMB', 'IMP', 'EMER']),
        },
      },
    );
  },
  MedicationRequest: medicationRequest,
  MedicationStatement: (values, refer) =>
    elements(
      values.perhaps('status', () => values.mostly(['active', 'active', 'completed', 'stopped', 'on-hold', 'unknown'])),
      medication(values, refer),
      values.random.once(2) ? { effectiveDateTime: values.dateTime() } : { effectivePeriod: values.period() },
      values.random.once(3) ? { dosage: [dosage(values)] } : {},
    ),
  MedicationAdministration: (values, refer) =>
    elements(
      values.perhaps('status', () => values.mostly(['completed', 'completed', 'in-progress', 'on-hold', 'stopped'])),
      medication(values, refer),
      values.random.once(2) ? { effectiveDateTime: values.dateTime() } : { effectivePeriod: values.period() },
      values.random.once(3) ? { dosage: dosage(values) } : {},
    ),
  MedicationDispense: (values, refer) =>
    elements(
      values.perhaps('status', () => values.mostly(['completed', 'completed', 'preparation'])),
      medication(values, refer),
      values.perhaps('whenHandedOver', values.dateTime, 3),
      values.perhapsComplex('daysSupply', () => ({ value: values.mostly([7, 30, 90]), unit: 'd' }), 4),
    ),
  // Read by no rule, as most of a record is.
  CarePlan: (values) => ({ status: 'active', intent: 'plan', period: values.period() }),
  Coverage: () => ({ status: 'active' }),
} as const satisfies Readonly<Record<string, MakeResource>>;
