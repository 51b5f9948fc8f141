import type { FhirResource } from 'fhir/r4.js';

/** Where a resource is not shaped as FHIR has it, and what was expected there. */
export interface Misshape {
  readonly path: readonly (string | number)[];
  readonly what: string;
}

type Check = (value: unknown) => Misshape | undefined;

/**
 * The first element that is not shaped as FHIR R4 has it, among those that are gone into before any rule is evaluated;
 * undefined when there is none. A rule that meets a misshapen element elsewhere fails by itself. Clients send null where
 * an element has no value, and one CodeableConcept where a list should be; both are let through.
 */
export const misshapenIn = (resource: FhirResource): Misshape | undefined => whole(resource);

const fault = (expected: string, value: unknown): Misshape => ({
  path: [],
  what: `expected ${expected}, got ${Array.isArray(value) ? 'an array' : value === null ? 'null' : typeof value}`,
});

const text: Check = (value) => (typeof value === 'string' ? undefined : fault('a string', value));

const object = (elements: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(elements);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault('an object', value);
    for (const [name, check] of checks) {
      const element = (value as Record<string, unknown>)[name];
      const found = element == null ? undefined : check(element);
      if (found) return { path: [name, ...found.path], what: found.what };
    }
    return undefined;
  };
};

const list =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return fault('an array', value);
    for (let i = 0; i < value.length; i++) {
      const found = check(value[i]);
      if (found) return { path: [i, ...found.path], what: found.what };
    }
    return undefined;
  };

const oneOrMany = (check: Check): Check => {
  const many = list(check);
  return (value) => (Array.isArray(value) ? many(value) : check(value));
};

const coding = object({ system: text, code: text, display: text });
const concept = object({ coding: list(coding), text });
/** Some clients send null among the codings of a medication, or one where the list should be; it is resolved even so. */
const medication = object({ coding: oneOrMany((value) => (value === null ? undefined : coding(value))), text });
const reference = object({ reference: text, display: text });
/** A code, as in AllergyIntolerance.category, or a concept. */
const codeOrConcept: Check = (value) => (typeof value === 'string' ? undefined : concept(value));
const period = object({ start: text, end: text });
const dosage = object({ timing: object({ repeat: object({ boundsPeriod: period }) }), route: concept });

const whole = object({
  id: text,
  status: text,
  subject: reference,
  patient: reference,
  beneficiary: reference,
  birthDate: text,
  link: list(object({ other: reference })),
  contained: list(object({ id: text })),
  category: oneOrMany(codeOrConcept),
  code: oneOrMany(codeOrConcept),
  vaccineCode: concept,
  medicationCodeableConcept: medication,
  medicationReference: reference,
  priorPrescription: reference,
  dosageInstruction: list(dosage),
  dosage: oneOrMany(dosage),
  authoredOn: text,
  effectiveDateTime: text,
  effectivePeriod: period,
  performedDateTime: text,
  performedPeriod: period,
  occurrenceDateTime: text,
  whenHandedOver: text,
  whenPrepared: text,
});
