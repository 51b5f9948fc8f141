import type {
  CodeableConcept,
  Dosage,
  FhirResource,
  MedicationAdministration,
  MedicationDispense,
  MedicationRequest,
  MedicationStatement,
} from 'fhir/r4.js';
import { type Drug, type RouteGroup, routeOfText } from '../terminology/medications.ts';
import type { MedicationResolution } from '../terminology/resolve-medication.ts';
import { bearsMedication, type MedicationBearer } from './normalise.ts';

/** One ingredient that the patient takes, is about to take, or took lately; the same for every rule. */
export interface Exposure {
  readonly resource: FhirResource;
  readonly from: 'active' | 'draft' | 'held' | 'recent' | 'reported';
  readonly setting: 'inpatient' | 'outpatient' | 'unknown';
  readonly name: string;
  readonly product: Drug;
  readonly ingredient: Drug;
  readonly route: RouteGroup;
  readonly prn: boolean;
  readonly start?: string;
  readonly stop?: string;
}

/** A medication for which no ingredient was found. */
export interface UnresolvedMedication {
  readonly name: string;
  readonly from: Exposure['from'];
  /** It names no drug at all, by code, text or reference. */
  readonly empty: boolean;
}

export interface ExposureInput {
  readonly chart: readonly FhirResource[];
  readonly drafts: readonly FhirResource[];
  readonly now: Date;
  readonly resolve: (bearer: MedicationBearer) => MedicationResolution;
}

/** Exposures, and the names of the drugs that no ingredient could be found for. */
export const buildExposures = ({ chart, drafts, now, resolve }: ExposureInput) => {
  const exposures: Exposure[] = [];
  const unresolved: UnresolvedMedication[] = [];
  // A draft of an order that stands in the chart changes or stops that order, and priorPrescription names what it replaces.
  const replaced = new Set(
    drafts
      .flatMap((draft) => [keyOf(draft), (draft as MedicationRequest).priorPrescription?.reference])
      .filter((reference) => reference != null),
  );

  const add = (resource: MedicationBearer, phase: Phase) => {
    const resolution = resolve(resource);
    if (resolution.status === 'unresolved') {
      unresolved.push({ name: resolution.label, from: phase.from, empty: resolution.empty });
      return;
    }
    const { medication, label } = resolution;
    const route = medication.route === 'unknown' ? routeOf(resource) : medication.route;
    for (const ingredient of medication.ingredients)
      exposures.push({
        resource,
        ...phase,
        setting: settingOf(resource),
        name: label,
        product: { code: medication.code, name: medication.name },
        ingredient,
        route,
        prn: dosagesOf(resource).some(
          ({ asNeededBoolean, asNeededCodeableConcept }) => asNeededBoolean || asNeededCodeableConcept,
        ),
      });
  };

  for (const draft of drafts)
    if (bearsMedication(draft) && !isStopOrder(draft)) add(draft, { from: 'draft', ...startOf(draft) });
  for (const resource of chart) {
    if (!bearsMedication(resource) || replaced.has(keyOf(resource) ?? '')) continue;
    const phase = phaseOf(resource, now);
    if (phase) add(resource, phase);
  }
  return { exposures, unresolved };
};

type Phase = Pick<Exposure, 'from' | 'start' | 'stop'>;

/** What has no id is nothing that another order could name. */
const keyOf = ({ resourceType, id }: FhirResource) => (id == null ? undefined : `${resourceType}/${id}`);

