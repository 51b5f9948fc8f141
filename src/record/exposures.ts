import type { CodeableConcept, FhirResource, MedicationRequest } from 'fhir/r4.js';
import type { Ingredient, RouteGroup, Strength, Way } from '../terminology/drug.ts';
import type { Disagreement, MedicationResolution } from '../terminology/resolve-medication.ts';
import { isAsNeeded } from './as-needed.ts';
import { type DailyDose, dailyDoseOf } from './daily-dose.ts';
import { listed } from './dosages.ts';
import { type DrugRecord, groupCopies, keyOf } from './medication-copies.ts';
import { type Phase, phaseOf, phaseOfDraft } from './medication-phase.ts';
import { bearsMedication, type MedicationBearer } from './normalise.ts';
import { routeOf, wayOf } from './way.ts';

/** One ingredient that the patient takes, is about to take, or took lately; the same for every rule. */
export interface Exposure extends Phase {
  /** The same number for the ingredients of one product: what is taken as one. */
  readonly therapy: number;
  /** The record that speaks for the exposure. */
  readonly resource: FhirResource;
  /** Other records of the same therapy: what was dispensed, given or reported of it. */
  readonly copies: readonly FhirResource[];
  readonly setting: 'inpatient' | 'outpatient' | 'unknown';
  readonly name: string;
  /** Without code where the name tells ingredients and no product. */
  readonly product: { readonly code?: string; readonly name: string };
  readonly ingredient: Ingredient;
  readonly form?: string;
  readonly route: RouteGroup;
  readonly way?: Way;
  readonly strength?: Strength;
  /** The most that a day can bring, where every dosage can be read. */
  readonly dailyDose?: DailyDose;
  readonly prn: boolean;
}

/** A medication, or a part of one, for which no ingredient was found. */
export interface UnresolvedMedication {
  readonly name: string;
  readonly from: Phase['from'];
  /** It names no drug at all, by code, text or reference. */
  readonly empty: boolean;
}

/** A medication whose code and name stand for different drugs; both were taken for what the patient is exposed to. */
export interface MedicationDisagreement extends Disagreement {
  readonly label: string;
  readonly from: Phase['from'];
}

export interface Exposures {
  readonly exposures: readonly Exposure[];
  readonly unresolved: readonly UnresolvedMedication[];
  readonly disagreements: readonly MedicationDisagreement[];
}

export interface ExposureInput {
  readonly chart: readonly FhirResource[];
  readonly drafts: readonly FhirResource[];
  readonly now: Date;
  readonly resolve: (bearer: MedicationBearer) => MedicationResolution;
}

interface ResolvedRecord extends DrugRecord {
  readonly label: string;
}

/** Exposures, and the names of the drugs that no ingredient could be found for or that are named in two ways. */
export const buildExposures = ({ chart, drafts, now, resolve }: ExposureInput): Exposures => {
  const unresolved: UnresolvedMedication[] = [];
  const disagreements: MedicationDisagreement[] = [];
  const read = (resource: MedicationBearer, phase: Phase): readonly ResolvedRecord[] => {
    const resolution = resolve(resource);
    const { label } = resolution;
    const { from } = phase;
    if (resolution.status === 'non-drug') return [];
    if (resolution.status === 'unresolved') {
      unresolved.push({ name: label, from, empty: resolution.empty });
      return [];
    }
    for (const part of resolution.unknownParts) unresolved.push({ name: `${part} (in ${label})`, from, empty: false });
    if (resolution.disagreement) disagreements.push({ ...resolution.disagreement, label, from });
    const { medication } = resolution;
    const route = medication.route === 'unknown' ? routeOf(resource) : medication.route;
    return [{ resource, phase, medication: { ...medication, route }, setting: settingOf(resource), label }];
  };

  const drafted = drafts.flatMap((draft) =>
    bearsMedication(draft) && !isStopOrder(draft) ? read(draft, phaseOfDraft(draft, now)) : [],
  );
  const charted = chart.flatMap((resource) => {
    const phase = bearsMedication(resource) ? phaseOf(resource, now) : undefined;
    return phase && bearsMedication(resource) ? read(resource, phase) : [];
  });
  const replaced = replacedBy(drafts);
  const begun = new Map<FhirResource, Pick<Phase, 'start' | 'startIs'>>();
  const kept = groupCopies(charted).flatMap(([first, ...copies]) => {
    const group = [first, ...copies];
    const by = group.flatMap(({ resource }) => replaced.get(keyOf(resource) ?? '') ?? []);
    if (by.length === 0) return [group];
    if (by.includes('entered-in-error')) return [];
    // The drug goes on as the draft says; another drug instead of it ends it, and it still acts for a while.
    const goesOn = drafted.filter(({ medication }) => isSameDrug(medication.ingredients, first.medication.ingredients));
    const { start, startIs } = datesOf(group);
    if (start !== undefined && startIs !== undefined)
      for (const { resource } of goesOn) begun.set(resource, { start, startIs });
    const ended = { ...first.phase, from: 'recent', stop: now.toISOString(), stopIs: 'assumed' } as const;
    return goesOn.length > 0 ? [] : [[{ ...first, phase: ended }, ...copies]];
  });
  const renewed = drafted.map((draft) => [{ ...draft, phase: { ...draft.phase, ...begun.get(draft.resource) } }]);
  return {
    exposures: [...renewed, ...kept].flatMap(toExposures),
    unresolved,
    disagreements,
  };
};

