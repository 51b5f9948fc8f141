import type {
  Duration,
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

/** The phase of a draft: it starts when it was written, unless its dosage says when, and ends as an order does. */
export const phaseOfDraft = (draft: FhirResource, now: Date): Phase => {
  const request = draft as MedicationRequest;
  const start = startOfRequest(request);
  return { from: 'draft', ...start, ...stopOfRequest(request, start.start ?? now.toISOString()) };
};

/** What the patient takes without a prescription is, by US Core, a plan that is reported. */
export const isReported = ({ intent, reportedBoolean, reportedReference }: MedicationRequest): boolean =>
  intent === 'plan' && (reportedBoolean === true || reportedReference != null);

const phaseOfRequest = (request: MedicationRequest, now: Date): Phase | undefined => {
  const { status, intent, doNotPerform } = request;
  const reported = isReported(request);
  if (doNotPerform || intent === 'proposal' || intent === 'option' || (intent === 'plan' && !reported))
    return undefined;
  const stop = knownStop(request);
  const start = startOfRequest(request);
  const dates = { ...start, ...(stop !== undefined && ({ stop, stopIs: 'known' } as const)) };
  switch (status) {
    case 'active':
    // "Unknown" is taken for active, the safer reading.
    case 'unknown':
      if (stop !== undefined && isOver(stop, now)) return { from: 'recent', ...dates };
      // What was to be used up may still be taken: an end that is assumed makes nothing recent.
      return { from: reported ? 'reported' : 'active', ...start, ...stopOfRequest(request, start.start) };
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

/**
 * When an order ends: known where its dosages say on which day; assumed from their length, from what the supply lasts with all
 * its refills, else from the day after which nothing more is dispensed.
 *
 * @param start from when a length is counted
 */
const stopOfRequest = (request: MedicationRequest, start: string | undefined): Pick<Phase, 'stop' | 'stopIs'> => {
  const stop = knownStop(request);
  if (stop !== undefined) return { stop, stopIs: 'known' };
  const { expectedSupplyDuration, numberOfRepeatsAllowed, validityPeriod } = request.dispenseRequest ?? {};
  const supply = daysOf(expectedSupplyDuration);
  const days = lengthOfCourse(request) ?? (supply && supply * (1 + (numberOfRepeatsAllowed ?? 0)));
  const assumed = (days && start !== undefined && dayAfter(start, days)) || validityPeriod?.end;
  return assumed == null ? {} : { stop: assumed, stopIs: 'assumed' };
};

const knownStop = (request: MedicationRequest): string | undefined =>
  lastEnd(boundsOf(request).map((bounds) => bounds?.end));

/** Days of all dosages, of which those of the next number follow; undefined where one has no length. */
const lengthOfCourse = (request: MedicationRequest): number | undefined => {
  const steps = new Map<number, number>();
  for (const { sequence, timing } of dosagesOf(request)) {
    const days = daysOf(timing?.repeat?.boundsDuration);
    if (days === undefined) return undefined;
    steps.set(sequence ?? 0, Math.max(steps.get(sequence ?? 0) ?? 0, days));
  }
  return steps.size === 0 ? undefined : [...steps.values()].reduce((sum, days) => sum + days);
};

/** In UCUM, or as charts write it. */
const daysOf = (duration: Duration | null | undefined): number | undefined => {
  const { value, code, unit } = duration ?? {};
  const days = unitDays[(code ?? unit ?? '').trim().toLowerCase().replace(/s$/, '')];
  return typeof value === 'number' && value > 0 && days !== undefined ? value * days : undefined;
};

const unitDays: Readonly<Record<string, number>> = {
  h: 1 / 24,
  hour: 1 / 24,
  d: 1,
  day: 1,
  wk: 7,
  week: 7,
  mo: 30,
  month: 30,
  a: 365,
  year: 365,
};

/** As a day where the start is one, as a moment where it is one; undefined where it cannot be read. */
const dayAfter = (start: string, days: number): string | undefined => {
  const end = new Date(Date.parse(start) + days * day);
  if (Number.isNaN(end.getTime())) return undefined;
  return start.includes('T') ? end.toISOString() : end.toISOString().slice(0, 10);
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
