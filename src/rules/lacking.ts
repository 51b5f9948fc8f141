import type { Missing, PatientRecord } from '../record/record.ts';
import type { Finding, FindingStatus } from './finding.ts';
import type { Rule } from './rule-set.ts';

/** What the record lacks of the data that a modifier is judged by, in words. */
export const lackOf =
  ({ modifierTypes }: Rule, { missing }: PatientRecord) =>
  (modifier: string): string | undefined =>
    missing
      .filter(({ types }) => types.some((type) => modifierTypes.get(modifier)?.has(type)))
      .map(({ what, reason }) => `${what}: ${reason}`)
      .join('; ') || undefined;

/** What the record lacks of the types that a rule reads, and of those that decide its population; likewise of value sets. */
export const lackingFor = ({ requirements, populationTypes, partlyKnown }: Rule, { missing }: PatientRecord) => ({
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
export const withoutGuessing = (finding: Finding, lacking: readonly Missing[]): Finding => {
  if (lacking.length === 0) return finding;
  const missing = [...finding.missing, ...lacking.map(({ what, reason }) => `${what}: ${reason}`)];
  // To ask helps where it is not on record, and not where the record could not be had.
  const asks = finding.status === 'unknown' && finding.questions !== undefined;
  if (!asks && !fromAbsence.has(finding.status)) return { ...finding, missing };
  const { key, rule, evidence, facts } = finding;
  return { key, rule, evidence, facts, missing, status: 'unknown', reason: missing.join('; ') };
};

/** Statuses that are concluded from what is not there. */
export const fromAbsence: ReadonlySet<FindingStatus> = new Set(['not-applicable', 'due-soon', 'due', 'overdue']);