const toExposures = (group: readonly ResolvedRecord[], therapy: number): readonly Exposure[] => {
  const [speaker, ...copies] = group;
  if (!speaker) return [];
  const { resource, phase, medication, label } = speaker;
  const { code, name, ingredients } = medication;
  const form = group.map((each) => each.medication.form).find((each) => each !== undefined);
  const route = group.map((each) => each.medication.route).find((each) => each !== 'unknown') ?? 'unknown';
  const way = group
    .map(({ resource, medication: { form, name }, label }) => wayOf(resource, [form, name, label]))
    .find((each) => each !== undefined);
  const setting = group.map((each) => each.setting).find((each) => each !== 'unknown') ?? 'unknown';
  const dates = datesOf(group);
  return ingredients.map((ingredient): Exposure => {
    const own = group
      .flatMap((each) => each.medication.ingredients)
      .find((each) => each.code === ingredient.code && each.strength !== undefined);
    const withStrength = { ...ingredient, ...(own?.strength && { strength: own.strength }) };
    const alone = ingredients.length === 1;
    const doses = group.map((each) => dailyDoseOf(each.resource, withStrength, alone));
    const dailyDose = doses.find((dose) => dose !== undefined);
    return {
      therapy,
      resource,
      copies: copies.map((copy) => copy.resource),
      from: phase.from,
      ...dates,
      setting,
      name: label,
      product: { ...(code !== undefined && { code }), name },
      ingredient: { code: ingredient.code, name: ingredient.name },
      ...(form !== undefined && { form }),
      route,
      ...(way !== undefined && { way }),
      ...(withStrength.strength && { strength: withStrength.strength }),
      ...(dailyDose && { dailyDose }),
      prn: isAsNeeded(resource),
    };
  });
};

/** What the speaker tells; a date that it lacks or only assumes from the copies that know it, the earliest start of them. */
const datesOf = (group: readonly ResolvedRecord[]): Omit<Phase, 'from'> => {
  const [speaker, ...copies] = group.map(({ phase }) => phase);
  const { start, startIs, stop, stopIs } = speaker ?? {};
  const known = copies
    .flatMap((copy) => (copy.startIs === 'known' && copy.start !== undefined ? [copy.start] : []))
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
  const starts =
    startIs !== 'known' && known !== undefined
      ? ({ start: known, startIs: 'known' } as const)
      : { ...(start !== undefined && { start }), ...(startIs !== undefined && { startIs }) };
  return { ...starts, ...(stop !== undefined && { stop }), ...(stopIs !== undefined && { stopIs }) };
};

/**
 * What drafts replace, with the draft's status: a draft of an order that stands in the chart changes or stops that order, and
 * priorPrescription names another that it is in place of.
 */
const replacedBy = (drafts: readonly FhirResource[]): ReadonlyMap<string, string> =>
  new Map(
    drafts.flatMap((draft) => {
      const { status, priorPrescription } = draft as MedicationRequest;
      return [keyOf(draft), priorPrescription?.reference].flatMap((reference) =>
        reference == null ? [] : [[reference, status ?? 'draft'] as const],
      );
    }),
  );

const isSameDrug = (one: readonly Ingredient[], other: readonly Ingredient[]): boolean =>
  one.length === other.length && one.every(({ code }) => other.some((each) => each.code === code));

const isStopOrder = (draft: FhirResource): boolean => {
  const { status, doNotPerform } = draft as MedicationRequest;
  return (
    doNotPerform === true ||
    /^(on-hold|cancelled|stopped|completed|entered-in-error|not-done|declined)$/.test(status ?? '')
  );
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
