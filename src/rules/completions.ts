import type { FhirResource } from 'fhir/r4.js';
import type { ValueSet } from '../cql/value-sets.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { type CodeSorter, createCodeSorter } from '../record/code-sorter.ts';
import type { PatientRecord } from '../record/record.ts';
import type { Rule } from './rule-set.ts';
import { type Vocabulary, valueSetBase } from './vocabulary.ts';

/** The value sets by which rules know that what they ask for was done. */
export interface Completions {
  readonly ids: ReadonlySet<string>;
  /** Those of which a record has a code on something that was done. */
  seenIn(record: PatientRecord): readonly string[];
}

/** Types that say what is planned, wished or feared: their codes do not show that what is done has codes of the set too. */
const notDone: ReadonlySet<string> = new Set([
  'AllergyIntolerance',
  'Appointment',
  'CarePlan',
  'CommunicationRequest',
  'DeviceRequest',
  'Goal',
  'NutritionOrder',
  'ServiceRequest',
]);

/** Statuses of what was not done after all. */
const notDoneStatus: ReadonlySet<unknown> = new Set(['not-done', 'entered-in-error', 'cancelled']);

interface Look {
  readonly type: string;
  readonly path: string;
  readonly ids: readonly string[];
  readonly sorter: CodeSorter;
}

/** Where the value sets that rules name in `completion` are looked for: where the rules themselves retrieve by them. */
export const createCompletions = (
  rules: readonly Pick<Rule, 'manifest' | 'requirements'>[],
  { valueSets }: Pick<Vocabulary, 'valueSets'>,
): Completions => {
  const sets = new Map<string, { readonly type: string; readonly path: string; readonly ids: Map<string, ValueSet> }>();
  for (const { manifest, requirements } of rules)
    for (const id of completionIds(manifest))
      for (const { type, path, set } of retrievesOf(id, requirements, valueSets))
        getOrCompute(sets, `${type}.${path}`, () => ({ type, path, ids: new Map() })).ids.set(id, set);
  const looks = [...sets.values()].map(
    ({ type, path, ids }): Look => ({
      type,
      path,
      ids: [...ids.keys()],
      sorter: createCodeSorter((resource) => elementAt(resource, path), [...ids.values()]),
    }),
  );
  return {
    ids: new Set(looks.flatMap(({ ids }) => ids)),
    seenIn: (record) => {
      const seen = new Set<string>();
      for (const { type, path, ids, sorter } of looks) {
        const found = record.withCodes(type, path, sorter);
        ids.forEach((id, set) => {
          if (!seen.has(id) && found(set).some(wasDone)) seen.add(id);
        });
      }
      return [...seen];
    },
  };
};

/** The ids of a rule's `completion` that its library retrieves nothing done by: they could never be seen. */
export const unreadCompletions = (
  { manifest, requirements }: Pick<Rule, 'manifest' | 'requirements'>,
  { valueSets }: Pick<Vocabulary, 'valueSets'>,
): readonly string[] => completionIds(manifest).filter((id) => retrievesOf(id, requirements, valueSets).length === 0);

const completionIds = (manifest: Rule['manifest']): readonly string[] =>
  manifest.kind === 'order' ? [] : manifest.completion.flat();

const retrievesOf = (id: string, requirements: Rule['requirements'], valueSets: Vocabulary['valueSets']) => {
  const url = valueSetBase + id;
  const set = valueSets.get(url);
  return requirements.flatMap(({ type, codePath, valueSet }) =>
    set !== undefined && valueSet === url && codePath !== undefined && !notDone.has(type)
      ? { type, path: codePath, set }
      : [],
  );
};

const elementAt = (resource: FhirResource, path: string): unknown => {
  const element = resource as unknown as Readonly<Record<string, unknown>>;
  return element[path] ?? element[`${path}CodeableConcept`];
};

const wasDone = (resource: FhirResource): boolean =>
  !notDoneStatus.has((resource as { readonly status?: unknown }).status);
