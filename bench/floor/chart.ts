import type {
  CodeableConcept,
  Condition,
  DiagnosticReport,
  Encounter,
  FhirResource,
  Immunization,
  MedicationRequest,
  Observation,
  Patient,
  Procedure,
  Quantity,
} from 'fhir/r4.js';
import type { madeValueSets } from '../rules/value-sets.ts';
import { addDays, addYears, dayOf, yearsBetween } from './days.ts';

/** The codes of one value set, by system. */
export type Codes = ReadonlyMap<string, ReadonlySet<string>>;
type ValueSetId = keyof typeof madeValueSets;
export type CodesById = Readonly<Record<ValueSetId, Codes>>;

/** A record grouped by type, with what the rules ask of the moment. */
export interface Chart {
  readonly patient: Patient;
  readonly observations: readonly Observation[];
  readonly conditions: readonly Condition[];
  readonly procedures: readonly Procedure[];
  readonly requests: readonly MedicationRequest[];
  readonly immunizations: readonly Immunization[];
  readonly reports: readonly DiagnosticReport[];
  readonly encounters: readonly Encounter[];
  readonly codes: CodesById;
  readonly now: number;
  readonly today: string;
  readonly yearAgo: string;
  readonly age: number;
}

/** One pass over the resources. */
export const readChart = (resources: readonly FhirResource[], codes: CodesById, now: Date): Chart => {
  let patient: Patient | undefined;
  const observations: Observation[] = [];
  const conditions: Condition[] = [];
  const procedures: Procedure[] = [];
  const requests: MedicationRequest[] = [];
  const immunizations: Immunization[] = [];
  const reports: DiagnosticReport[] = [];
  const encounters: Encounter[] = [];
  for (const resource of resources)
    switch (resource.resourceType) {
      case 'Patient':
        patient = resource;
        break;
      case 'Observation':
        observations.push(resource);
        break;
      case 'Condition':
        conditions.push(resource);
        break;
      case 'Procedure':
        procedures.push(resource);
        break;
      case 'MedicationRequest':
        requests.push(resource);
        break;
      case 'Immunization':
        immunizations.push(resource);
        break;
      case 'DiagnosticReport':
        reports.push(resource);
        break;
      case 'Encounter':
        encounters.push(resource);
    }
  if (!patient?.birthDate) throw new Error('expected a patient with a birth date');
  const today = dayOf(now.toISOString()) as string;
  return {
    patient,
    observations,
    conditions,
    procedures,
    requests,
    immunizations,
    reports,
    encounters,
    codes,
    now: now.getTime(),
    today,
    yearAgo: addYears(today, -1),
    age: yearsBetween(patient.birthDate, today),
  };
};

export const isIn = (concept: CodeableConcept | undefined, codes: Codes): boolean => {
  for (const { system, code } of concept?.coding ?? [])
    if (system !== undefined && code !== undefined && codes.get(system)?.has(code)) return true;
  return false;
};

export const isFinal = ({ status }: Observation | DiagnosticReport): boolean =>
  status === 'final' || status === 'amended' || status === 'corrected';

const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const active: Codes = new Map([[clinical, new Set(['active', 'recurrence', 'relapse'])]]);
const wrong: Codes = new Map([[verification, new Set(['refuted', 'entered-in-error'])]]);

export const hasProblem = ({ conditions }: Chart, codes: Codes): boolean =>
  conditions.some(
    ({ code, clinicalStatus, verificationStatus }) =>
      isIn(code, codes) && isIn(clinicalStatus, active) && !isIn(verificationStatus, wrong),
  );

export const ordered = ({ requests }: Chart, codes: Codes): readonly MedicationRequest[] =>
  requests.filter(
    ({ status, intent, doNotPerform, medicationCodeableConcept }) =>
      isIn(medicationCodeableConcept, codes) &&
      (status === 'active' || status === 'completed') &&
      (intent === 'order' || intent === 'original-order' || intent === 'instance-order') &&
      doNotPerform !== true,
  );

/** The first and the last day of an order, three months where it has no end. */
export const takingOf = ({ authoredOn, dispenseRequest }: MedicationRequest): readonly [string, string] | undefined => {
  const first = dayOf(authoredOn);
  return first === undefined ? undefined : [first, dayOf(dispenseRequest?.validityPeriod?.end) ?? addDays(first, 90)];
};

export const takenInLastYear = (request: MedicationRequest, { yearAgo, today }: Chart): boolean => {
  const taking = takingOf(request);
  return taking !== undefined && taking[0] <= today && taking[1] >= yearAgo;
};

/** The days on which procedures with one of the codes were done. */
export const daysPerformed = ({ procedures }: Chart, codes: Codes): readonly string[] =>
  procedures.flatMap(({ code, status, performedDateTime, performedPeriod }) =>
    status === 'completed' && isIn(code, codes)
      ? (dayOf(performedDateTime ?? performedPeriod?.end ?? performedPeriod?.start) ?? [])
      : [],
  );

export const momentOf = ({ effectiveDateTime, effectivePeriod, issued }: Observation): string | undefined =>
  effectiveDateTime ?? (effectivePeriod ? effectivePeriod.start : issued);

/** The number and unit of an amount; one with a comparator is a bound and no amount. */
export const amountOf = (quantity: Quantity | undefined): { value: number; unit: string } | undefined =>
  quantity?.value === undefined || quantity.comparator !== undefined
    ? undefined
    : { value: quantity.value, unit: quantity.code ?? quantity.unit ?? '1' };

export interface Measurement {
  readonly at: number;
  readonly onDay: string;
  readonly value: { readonly value: number; readonly unit: string };
}

/** Final results with an amount and a moment, the oldest first. */
export const measured = ({ observations }: Chart, codes: Codes): readonly Measurement[] => {
  const found: Measurement[] = [];
  for (const observation of observations) {
    if (!isIn(observation.code, codes) || !isFinal(observation)) continue;
    const value = amountOf(observation.valueQuantity);
    const at = momentOf(observation);
    if (value && at !== undefined) found.push({ at: Date.parse(at), onDay: dayOf(at) as string, value });
  }
  return found.sort((a, b) => a.at - b.at);
};
