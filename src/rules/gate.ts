import type { CodeableConcept, FhirResource } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import type { PatientRecord } from '../record/record.ts';
import { hasCode } from '../terminology/code-set.ts';
import type { GateClause, Manifest } from './manifest.ts';
import { type Vocabulary, valueSetBase } from './vocabulary.ts';

/** Which order rules the drafts of a record concern, and which of these can fire. */
export interface GatesOfRecord {
  /** The drafts hold what the rule is about. */
  readonly concerned: ReadonlySet<string>;
  /** What it is about beside the draft is there too. */
  readonly open: ReadonlySet<string>;
}

/** The gates of all order rules of a rule set, looked up by what a record holds. */
export interface Gates {
  of(record: PatientRecord): GatesOfRecord;
}

type Clause = GateClause & { readonly rule: string };

/**
 * Joins what the patient takes and is about to take with the classes that the rules are about, before any CQL: a rule
 * whose class no draft has costs nothing, however many there are.
 */
export const createGates = (
  rules: readonly { readonly manifest: Manifest }[],
  { classesOf, valueSets, drugClasses }: Pick<Vocabulary, 'classesOf' | 'valueSets' | 'drugClasses'>,
): Gates => {
  const any: Clause[] = [];
  const byDraft = new Map<string, Clause[]>();
  for (const { manifest } of rules) {
    if (manifest.kind !== 'order') continue;
    for (const each of manifest.gate) {
      const clause = { ...each, rule: manifest.id };
      if (clause.draft === 'any') any.push(clause);
      else for (const id of clause.draft) getOrCompute(byDraft, id, () => []).push(clause);
    }
  }
  const ofCodes = [...byDraft.keys()]
    .filter((id) => !drugClasses.has(id))
    .flatMap((id) => valueSets.get(valueSetBase + id) ?? [])
    .map((set) => ({ id: set.url.slice(valueSetBase.length), set }));

  /** The classes of a draft's ingredients, and the value sets that its own codes are in. */
  const classesOfDrafts = ({ drafts, exposures }: PatientRecord) =>
    new Set([
      ...exposures.flatMap(({ from, ingredient }) => (from === 'draft' ? classesOf(ingredient.code) : [])),
      ...drafts.flatMap((draft) =>
        codingsOf(draft).flatMap(({ system, code }) =>
          ofCodes.flatMap(({ id, set }) => (hasCode(set, system, code) ? id : [])),
        ),
      ),
    ]);

  return {
    of: (record) => {
      const concerned = new Set<string>();
      const open = new Set<string>();
      if (record.drafts.length === 0) return { concerned, open };
      const present = presentIn(record, classesOf);
      const ask = (clause: Clause) => {
        concerned.add(clause.rule);
        if (!open.has(clause.rule) && opens(clause, present, record)) open.add(clause.rule);
      };
      any.forEach(ask);
      for (const id of classesOfDrafts(record)) byDraft.get(id)?.forEach(ask);
      return { concerned, open };
    },
  };
};

interface Present {
  /** The drug classes of exposures, by where these come from. */
  readonly classes: ReadonlyMap<string, ReadonlySet<string>>;
  /** The ingredients that a draft and another exposure have in common, by where the other comes from. */
  readonly shared: ReadonlySet<string>;
}

const presentIn = ({ exposures }: PatientRecord, classesOf: Vocabulary['classesOf']): Present => {
  const classes = new Map<string, Set<string>>();
  const shared = new Set<string>();
  const drafted = new Map<string, FhirResource>();
  for (const { from, ingredient, resource } of exposures) {
    const found = getOrCompute(classes, from, () => new Set());
    for (const each of classesOf(ingredient.code)) found.add(each);
    const draft = drafted.get(ingredient.code);
    if (draft !== undefined && draft !== resource) shared.add(from);
    if (from === 'draft' && draft === undefined) drafted.set(ingredient.code, resource);
  }
  return { classes, shared };
};

const opens = ({ with: others, in: places }: Clause, { classes, shared }: Present, record: PatientRecord): boolean =>
  places.some((place) => {
    switch (place) {
      case 'allergy':
        return record.ofType('AllergyIntolerance').length > 0;
      case 'condition':
        return record.ofType('Condition').length > 0;
      case 'order':
        return record.drafts.length > 1 || record.ofType('ServiceRequest').length > 0;
      default: {
        if (others === 'same-ingredient') return shared.has(place);
        const found = classes.get(place);
        return others === undefined || others.some((each) => found?.has(each));
      }
    }
  });

/** By which an order of any kind says what is ordered. */
const codingsOf = (draft: FhirResource) =>
  ['medicationCodeableConcept', 'code', 'vaccineCode'].flatMap((path) => {
    const concept = (draft as unknown as Readonly<Record<string, CodeableConcept | undefined>>)[path];
    return Array.isArray(concept?.coding) ? concept.coding : [];
  });
