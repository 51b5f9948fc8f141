import type { SearchParameter } from './search-parameter.ts';
import { date, patient, reference, string, token } from './search-parameter.ts';

const status = token('status');
const code = token('code');
const category = token('category');
const identifier = token('identifier');
const subject = [patient('subject'), reference('subject')];
const encounter = reference('encounter');
const clinicalState = [token('clinical-status'), token('verification-status')];
const medication = [token('code', 'medicationCodeableConcept'), reference('medication', 'medicationReference')];
const humanName = [string('name'), string('family', 'name.family'), string('given', 'name.given')];

/** R4's own names and elements; a type that is absent here is one this server does not keep. */
const OWN: Readonly<Record<string, readonly SearchParameter[]>> = {
  AdverseEvent: [reference('subject'), date('date'), category],
  AllergyIntolerance: [
    patient('patient'),
    token('code', 'code', 'reaction.substance'),
    category,
    ...clinicalState,
    token('type'),
    date('date', 'recordedDate'),
  ],
  Appointment: [patient('participant.actor'), reference('actor', 'participant.actor'), status, date('date', 'start')],
  AuditEvent: [date('date', 'recorded'), token('action'), reference('entity', 'entity.what')],
  CarePlan: [...subject, status, token('intent'), category, date('date', 'period')],
  CareTeam: [...subject, status, category, date('date', 'period')],
  Claim: [patient('patient'), status, date('created')],
  Communication: [...subject, status, category, date('sent'), reference('based-on'), reference('recipient')],
  CommunicationRequest: [...subject, status, category, date('authored', 'authoredOn'), reference('recipient')],
  Condition: [
    ...[...subject, encounter, code, category, ...clinicalState],
    ...[date('onset-date', 'onset[x]'), date('recorded-date'), date('abatement-date', 'abatement[x]')],
  ],
  Coverage: [patient('beneficiary'), reference('beneficiary'), status, token('type')],
  DetectedIssue: [patient('patient'), code, date('identified', 'identified[x]')],
  Device: [patient('patient'), status, token('type')],
  DeviceRequest: [...subject, token('code', 'codeCodeableConcept'), status, token('intent'), date('authored-on')],
  DeviceUseStatement: [...subject],
  DiagnosticReport: [
    ...[...subject, encounter, code, category, status],
    ...[date('date', 'effective[x]'), date('issued'), reference('result'), reference('based-on')],
  ],
  DocumentReference: [...subject, token('type'), category, status, date('date'), date('period', 'context.period')],
  Encounter: [...subject, token('class'), token('type'), status, date('date', 'period')],
  ExplanationOfBenefit: [patient('patient'), status, date('created')],
  FamilyMemberHistory: [patient('patient'), token('code', 'condition.code'), status, date('date')],
  Flag: [...subject, encounter, date('date', 'period')],
  Goal: [...subject, token('lifecycle-status'), category, date('start-date'), date('target-date', 'target.dueDate')],
  Group: [token('type'), code, reference('member', 'member.entity')],
  GuidanceResponse: [...subject],
  ImagingStudy: [...subject, status, date('started')],
  Immunization: [patient('patient'), status, token('vaccine-code'), date('date', 'occurrence[x]')],
  ImmunizationRecommendation: [patient('patient'), date('date')],
  Library: [status, string('title'), string('name')],
  List: [...subject, code, status, date('date')],
  Location: [string('name'), status, reference('organization', 'managingOrganization')],
  Medication: [code, status],
  MedicationAdministration: [...subject, ...medication, status, date('effective-time', 'effective[x]')],
  MedicationDispense: [...subject, ...medication, status, date('whenhandedover', 'whenHandedOver')],
  MedicationRequest: [
    ...[...subject, encounter, ...medication, status, token('intent'), category],
    ...[date('authoredon', 'authoredOn'), reference('requester')],
  ],
  MedicationStatement: [...subject, ...medication, status, category, date('effective', 'effective[x]')],
  NutritionOrder: [patient('patient'), encounter, status, date('datetime', 'dateTime')],
  Observation: [
    ...[...subject, encounter, code, category, status, date('date', 'effective[x]')],
    ...[token('value-concept', 'valueCodeableConcept'), reference('performer'), reference('based-on')],
  ],
  Organization: [string('name'), token('type'), token('active')],
  Patient: [
    ...[
      ...humanName,
      date('birthdate', 'birthDate'),
      token('gender'),
      token('active'),
      date('death-date', 'deceasedDateTime'),
    ],
    ...[reference('general-practitioner'), reference('organization', 'managingOrganization')],
  ],
  Practitioner: [...humanName, token('active')],
  PractitionerRole: [reference('practitioner'), reference('organization'), token('role', 'code')],
  Procedure: [...subject, encounter, code, category, status, date('date', 'performed[x]'), reference('based-on')],
  Provenance: [patient('target'), reference('target'), date('recorded')],
  QuestionnaireResponse: [...subject, encounter, status, date('authored')],
  RelatedPerson: [patient('patient'), ...humanName, token('gender'), date('birthdate', 'birthDate')],
  RiskAssessment: [...subject, encounter, date('date', 'occurrence[x]')],
  ServiceRequest: [
    ...[...subject, encounter, code, category, status, token('intent'), date('authored', 'authoredOn')],
    ...[date('occurrence', 'occurrence[x]'), reference('based-on'), reference('requester')],
  ],
  Specimen: [...subject, token('type'), status, date('collected', 'collection.collected[x]')],
  SupplyDelivery: [patient('patient'), status],
  Task: [
    ...[
      patient('for'),
      reference('subject', 'for'),
      encounter,
      status,
      token('intent'),
      code,
      token('business-status'),
    ],
    ...[
      date('authored-on'),
      date('modified', 'lastModified'),
      reference('owner'),
      reference('focus'),
      reference('based-on'),
    ],
  ],
  VisionPrescription: [patient('patient'), encounter, status, date('datewritten', 'dateWritten')],
};

const COMMON = [token('_id', 'id'), date('_lastUpdated', 'meta.lastUpdated'), token('_tag', 'meta.tag')];
const WITHOUT_IDENTIFIER = new Set(['AuditEvent', 'Provenance']);

const BY_TYPE: ReadonlyMap<string, ReadonlyMap<string, SearchParameter>> = new Map(
  Object.entries(OWN).map(([type, own]) => {
    const all = [...COMMON, ...(WITHOUT_IDENTIFIER.has(type) ? [] : [identifier]), ...own];
    return [type, new Map(all.map((parameter) => [parameter.name, parameter]))];
  }),
);

/** The resource types this server keeps, in alphabetical order. */
export const RESOURCE_TYPES: readonly string[] = [...BY_TYPE.keys()];

/** Gives the search parameters of a type by name; none for a type this server does not keep. */
export function searchParametersOf(type: string): ReadonlyMap<string, SearchParameter> {
  return BY_TYPE.get(type) ?? new Map();
}
