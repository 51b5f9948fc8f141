import { localDate } from '../clock.ts';
import type { CqlValue, Evaluation } from '../cql/engine.ts';
import { messageOf } from '../errors.ts';
import type { Missing, PatientRecord } from '../record/record.ts';
import type { Census } from './census.ts';
import { type Finding, type FindingStatus, findingKeys, type SettledFinding } from './finding.ts';
import type { GatesOfRecord } from './gate.ts';
import { cqlProvider, type InteractionProvider } from './interaction-provider.ts';
import { judgeCare } from './judge-care.ts';
import { judgeOrder } from './judge-order.ts';
import type { CareManifest, Manifest, OrderManifest } from './manifest.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import { settleAlerts } from './settle-alerts.ts';
import { valueSetBase } from './vocabulary.ts';

export interface EvaluateOptions {
  readonly record: PatientRecord;
  readonly rules: readonly Rule[];
  readonly now: Date;
  readonly timeZone: string;
  /** What this installation has ever shown of completions; what the record shows is noted. */
  readonly census: Census;
  /** Milliseconds since the epoch after which no further rule is begun. */
  readonly deadline?: number;
  /** Steps that the loops of one rule may take before it is unknown: code that computes cannot be interrupted. */
  readonly work?: number;
  /** The time that the deadline is compared with; the process's own clock unless told. */
  readonly elapsed?: () => number;
}

/** Some 50 ms of the quickest steps; the shipped rules take a few thousand on a record of 1,000 resources. */
const workBudget = 5_000_000;

/**
 * What each rule says of the record, the same on both clocks. A rule that fails, runs past the deadline or lacks data
 * is `unknown` with its reason and takes no other down.
 */
export const evaluate = async (ruleSet: RuleSet, options: EvaluateOptions): Promise<readonly Finding[]> => {
  const { record, rules, now, timeZone, census, deadline, work = workBudget, elapsed = Date.now } = options;
  const subject = { source: record.source, patientId: record.patientId, today: localDate(now, timeZone) };
  // Begun with the first rule, so that a record which cannot be read makes the rules unknown and the answer no failure.
  let begun: Begun | undefined;
  const begin = () => {
    if (rules.some(({ manifest }) => manifest.kind !== 'order' && manifest.completion.length > 0))
      census.note({ patient: keyOf(''), valueSets: ruleSet.completions.seenIn(record) });
    const evaluation = ruleSet.engine.evaluate({ record, now, timeZone });
    return {
      evaluation,
      shippedRules: cqlProvider(ruleSet.rules, evaluation),
      gates: rules.some(({ manifest }) => manifest.kind === 'order') ? ruleSet.gates.of(record) : undefined,
    };
  };

  const age = ageInYears(record.patient.birthDate, subject.today);
  const keyOf = findingKeys(record.source, record.patientId);
  const findings: Finding[] = [];
  for (const rule of rules) {
    const { manifest } = rule;
    const settled = (status: 'unknown' | 'not-applicable', reason: string): SettledFinding => ({
      key: keyOf(manifest.id),
      rule: manifest.id,
      evidence: [],
      missing: [],
      facts: {},
      status,
      reason,
    });
    if (deadline !== undefined && elapsed() >= deadline) {
      findings.push(settled('unknown', 'there was no time left to evaluate it'));
      continue;
    }
    try {
      begun ??= begin();
      const { evaluation, shippedRules, gates } = begun;
      evaluation.allow?.(work);
      if (manifest.kind === 'order') {
        if (!gates?.concerned.has(manifest.id)) findings.push(settled('not-applicable', 'no order it is about'));
        else if (!isOfAge(manifest.ages, age)) findings.push(settled('not-applicable', 'written for other ages'));
        else if (!gates.open.has(manifest.id)) {
          const lacking = lackingAmong(typesOfGate(manifest), record);
          findings.push(withoutGuessing(settled('not-applicable', 'no alert'), lacking));
        } else {
          const provider = rule.provider === undefined ? shippedRules : ruleSet.providers.get(rule.provider);
          if (!provider) throw new Error(`expected the interaction provider "${rule.provider}" to be loaded`);
          const given = await provider.alerts({ rule: manifest.id, record, now, timeZone });
          const { alerts, silenced } = judgeOrder(manifest, given as unknown as CqlValue, {
            ...subject,
            lackOf: lackOf(rule, record),
          });
          const none = { ...settled('not-applicable', 'no alert'), ...(silenced.length > 0 && { silenced }) };
          const { types } = lackingFor(rule, record);
          findings.push(...(alerts.length > 0 ? alerts : [none]).map((finding) => withoutGuessing(finding, types)));
        }
      } else if (!isOfAge(manifest.ages, age)) findings.push(settled('not-applicable', 'written for other ages'));
      else if (isDeceased(record)) findings.push(settled('not-applicable', 'the patient has died'));
      else {
        const judged = judgeCare(manifest, await careValues(rule, manifest, evaluation), subject);
        const lacking = lackingFor(rule, record);
        const notMapped = manifest.completion.filter((entry) => !entry.some(census.isMapped));
        findings.push(
          ...judged
            .map((finding) =>
              withoutGuessing(finding, finding.status === 'not-applicable' ? lacking.populationTypes : lacking.types),
            )
            .map((finding) => whereMapped(finding, notMapped, ruleSet)),
        );
      }
    } catch (thrown) {
      findings.push({ ...settled('unknown', messageOf(thrown)), failed: true });
    }
  }
  return settleAlerts(findings, { ruleSet, rules, record }).map((finding) => withResultsAsSent(finding, record));
};

