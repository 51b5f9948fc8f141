import type {
  AllergyIntolerance,
  Condition,
  DiagnosticReport,
  Immunization,
  MedicationRequest,
  MedicationStatement,
  Procedure,
  Resource,
  ServiceRequest,
} from 'fhir/r4.js';
import { dayOf, hasCode, textOf } from './concept.ts';
import { orderName } from './drafts.ts';

/** A line of the chart, in plain text. */
export interface Row {
  readonly name: string;
  readonly value?: string | undefined;
  readonly flag?: string | undefined;
  readonly date?: string | undefined;
  readonly note?: string | undefined;
  /** What is over: it is drawn more quietly. */
  readonly past: boolean;
}

const words = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter(Boolean).join(', ') || undefined;

const refuted = (verification: object | undefined): boolean => hasCode(verification, 'entered-in-error', 'refuted');

export const allergyRow = (resource: Resource): readonly Row[] => {
  const { code, clinicalStatus, verificationStatus, criticality, reaction, recordedDate } =
    resource as AllergyIntolerance;
  if (refuted(verificationStatus)) return [];
  const reactions = (reaction ?? []).flatMap(({ manifestation }) => manifestation.map((each) => textOf(each)));
  const past = hasCode(clinicalStatus, 'inactive', 'resolved');
  return [
    {
      name: textOf(code) ?? 'no name',
      flag: criticality === 'high' ? 'High risk' : undefined,
      note: words(...reactions, past ? textOf(clinicalStatus) : undefined),
      date: dayOf(recordedDate),
      past,
    },
  ];
};

export const problemRow = (resource: Resource): readonly Row[] => {
  const { code, category, clinicalStatus, verificationStatus, ...dates } = resource as Condition;
  if (refuted(verificationStatus)) return [];
  const over = hasCode(clinicalStatus, 'inactive', 'resolved', 'remission');
  const visit = category?.some((each) => hasCode(each, 'encounter-diagnosis')) ?? false;
  const ended = dayOf(dates.abatementDateTime);
  return [
    {
      name: textOf(code) ?? 'no name',
      note: words(
        over ? `${textOf(clinicalStatus) ?? 'over'}${ended ? ` ${ended}` : ''}` : undefined,
        visit ? 'visit diagnosis' : undefined,
      ),
      date: dayOf(dates.onsetDateTime ?? dates.onsetPeriod?.start ?? dates.recordedDate),
      past: over || visit,
    },
  ];
};

export const medicationRow = (resource: Resource): readonly Row[] => {
  const { status, dosageInstruction, authoredOn } = resource as MedicationRequest;
  if (status === 'entered-in-error') return [];
  const current = status === 'active' || status === 'on-hold';
  return [
    {
      name: orderName(resource),
      note: words(dosageInstruction?.[0]?.text, status === 'active' ? undefined : status),
      date: dayOf(authoredOn),
      past: !current,
    },
  ];
};

export const statementRow = (resource: Resource): readonly Row[] => {
  const { status, dosage, effectiveDateTime, effectivePeriod } = resource as MedicationStatement;
  if (status === 'entered-in-error' || status === 'not-taken') return [];
  return [
    {
      name: orderName(resource),
      note: words(dosage?.[0]?.text, status === 'active' ? 'reported' : `reported, ${status}`),
      date: dayOf(effectiveDateTime ?? effectivePeriod?.start),
      past: status !== 'active' && status !== 'on-hold' && status !== 'intended',
    },
  ];
};

export const serviceRow = (resource: Resource): readonly Row[] => {
  const { status, intent, authoredOn } = resource as ServiceRequest;
  if (status === 'entered-in-error') return [];
  return [
    {
      name: orderName(resource),
      note: intent === 'order' ? status : `${intent}, ${status}`,
      date: dayOf(authoredOn),
      past: status !== 'active' && status !== 'draft' && status !== 'on-hold',
    },
  ];
};

export const doneRow = (resource: Resource): readonly Row[] => {
  const { status, code, performedDateTime, performedPeriod } = resource as Procedure;
  const { effectiveDateTime, effectivePeriod, issued, conclusion } = resource as DiagnosticReport;
  const { vaccineCode, occurrenceDateTime } = resource as Immunization;
  if (status === 'entered-in-error') return [];
  const usual = status === 'completed' || (status as string) === 'final';
  const period = performedPeriod ?? effectivePeriod;
  return [
    {
      name: textOf(vaccineCode ?? code) ?? 'no name',
      note: words(conclusion, usual ? undefined : status),
      date: dayOf(
        performedDateTime ?? effectiveDateTime ?? occurrenceDateTime ?? period?.end ?? period?.start ?? issued,
      ),
      past: false,
    },
  ];
};
