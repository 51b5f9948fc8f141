import type {
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
  readonly draft: boolean;
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
    drafts.flatMap((draft) => [keyOf(draft), (draft as MedicationRequest).priorPrescription?.reference]),
  );

  const add = (resource: MedicationBearer, phase: Phase) => {
    const resolution = resolve(resource);
    if (resolution.status === 'unresolved') {
      unresolved.push({ name: resolution.label, draft: phase.from === 'draft', empty: resolution.empty });
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
    if (!bearsMedication(resource) || replaced.has(keyOf(resource))) continue;
    const phase = phaseOf(resource, now);
    if (phase) add(resource, phase);
  }
  return { exposures, unresolved };
};

type Phase = Pick<Exposure, 'from' | 'start' | 'stop'>;

const keyOf = ({ resourceType, id }: FhirResource) => `${resourceType}/${id}`;

/** Status, intent and period decide, not the age of the order; undefined when it is no exposure. */
const phaseOf = (resource: MedicationBearer, now: Date): Phase | undefined => {
  switch (resource.resourceType) {
    case 'MedicationRequest': {
      const { status, intent, doNotPerform } = resource as MedicationRequest;
      if (doNotPerform || intent === 'proposal' || intent === 'plan' || intent === 'option') return undefined;
      const stop = dosagesOf(resource)
        .map(({ timing }) => timing?.repeat?.boundsPeriod?.end)
        .find((end) => end !== undefined);
      const ended = stop !== undefined && Date.parse(stop) < now.getTime() - day;
      if (status === 'active')
        return { from: ended ? 'recent' : 'active', ...startOf(resource), ...(stop && { stop }) };
      if (status === 'on-hold') return { from: 'held', ...startOf(resource) };
      if (status === 'completed' || status === 'stopped')
        return { from: 'recent', ...startOf(resource), ...(stop && { stop }) };
      return undefined;
    }
    case 'MedicationStatement': {
      const { status, effectivePeriod, effectiveDateTime } = resource as MedicationStatement;
      const start = effectivePeriod?.start ?? effectiveDateTime;
      const stop = effectivePeriod?.end;
      const dates = { ...(start && { start }), ...(stop && { stop }) };
      if (stop !== undefined && Date.parse(stop) < now.getTime() - day) return { from: 'recent', ...dates };
      if (status === 'active') return { from: 'reported', ...dates };
      if (status === 'on-hold') return { from: 'held', ...dates };
      return status === 'completed' || status === 'stopped' ? { from: 'recent', ...dates } : undefined;
    }
    case 'MedicationAdministration': {
      const { status, effectivePeriod, effectiveDateTime } = resource as MedicationAdministration;
      const start = effectivePeriod?.start ?? effectiveDateTime;
      if (status === 'in-progress') return { from: 'active', ...(start && { start }) };
      if (status !== 'completed' || start === undefined) return undefined;
      const stop = effectivePeriod?.end ?? start;
      return { from: Date.parse(stop) > now.getTime() - day ? 'active' : 'recent', start, stop };
    }
    default: {
      const { status, whenHandedOver, whenPrepared, daysSupply } = resource as MedicationDispense;
      const start = whenHandedOver ?? whenPrepared;
      if (status !== 'completed' || start === undefined || daysSupply?.value === undefined) return undefined;
      const stop = new Date(Date.parse(start) + daysSupply.value * day).toISOString();
      return { from: Date.parse(stop) >= now.getTime() ? 'active' : 'recent', start, stop };
    }
  }
};

const day = 86_400_000;

const startOf = (resource: FhirResource): Pick<Exposure, 'start'> => {
  const { authoredOn } = resource as MedicationRequest;
  return authoredOn === undefined ? {} : { start: authoredOn };
};

const isStopOrder = (draft: FhirResource): boolean => {
  const { status, doNotPerform } = draft as MedicationRequest;
  return (
    doNotPerform === true || /^(cancelled|stopped|completed|entered-in-error|not-done|declined)$/.test(status ?? '')
  );
};

const dosagesOf = (resource: FhirResource): readonly Dosage[] => {
  const { dosageInstruction, dosage } = resource as { dosageInstruction?: Dosage[]; dosage?: Dosage[] | Dosage };
  const dosages = dosageInstruction ?? dosage ?? [];
  return Array.isArray(dosages) ? dosages : [dosages];
};

const routeOf = (resource: FhirResource): RouteGroup => {
  for (const { route } of dosagesOf(resource))
    for (const words of [route?.text, ...(route?.coding ?? []).map(({ display }) => display)]) {
      const group = words === undefined ? 'unknown' : routeOfText(words);
      if (group !== 'unknown') return group;
    }
  return 'unknown';
};

const settingOf = (resource: FhirResource): Exposure['setting'] => {
  const categories = [(resource as { category?: unknown }).category ?? []].flat() as { coding?: { code?: string }[] }[];
  const codes = categories.flatMap(({ coding }) => (coding ?? []).map(({ code }) => code));
  if (codes.includes('inpatient')) return 'inpatient';
  return codes.some((code) => code === 'outpatient' || code === 'community' || code === 'discharge')
    ? 'outpatient'
    : 'unknown';
};