/** Status, intent and period decide, not the age of the order; undefined when it is no exposure. */
const phaseOf = (resource: MedicationBearer, now: Date): Phase | undefined => {
  switch (resource.resourceType) {
    case 'MedicationRequest': {
      const { status, intent, doNotPerform, reportedBoolean, reportedReference } = resource as MedicationRequest;
      // What the patient takes without a prescription is, by US Core, a plan that is reported.
      const reported = intent === 'plan' && (reportedBoolean === true || reportedReference != null);
      if (doNotPerform || intent === 'proposal' || intent === 'option' || (intent === 'plan' && !reported))
        return undefined;
      const stop = lastEnd(dosagesOf(resource).map(({ timing }) => timing?.repeat?.boundsPeriod?.end));
      // "Unknown" is taken for active, the safer reading.
      if (status === 'active' || status === 'unknown') {
        const from = stop !== undefined && isOver(stop, now) ? 'recent' : reported ? 'reported' : 'active';
        return { from, ...startOf(resource), ...(stop && { stop }) };
      }
      if (status === 'on-hold') return { from: 'held', ...startOf(resource) };
      if (status === 'completed' || status === 'stopped')
        return { from: 'recent', ...startOf(resource), ...(stop && { stop }) };
      return undefined;
    }
    case 'MedicationStatement': {
      const { status, effectivePeriod, effectiveDateTime } = resource as MedicationStatement;
      const start = effectivePeriod?.start ?? effectiveDateTime;
      const stop = effectivePeriod?.end ?? undefined;
      const dates = { ...(start && { start }), ...(stop && { stop }) };
      if (status === 'completed' || status === 'stopped') return { from: 'recent', ...dates };
      if (status !== 'active' && status !== 'on-hold' && status !== 'unknown') return undefined;
      if (stop !== undefined && isOver(stop, now)) return { from: 'recent', ...dates };
      return { from: status === 'on-hold' ? 'held' : 'reported', ...dates };
    }
    case 'MedicationAdministration': {
      const { status, effectivePeriod, effectiveDateTime } = resource as MedicationAdministration;
      const start = effectivePeriod?.start ?? effectiveDateTime;
      if (status === 'in-progress' || status === 'on-hold')
        return { from: status === 'on-hold' ? 'held' : 'active', ...(start && { start }) };
      // What was stopped was given in part.
      if ((status !== 'completed' && status !== 'stopped') || start == null) return undefined;
      const stop = effectivePeriod?.end ?? start;
      return { from: isOver(stop, now) ? 'recent' : 'active', start, stop };
    }
    default: {
      const { status, whenHandedOver, whenPrepared, daysSupply } = resource as MedicationDispense;
      const start = whenHandedOver ?? whenPrepared;
      if (status !== 'completed' || start == null || daysSupply?.value == null) return undefined;
      const end = new Date(Date.parse(start) + daysSupply.value * day);
      if (Number.isNaN(end.getTime())) return undefined;
      return { from: end >= now ? 'active' : 'recent', start, stop: end.toISOString() };
    }
  }
};

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

const startOf = (resource: FhirResource): Pick<Exposure, 'start'> => {
  const { authoredOn } = resource as MedicationRequest;
  return authoredOn == null ? {} : { start: authoredOn };
};

const isStopOrder = (draft: FhirResource): boolean => {
  const { status, doNotPerform } = draft as MedicationRequest;
  return (
    doNotPerform === true ||
    /^(on-hold|cancelled|stopped|completed|entered-in-error|not-done|declined)$/.test(status ?? '')
  );
};

/** Requests hold null in lists, and one object where the list should be; a null counts as absent everywhere. */
const listed = <T>(value: T | readonly (T | null)[] | null | undefined): readonly T[] =>
  ([value ?? []].flat() as (T | null)[]).filter((each) => each != null);

const dosagesOf = (resource: FhirResource): readonly Dosage[] => {
  const { dosageInstruction, dosage } = resource as { dosageInstruction?: Dosage[]; dosage?: Dosage[] | Dosage };
  return listed(dosageInstruction ?? dosage);
};

const routeOf = (resource: FhirResource): RouteGroup => {
  for (const { route } of dosagesOf(resource))
    for (const words of [route?.text, ...listed(route?.coding).map(({ display }) => display)]) {
      const group = words == null ? 'unknown' : routeOfText(words);
      if (group !== 'unknown') return group;
    }
  return 'unknown';
};

const settingOf = (resource: FhirResource): Exposure['setting'] => {
  const codes = listed((resource as { category?: CodeableConcept[] }).category)
    .flatMap(({ coding }) => listed(coding))
    .map(({ code }) => code);
  if (codes.includes('inpatient')) return 'inpatient';
  return codes.some((code) => code === 'outpatient' || code === 'community' || code === 'discharge')
    ? 'outpatient'
    : 'unknown';
};
