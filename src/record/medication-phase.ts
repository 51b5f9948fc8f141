import type {
  FhirResource,
  MedicationAdministration,
  MedicationDispense,
  MedicationRequest,
  MedicationStatement,
} from 'fhir/r4.js';
import { dosagesOf } from './dosages.ts';
import type { MedicationBearer } from './normalise.ts';

/** Whether a date is written where the taking itself is told, or is taken from another act (the writing, the supply). */
type Basis = 'known' | 'assumed';

/** Where a medication stands on a day, and since and until when. */
export interface Phase {
  readonly from: 'active' | 'draft' | 'held' | 'recent' | 'reported';
  readonly start?: string;
  readonly startIs?: Basis;
  readonly stop?: string;
  readonly stopIs?: Basis;
}

/** Status, intent and period decide, not the age of the order; undefined when it is no exposure. */
export const phaseOf = (resource: MedicationBearer, now: Date): Phase | undefined => {
  switch (resource.resourceType) {
    case 'MedicationRequest':
      return phaseOfRequest(resource as MedicationRequest, now);
    case 'MedicationStatement':
      return phaseOfStatement(resource as MedicationStatement, now);
    case 'MedicationAdministration':
      return phaseOfAdministration(resource as MedicationAdministration, now);
    default:
      return phaseOfDispense(resource as MedicationDispense, now);
  }
};

/** The phase of a draft: it starts when it was written, unless its dosage says when. */
export const phaseOfDraft = (draft: FhirResource): Phase => ({
  from: 'draft',
  ...startOfRequest(draft as MedicationRequest),
});

/** What the patient takes without a prescription is, by US Core, a plan that is reported. */
export const isReported = ({ intent, reportedBoolean, reportedReference }: MedicationRequest): boolean =>
  intent === 'plan' && (reportedBoolean === true || reportedReference != null);

const phaseOfRequest = (request: MedicationRequest, now: Date): Phase | undefined => {
  const { status, intent, doNotPerform } = request;
  const reported = isReported(request);
  if (doNotPerform || intent === 'proposal' || intent === 'option' || (intent === 'plan' && !reported))
    return undefined;
  const stop = lastEnd(boundsOf(request).map((bounds) => bounds?.end));
  const start = startOfRequest(request);
  const dates = { ...start, ...(stop !== undefined && ({ stop, stopIs: 'known' } as const)) };
  switch (status) {
    case 'active':
    // "Unknown" is taken for active, the safer reading.
    case 'unknown':
      return { from: stop !== undefined && isOver(stop, now) ? 'recent' : reported ? 'reported' : 'active', ...dates };
    case 'on-hold':
      return { from: 'held', ...start };
    case 'completed':
    case 'stopped':
      return { from: 'recent', ...dates };
    default:
      return undefined;
  }
};

const phaseOfStatement = (statement: MedicationStatement, now: Date): Phase | undefined => {
  const { status, effectivePeriod, effectiveDateTime } = statement;
  const dates = known(effectivePeriod?.start ?? effectiveDateTime, effectivePeriod?.end);
  if (status === 'completed' || status === 'stopped') return { from: 'recent', ...dates };
  if (status !== 'active' && status !== 'on-hold' && status !== 'unknown') return undefined;
  if (dates.stop !== undefined && isOver(dates.stop, now)) return { from: 'recent', ...dates };
  return { from: status === 'on-hold' ? 'held' : 'reported', ...dates };
};

const phaseOfAdministration = (administration: MedicationAdministration, now: Date): Phase | undefined => {
  const { status, effectivePeriod, effectiveDateTime } = administration;
  const start = effectivePeriod?.start ?? effectiveDateTime;
  if (status === 'in-progress' || status === 'on-hold')
    return { from: status === 'on-hold' ? 'held' : 'active', ...known(start, undefined) };
  // What was stopped was given in part.
  if ((status !== 'completed' && status !== 'stopped') || start == null) return undefined;
  const stop = effectivePeriod?.end ?? start;
  return { from: isOver(stop, now) ? 'recent' : 'active', ...known(start, stop) };
};

/** What was handed over is taken, as far as is known, from then until it is used up. */
const phaseOfDispense = (dispense: MedicationDispense, now: Date): Phase | undefined => {
  const { status, whenHandedOver, whenPrepared, daysSupply } = dispense;
  const start = whenHandedOver ?? whenPrepared;
  if (status !== 'completed' || start == null || daysSupply?.value == null) return undefined;
  const end = new Date(Date.parse(start) + daysSupply.value * day);
  if (Number.isNaN(end.getTime())) return undefined;
  const dates = { start, startIs: 'assumed', stop: end.toISOString(), stopIs: 'assumed' } as const;
  return { from: end >= now ? 'active' : 'recent', ...dates };
};

const known = (start: string | null | undefined, stop: string | null | undefined): Omit<Phase, 'from'> => ({
  ...(start != null && { start, startIs: 'known' }),
  ...(stop != null && { stop, stopIs: 'known' }),
});

const startOfRequest = (request: MedicationRequest): Pick<Phase, 'start' | 'startIs'> => {
  const starts = boundsOf(request).flatMap((bounds) => bounds?.start ?? []);
  const [first] = starts.toSorted((a, b) => Date.parse(a) - Date.parse(b));
  if (first !== undefined) return { start: first, startIs: 'known' };
  const { authoredOn } = request;
  return authoredOn == null ? {} : { start: authoredOn, startIs: 'assumed' };
};

const boundsOf = (request: MedicationRequest) => dosagesOf(request).map(({ timing }) => timing?.repeat?.boundsPeriod);

const day = 86_400_000;

/** The end of several dosages that follow each other; undefined when one of them goes on. */
const lastEnd = (ends: readonly (string | null | undefined)[]): string | undefined =>
  ends.some((end) => end == null)
    ? undefined
    : (ends.toSorted((a, b) => latest(a ?? '') - latest(b ?? '')).at(-1) ?? undefined);

/** Whether an end is past, wherever the clinic is; an end that cannot be read is not. */
const isOver = (end: string, now: Date): boolean => latest(end) < now.getTime();

/**
 * The last moment that an end can mean: a time with a day's grace, because the last dose still acts; a day, a month or a
 * year through its last hour in the westernmost zone (UTC−12).
 */
const latest = (end: string): number => {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(end);
  if (!match) return Date.parse(end) + day;
  const [year = 0, month, date] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const next =
    month === undefined ? [year + 1, 0, 1] : date === undefined ? [year, month, 1] : [year, month - 1, date + 1];
  return Date.UTC(...(next as [number, number, number])) + day / 2;
};
