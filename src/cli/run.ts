import type { Bundle, BundleEntry, Patient } from 'fhir/r4.js';
import { type Answer, answer } from '../cds-hooks/answer.ts';
import { type CdsService, servicesOf } from '../cds-hooks/discovery.ts';
import { profiles } from '../cds-hooks/profile.ts';
import { responseSchema } from '../cds-hooks/response-schema.ts';
import { type CdsHooksRequest, parseRequest } from '../cds-hooks/schema.ts';
import type { Settings } from '../config.ts';
import { CarehookError } from '../errors.ts';
import { entriesOf } from '../fhir/bundle.ts';
import { createFhirConnections } from '../fhir/client.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { createLog } from '../log.ts';
import { openCensus } from './census-file.ts';
import { eachPatient } from './each-bundle.ts';
import { loadRules } from './load-rules.ts';
import { momentOf, readBundle } from './read-bundle.ts';

export interface RunOptions {
  readonly hook: string;
  readonly bundles: string;
  readonly drafts?: string;
  readonly now?: string;
}

/**
 * Answers a hook for every patient of a folder as an EHR would call it, prefetch made from the Bundle, and prints what
 * the rules said. Ids stand for patients; no name is printed.
 */
export const run = async (settings: Settings, options: RunOptions): Promise<void> => {
  const now = momentOf(options.now);
  const ruleSet = await loadRules(settings);
  const services = servicesOf(ruleSet).filter(({ hook }) => hook === options.hook);
  if (services.length === 0)
    throw new CarehookError(
      'CONFIG_INVALID',
      `--hook: expected a hook that services.yaml serves, got "${options.hook}"`,
    );
  const drafts = options.drafts === undefined ? undefined : readBundle(options.drafts);
  const census = await openCensus(settings, { log: createLog(settings.logLevel) });
  const deps = {
    clock: { now: () => now },
    timeZone: settings.timeZone,
    budget: settings.budgetMs,
    fhirServers: [],
    fhir: createFhirConnections(),
    profile: profiles[settings.profile],
    mostCards: settings.mostCards,
    dueCards: settings.dueCards,
    census,
  };

  const tally = createTally();
  await eachPatient(
    options.bundles,
    async ({ patient, entries }) => {
      for (const service of services) {
        const request = requestFor(service, patient, entries, drafts);
        const started = performance.now();
        const given = await answer(ruleSet, service, request, deps);
        tally.add(request.context.patientId, given, performance.now() - started, entries.length);
      }
    },
    tally.fail,
  );
  await census.close();
  process.stdout.write(tally.report());
  if (tally.failures() > 0) process.exitCode = 1;
};

const requestFor = (
  service: CdsService,
  patient: Patient,
  entries: readonly BundleEntry[],
  drafts: Bundle | undefined,
): CdsHooksRequest => {
  const prefetch = Object.fromEntries(
    service.prefetch.map(({ key, type }) => [
      key,
      type === 'Patient'
        ? patient
        : {
            resourceType: 'Bundle',
            type: 'searchset',
            entry: entries.filter(({ resource }) => resource?.resourceType === type),
          },
    ]),
  );
  const draftOrders = drafts && {
    ...drafts,
    entry: entriesOf(drafts).map(({ resource }) => ({
      resource: { ...resource, subject: { reference: `Patient/${patient.id}` } },
    })),
  };
  const parsed = parseRequest({
    hook: service.hook,
    hookInstance: '00000000-0000-4000-8000-000000000000',
    context: { userId: 'Practitioner/run', patientId: patient.id, ...(draftOrders && { draftOrders, selections: [] }) },
    prefetch,
  });
  if ('issues' in parsed)
    throw new CarehookError('CONFIG_INVALID', parsed.issues.map(({ where, what }) => `${where}: ${what}`).join('; '));
  return parsed.request;
};

const createTally = () => {
  const byRule = new Map<string, Map<string, number>>();
  const reasons = new Map<string, number>();
  const indicators = new Map<string, number>();
  const timings: { readonly id: string; readonly ms: number; readonly resources: number }[] = [];
  const failed = new Map<string, string[]>();
  let invalid = 0;
  const fail = (where: string, reason: string) => getOrCompute(failed, reason, () => []).push(where);
  const failures = () => [...failed.values()].reduce((sum, { length }) => sum + length, 0);
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);

  return {
    add: (id: string, { cards, findings, invalid: kept }: Answer, ms: number, resources: number) => {
      timings.push({ id, ms, resources });
      invalid += kept.length;
      const checked = responseSchema.safeParse({ cards });
      if (!checked.success) fail(id, checked.error.message);
      for (const { indicator } of cards) count(indicators, indicator);
      for (const finding of findings) {
        const status = finding.status === 'alert' ? `alert ${finding.indicator}` : finding.status;
        count(
          getOrCompute(byRule, finding.rule, () => new Map()),
          status,
        );
        if ('reason' in finding && finding.status !== 'not-applicable')
          count(reasons, `${finding.rule}  ${finding.status}  ${finding.reason}`);
      }
    },
    fail,
    failures: () => failures() + invalid,
    report: (): string => {
      const sorted = timings.toSorted((a, b) => b.ms - a.ms);
      const total = timings.reduce((sum, { ms }) => sum + ms, 0);
      const lines = [
        `${timings.length} records answered, ${failures()} failed, ${invalid} cards invalid`,
        `cards: ${[...indicators].map(([indicator, n]) => `${n} ${indicator}`).join(', ') || 'none'}`,
        '',
        'findings by rule and status',
        ...[...byRule].flatMap(([rule, statuses]) =>
          [...statuses]
            .sort((a, b) => b[1] - a[1])
            .map(([status, n]) => `  ${rule.padEnd(28)} ${status.padEnd(16)} ${String(n).padStart(6)}`),
        ),
        '',
        ...(reasons.size > 0
          ? [
              'reasons',
              ...[...reasons]
                .sort((a, b) => b[1] - a[1])
                .slice(0, 30)
                .map(([reason, n]) => `  ${String(n).padStart(6)}  ${reason}`),
              '',
            ]
          : []),
        `slowest of ${timings.length} (mean ${(total / Math.max(1, timings.length)).toFixed(1)} ms)`,
        ...sorted
          .slice(0, 5)
          .map(
            ({ id, ms, resources }) =>
              `  ${ms.toFixed(1).padStart(8)} ms  ${String(resources).padStart(6)} resources  ${id}`,
          ),
        ...[...failed].map(([reason, where]) => `failed: ${where.length} records, the first ${where[0]}: ${reason}`),
      ];
      return `${lines.join('\n')}\n`;
    },
  };
};
