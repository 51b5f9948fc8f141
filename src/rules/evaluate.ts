import { localDate } from '../clock.ts';
import type { Evaluation } from '../cql/engine.ts';
import { messageOf } from '../errors.ts';
import type { PatientRecord } from '../record/record.ts';
import { ageInYears, isOfAge } from './ages.ts';
import type { Census } from './census.ts';
import { evaluateCare } from './evaluate-care.ts';
import { evaluateOrder, gateShut } from './evaluate-order.ts';
import { type Finding, findingKeys, type SettledFinding } from './finding.ts';
import type { GatesOfRecord } from './gate.ts';
import { cqlProvider, type InteractionProvider } from './interaction-provider.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import { settleAlerts } from './settle-alerts.ts';

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

  const noCare = whyNoCare(record);
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
      if (manifest.kind === 'order' && !gates?.concerned.has(manifest.id))
        findings.push(settled('not-applicable', 'no order it is about'));
      else if (!isOfAge(manifest.ages, age)) findings.push(settled('not-applicable', 'written for other ages'));
      else if (manifest.kind === 'order') {
        const none = settled('not-applicable', 'no alert');
        const provider = rule.provider === undefined ? shippedRules : ruleSet.providers.get(rule.provider);
        if (!provider) throw new Error(`expected the interaction provider "${rule.provider}" to be loaded`);
        findings.push(
          ...(gates?.open.has(manifest.id)
            ? await evaluateOrder(rule, manifest, { record, now, timeZone, subject, provider, none })
            : [gateShut(manifest, record, none)]),
        );
      } else if (noCare !== undefined) findings.push(settled('not-applicable', noCare));
      else findings.push(...(await evaluateCare(rule, manifest, { ruleSet, record, evaluation, census, subject })));
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

/** People compare what a card names with what the laboratory sent, in its unit. */
const withResultsAsSent = (finding: Finding, { original }: PatientRecord): Finding =>
  finding.evidence.some(({ resourceType }) => resourceType === 'Observation')
    ? {
        ...finding,
        evidence: finding.evidence.map((each) => (each.resourceType === 'Observation' ? original(each) : each)),
      }
    : finding;

/** Why no care is due to whoever the record is of; undefined where it is. */
const whyNoCare = ({ patient }: PatientRecord): string | undefined => {
  if (patient.deceasedBoolean === true || patient.deceasedDateTime != null) return 'the patient has died';
  if (patient.link?.some(({ type }) => type === 'replaced-by'))
    return 'this record was merged into another, which is the one to look at';
  return patient.active === false ? "the patient's record is no longer in use" : undefined;
};