interface Begun {
  readonly evaluation: Evaluation;
  readonly shippedRules: Pick<InteractionProvider, 'alerts'>;
  readonly gates: GatesOfRecord | undefined;
}

/** Completed years; undefined where the day of birth is not known to the day. */
const ageInYears = (birthDate: string | undefined, today: string): number | undefined => {
  if (birthDate === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return undefined;
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
};

const isOfAge = (ages: Manifest['ages'], age: number | undefined): boolean =>
  ages === 'any' || age === undefined || (age >= ages.from && (ages.to === undefined || age <= ages.to));

/** The resource types by which it is known that the gate of a rule is shut. */
const typesOfGate = ({ gate }: OrderManifest): ReadonlySet<string> =>
  new Set(
    gate.flatMap((clause) =>
      clause.in.flatMap((place) => {
        if (place === 'allergy') return ['AllergyIntolerance'];
        if (place === 'condition') return ['Condition'];
        return place === 'order' ? ['ServiceRequest'] : ['MedicationRequest', 'MedicationStatement'];
      }),
    ),
  );

const lackingAmong = (types: ReadonlySet<string>, { missing }: PatientRecord): readonly Missing[] =>
  missing.filter((each) => each.types.some((type) => types.has(type)));

/** People compare what a card names with what the laboratory sent, in its unit. */
const withResultsAsSent = (finding: Finding, { original }: PatientRecord): Finding =>
  finding.evidence.some(({ resourceType }) => resourceType === 'Observation')
    ? {
        ...finding,
        evidence: finding.evidence.map((each) => (each.resourceType === 'Observation' ? original(each) : each)),
      }
    : finding;

const isDeceased = ({ patient }: PatientRecord): boolean =>
  patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined;

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

/** What the record lacks of the data that a modifier is judged by, in words. */
const lackOf =
  ({ modifierTypes }: Rule, { missing }: PatientRecord) =>
  (modifier: string): string | undefined =>
    missing
      .filter(({ types }) => types.some((type) => modifierTypes.get(modifier)?.has(type)))
      .map(({ what, reason }) => `${what}: ${reason}`)
      .join('; ') || undefined;

/** What the record lacks of the types that a rule reads, and of those that decide its population; likewise of value sets. */
const lackingFor = ({ requirements, populationTypes, partlyKnown }: Rule, { missing }: PatientRecord) => ({
  types: [...missing.filter(({ types }) => requirements.some(({ type }) => types.includes(type))), ...partlyKnown.any],
  populationTypes: [
    ...missing.filter(({ types }) => types.some((type) => populationTypes.has(type))),
    ...partlyKnown.population,
  ],
});

/**
 * A conclusion drawn from absence needs the whole record: where a type it rests on is less than whole, "due" is unknown,
 * and so are "no alert" and "not in the population". What was found (an alert, a test done, an exclusion) stands on its
 * own evidence.
 */
const withoutGuessing = (finding: Finding, lacking: readonly Missing[]): Finding => {
  if (lacking.length === 0) return finding;
  const missing = [...finding.missing, ...lacking.map(({ what, reason }) => `${what}: ${reason}`)];
  if (!fromAbsence.has(finding.status)) return { ...finding, missing };
  const { key, rule, evidence, facts } = finding;
  return { key, rule, evidence, facts, missing, status: 'unknown', reason: missing.join('; ') };
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

const fromAbsence: ReadonlySet<FindingStatus> = new Set(['not-applicable', 'due-soon', 'due', 'overdue']);
