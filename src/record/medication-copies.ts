import type {
  FhirResource,
  MedicationAdministration,
  MedicationDispense,
  MedicationRequest,
  MedicationStatement,
  Reference,
} from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import type { Ingredient, Medication } from '../terminology/drug.ts';
import { listed } from './dosages.ts';
import { isReported, type Phase } from './medication-phase.ts';
import type { MedicationBearer } from './normalise.ts';

/** One record of a drug: an order, a dispense, an administration or a statement, with what was found out about it. */
export interface DrugRecord {
  readonly resource: MedicationBearer;
  readonly phase: Phase;
  readonly medication: Medication;
  readonly setting: 'inpatient' | 'outpatient' | 'unknown';
}

/**
 * Groups what is told of one and the same therapy; each group begins with the record that speaks for it. Records belong
 * together where one names the other and they are of the same ingredients; and, of what is taken now, where product, route
 * and setting agree. Two orders are two therapies unless one renews the other.
 */
export const groupCopies = <T extends DrugRecord>(records: readonly T[]): readonly (readonly [T, ...T[]])[] => {
  const groups = linked(records);
  const merged: T[][] = [];
  const byIngredients = new Map<string, T[][]>();
  for (const group of groups.toSorted((a, b) => kindRank(a) - kindRank(b))) {
    const [first] = group;
    const others = getOrCompute(byIngredients, ingredientKey(first as T), () => []);
    const same = others.find((other) => areCopies(other, group));
    if (same) same.push(...group);
    else {
      others.push(group);
      merged.push(group);
    }
  }
  // In the order of the record.
  const place = new Map(records.map((each, i) => [each, i]));
  const firstPlace = (group: readonly T[]) => Math.min(...group.map((each) => place.get(each) ?? 0));
  return merged
    .toSorted((a, b) => firstPlace(a) - firstPlace(b))
    .map((group) => group.toSorted(bySpeaker(group)) as [T, ...T[]]);
};

/** What has no id is nothing that another record could name. */
export const keyOf = ({ resourceType, id }: FhirResource): string | undefined =>
  id == null ? undefined : `${resourceType}/${id}`;

/** Groups by references between records of the same ingredients. */
const linked = <T extends DrugRecord>(records: readonly T[]): readonly T[][] => {
  const byKey = new Map(
    records.flatMap((each) => (keyOf(each.resource) ? [[keyOf(each.resource), each] as const] : [])),
  );
  const groupOf = new Map<T, T[]>(records.map((each) => [each, [each]]));
  for (const each of records)
    for (const reference of referencesOf(each.resource)) {
      const other = byKey.get(reference);
      const own = groupOf.get(each);
      const theirs = other && groupOf.get(other);
      if (!other || !own || !theirs || own === theirs || ingredientKey(each) !== ingredientKey(other)) continue;
      theirs.push(...own);
      for (const moved of own) groupOf.set(moved, theirs);
    }
  return [...new Set(groupOf.values())];
};

const referencesOf = (resource: FhirResource): readonly string[] => {
  const { priorPrescription } = resource as MedicationRequest;
  const { authorizingPrescription } = resource as MedicationDispense;
  const { request } = resource as MedicationAdministration;
  const { basedOn, derivedFrom } = resource as MedicationStatement;
  const named: (Reference | Reference[] | null | undefined)[] =
    resource.resourceType === 'MedicationRequest'
      ? [priorPrescription]
      : [authorizingPrescription, request, basedOn, derivedFrom];
  return named.flatMap((each) => listed(each)).flatMap(({ reference }) => reference ?? []);
};

const ingredientKey = ({ medication }: DrugRecord): string =>
  medication.ingredients
    .map(({ code }) => code)
    .sort()
    .join('|');

const kinds = ['order', 'dispense', 'administration', 'reported'] as const;

const kindOf = ({ resource }: DrugRecord): (typeof kinds)[number] => {
  switch (resource.resourceType) {
    case 'MedicationRequest':
      return isReported(resource as MedicationRequest) ? 'reported' : 'order';
    case 'MedicationDispense':
      return 'dispense';
    case 'MedicationAdministration':
      return 'administration';
    default:
      return 'reported';
  }
};

const kindRank = (group: readonly DrugRecord[]): number =>
  Math.min(...group.map((each) => kinds.indexOf(kindOf(each))));

const isCurrent = ({ phase }: DrugRecord): boolean => phase.from === 'active' || phase.from === 'reported';

const areCopies = (one: readonly DrugRecord[], other: readonly DrugRecord[]): boolean => {
  const hasOrder = (group: readonly DrugRecord[]) => group.some((each) => kindOf(each) === 'order');
  return (
    !(hasOrder(one) && hasOrder(other)) &&
    [...one, ...other].every(isCurrent) &&
    one.every((each) => other.every((theirs) => agree(each, theirs)))
  );
};

/** Nothing that both tell differs: the setting, the route, the form and the strength of every ingredient. */
const agree = (one: DrugRecord, other: DrugRecord): boolean =>
  isSame(known(one.setting), known(other.setting)) &&
  isSame(known(one.medication.route), known(other.medication.route)) &&
  isSame(one.medication.form?.toLowerCase(), other.medication.form?.toLowerCase()) &&
  one.medication.ingredients.every((ingredient) =>
    isSame(
      strengthKey(ingredient),
      strengthKey(other.medication.ingredients.find(({ code }) => code === ingredient.code)),
    ),
  );

const known = (value: string): string | undefined => (value === 'unknown' ? undefined : value);

const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other;

const strengthKey = (ingredient: Ingredient | undefined): string | undefined =>
  ingredient?.strength && `${ingredient.strength.value} ${ingredient.strength.unit} ${ingredient.strength.per ?? ''}`;

const phaseRanks: Readonly<Record<Phase['from'], number>> = { draft: 0, active: 1, reported: 2, held: 3, recent: 4 };

/** What is taken now speaks before what was; of an order that was stopped or is on hold the supply at home does not. */
const bySpeaker = (group: readonly DrugRecord[]) => {
  const orders = group.filter((each) => kindOf(each) === 'order');
  const ended = orders.length > 0 && orders.every(({ resource }) => /^(stopped|on-hold)$/.test(statusOf(resource)));
  const rank = (each: DrugRecord): number =>
    ended && kindOf(each) === 'dispense' ? phaseRanks.recent + 1 : phaseRanks[each.phase.from];
  return (a: DrugRecord, b: DrugRecord): number =>
    rank(a) - rank(b) || kinds.indexOf(kindOf(a)) - kinds.indexOf(kindOf(b)) || renewal(a, b);
};

const statusOf = (resource: FhirResource): string => (resource as { status?: string }).status ?? '';

/** The order that names the other as its prior prescription comes first. */
const renewal = ({ resource: a }: DrugRecord, { resource: b }: DrugRecord): number =>
  referencesOf(a).includes(keyOf(b) ?? '') ? -1 : referencesOf(b).includes(keyOf(a) ?? '') ? 1 : 0;
