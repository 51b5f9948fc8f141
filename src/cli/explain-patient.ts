import type { FhirResource } from 'fhir/r4.js';
import { completePrefetch } from '../cds-hooks/complete-prefetch.ts';
import { evidenceText } from '../cds-hooks/evidence.ts';
import { prefetchTemplates } from '../cds-hooks/prefetch-templates.ts';
import { type Clock, localDate } from '../clock.ts';
import type { FhirClient } from '../fhir/client.ts';
import { buildRecord } from '../record/record.ts';
import { allMapped } from '../rules/census.ts';
import { evaluate } from '../rules/evaluate.ts';
import type { RuleSet } from '../rules/rule-set.ts';

export interface ExplainDeps {
  readonly ruleSet: () => RuleSet;
  readonly client: FhirClient;
  readonly clock: Clock;
  readonly timeZone: string;
}

/** What every rule says of a patient on the FHIR server and of drafts, spoken or silent, in plain text. */
export const createExplain =
  ({ ruleSet, client, clock, timeZone }: ExplainDeps) =>
  async (patientId: string, drafts: readonly FhirResource[]) => {
    const current = ruleSet();
    const now = clock.now();
    const { entries, missing } = await completePrefetch(
      { hook: 'patient-view', hookInstance: '', context: { patientId } },
      prefetchTemplates(current.rules),
      client,
      { signal: AbortSignal.timeout(5_000), today: localDate(now, timeZone) },
    );
    const record = buildRecord({
      source: 'explain',
      patientId,
      entries,
      drafts: drafts.map((resource) => ({ resource })),
      missing,
      vocabulary: current.vocabulary,
      now,
    });
    if (!record) return [];
    const findings = await evaluate(current, { record, rules: current.rules, now, timeZone, census: allMapped });
    return findings.map((finding) => ({
      id: finding.rule,
      title: current.rules.find(({ manifest }) => manifest.id === finding.rule)?.manifest.title ?? finding.rule,
      status: finding.status,
      reason: reasonOf(finding),
      evidence: finding.evidence.map(evidenceText),
      missing: finding.missing,
    }));
  };

const reasonOf = (finding: Awaited<ReturnType<typeof evaluate>>[number]): string => {
  if (finding.status === 'alert')
    return `${finding.indicator}: ${finding.applied.map(({ label }) => label).join('; ') || finding.problem}`;
  return 'reason' in finding ? finding.reason : `due on ${finding.due}, overdue from ${finding.overdue}`;
};
