import type { PatientRecord } from '../record/record.ts';
import type { GateClause, OrderManifest } from './manifest.ts';

/** The drug classes that the patient's exposures belong to, by where they come from; joined once for all rules. */
export interface ClassesPresent {
  readonly byFrom: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly drafts: ReadonlyMap<string, number>;
}

/** Which classes the record's exposures are of, and how often, so that a gate asks a map and not the record. */
export const classesPresent = (
  record: PatientRecord,
  classesOf: (ingredient: string) => readonly string[],
): ClassesPresent => {
  const byFrom = new Map<string, Map<string, number>>();
  for (const { from, ingredient } of record.exposures) {
    const counts = byFrom.get(from) ?? new Map<string, number>();
    for (const each of classesOf(ingredient.code)) counts.set(each, (counts.get(each) ?? 0) + 1);
    byFrom.set(from, counts);
  }
  return { byFrom, drafts: byFrom.get('draft') ?? new Map() };
};

/** Whether the drafts hold anything that an order rule is about. */
export const gateConcerns = ({ gate }: OrderManifest, { drafts }: ClassesPresent): boolean =>
  gate.some(({ draft }) => draft.some((each) => drafts.has(each)));

/** Whether an order rule can fire for this patient at all; a rule whose gate is shut costs nothing more. */
export const gateOpens = ({ gate }: OrderManifest, present: ClassesPresent, record: PatientRecord): boolean =>
  gate.some((clause) => opens(clause, present, record));

const opens = (
  { draft, with: others, in: places }: GateClause,
  { byFrom, drafts }: ClassesPresent,
  record: PatientRecord,
): boolean => {
  if (!draft.some((each) => drafts.has(each))) return false;
  return places.some((place) => {
    switch (place) {
      case 'allergy':
        return record.ofType('AllergyIntolerance').length > 0;
      case 'condition':
        return record.ofType('Condition').length > 0;
      case 'order':
        return record.drafts.length > 1 || record.ofType('ServiceRequest').length > 0;
      default: {
        const counts = byFrom.get(place);
        return others.some((each) => counts?.has(each));
      }
    }
  });
};
