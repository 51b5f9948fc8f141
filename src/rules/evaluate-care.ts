import type { Evaluation } from '../cql/engine.ts';
import type { PatientRecord } from '../record/record.ts';
import type { Census } from './census.ts';
import type { Finding } from './finding.ts';
import { type CareSubject, judgeCare } from './judge-care.ts';
import { fromAbsence, lackingFor, withoutGuessing } from './lacking.ts';
import type { CareManifest } from './manifest.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import { valueSetBase } from './vocabulary.ts';

export interface CareQuestion {
  readonly ruleSet: RuleSet;
  readonly record: PatientRecord;
  readonly evaluation: Evaluation;
  readonly census: Census;
  readonly subject: CareSubject;
}

/** What a rule about care says of the record, and what it cannot say for what is missing or was never seen. */
export const evaluateCare = async (
  rule: Rule,
  manifest: CareManifest,
  { ruleSet, record, evaluation, census, subject }: CareQuestion,
): Promise<readonly Finding[]> => {
  const judged = judgeCare(manifest, await careValues(rule, manifest, evaluation), subject);
  const lacking = lackingFor(rule, record);
  const notMapped = manifest.completion.filter((entry) => !entry.some(census.isMapped));
  return judged
    .map((finding) =>
      withoutGuessing(finding, finding.status === 'not-applicable' ? lacking.populationTypes : lacking.types),
    )
    .map((finding) => whereMapped(finding, notMapped, ruleSet));
};

/** The definitions of a care rule, the shorthand of one instance with one step written out. */
const careValues = async ({ library, definitions }: Rule, manifest: CareManifest, evaluation: Evaluation) => {
  const value = (name: string) => (definitions.has(name) ? evaluation.value(library, name) : Promise.resolve(null));
  const inPopulation = await value('In Population');
  const missing = await value('Missing');
  if (inPopulation !== true) return { inPopulation, missing, exclusions: null, instances: null, facts: null };
  const exclusions = await value('Exclusions');
  const facts = await value('Facts');
  if (definitions.has('Instances'))
    return { inPopulation, missing, exclusions, facts, instances: await value('Instances') };
  const [track = ''] = Object.keys(manifest.tracks);
  const [step = ''] = Object.keys(manifest.tracks[track] ?? {});
  const lastDone = await value('Last Done');
  const done =
    typeof lastDone === 'object' && lastDone !== null && 'done' in lastDone ? lastDone : { done: null, doneBy: null };
  const steps = [{ step, ...done, due: await value('Due Date'), pending: await value('Pending') }];
  return {
    inPopulation,
    missing,
    exclusions,
    facts,
    instances: [{ key: null, track, start: null, evidence: null, steps }],
  };
};

/** That nothing done is on record says nothing where what is done has never been seen on any record. */
const whereMapped = (
  finding: Finding,
  notMapped: CareManifest['completion'],
  { vocabulary: { valueSets } }: RuleSet,
): Finding => {
  if (notMapped.length === 0 || !fromAbsence.has(finding.status) || finding.status === 'not-applicable') return finding;
  const titles = notMapped.map((entry) =>
    entry.map((id) => `"${valueSets.get(valueSetBase + id)?.title ?? id}"`).join(' or '),
  );
  const { key, rule, evidence, facts, missing } = finding;
  const reason = `not mapped here: this installation has never shown ${titles.join(' nor ')}, so we cannot tell whether it was done`;
  return { key, rule, evidence, facts, missing, status: 'unknown', reason, notMapped: notMapped.flat() };
};
