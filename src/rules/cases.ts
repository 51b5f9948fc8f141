import { join } from 'node:path';
import type { FhirResource } from 'fhir/r4.js';
import { z } from 'zod';
import type { Problem } from '../cql/problem.ts';
import { buildRecord } from '../record/record.ts';
import { createCensus } from './census.ts';
import { evaluate } from './evaluate.ts';
import type { Finding } from './finding.ts';
import { readYaml } from './read-yaml.ts';
import type { Rule, RuleSet } from './rule-set.ts';

const resourceSchema = z.looseObject({ resourceType: z.string() });

/** What a case expects of a finding: only what is named is compared; `reason` and `missing` by a part of their words. */
const expectationSchema = z.strictObject({
  status: z.enum([
    'not-applicable',
    'excluded',
    'met',
    'in-progress',
    'due-soon',
    'due',
    'overdue',
    'alert',
    'unknown',
  ]),
  reason: z.string().optional(),
  step: z.string().optional(),
  due: z.iso.date().optional(),
  overdue: z.iso.date().optional(),
  critical: z.boolean().optional(),
  problem: z.string().optional(),
  indicator: z.enum(['info', 'warning', 'critical']).optional(),
  applied: z.array(z.string()).optional(),
  notJudged: z.array(z.string()).optional(),
  missing: z.string().optional(),
  facts: z.record(z.string(), z.coerce.string().nullable()).optional(),
});

const instant = z.iso.datetime({ offset: true });

/** `cases.yaml`, the cases of one rule folder. */
export const casesSchema = z.strictObject({
  now: instant,
  timeZone: z.string().default('America/New_York'),
  /** Anchors for what repeats; not read. */
  shared: z.unknown().optional(),
  cases: z
    .array(
      z.strictObject({
        name: z.string(),
        now: instant.optional(),
        timeZone: z.string().optional(),
        patient: z.looseObject({ birthDate: z.string() }),
        record: z.array(resourceSchema).default([]),
        drafts: z.array(resourceSchema).default([]),
        /** Resource types that could not be had. */
        missing: z.array(z.string()).default([]),
        /** Value sets of `completion` of which the installation has never shown a code; the others it has. */
        notMapped: z.array(z.string()).default([]),
        expect: expectationSchema.or(z.array(expectationSchema)),
      }),
    )
    .min(1),
});

export type Cases = z.output<typeof casesSchema>;
export type Case = Cases['cases'][number];

/** Reads `cases.yaml` of a rule folder. */
export const loadCases = async (
  rulesDir: string,
  folder: string,
): Promise<{ readonly cases?: Cases; readonly problems: readonly Problem[] }> => {
  const file = join(folder, 'cases.yaml');
  const read = await readYaml(join(rulesDir, file), file, casesSchema);
  return 'value' in read ? { cases: read.value, problems: [] } : read;
};

const patientId = 'case';

/** The findings of a rule for a case. Resources need neither id nor subject; both are filled in. */
export const runCase = async (ruleSet: RuleSet, rule: Rule, cases: Cases, one: Case): Promise<readonly Finding[]> => {
  const now = new Date(one.now ?? cases.now);
  const fill = (resource: z.output<typeof resourceSchema>, i: number) => {
    const subject = { reference: `Patient/${patientId}` };
    const owner = /^(AllergyIntolerance|Immunization)$/.test(resource.resourceType)
      ? { patient: subject }
      : { subject };
    return {
      resource: {
        id: `${resource.resourceType.toLowerCase()}-${i + 1}`,
        ...owner,
        ...resource,
      } as unknown as FhirResource,
    };
  };
  const record = buildRecord({
    source: 'cases',
    patientId,
    entries: [
      { resource: { ...one.patient, resourceType: 'Patient', id: patientId } as FhirResource },
      ...one.record.map(fill),
    ],
    drafts: one.drafts.map((draft, i) => fill(draft, i + one.record.length)),
    missing: one.missing.map((type) => ({ what: type, types: [type], reason: 'left out by the case' })),
    vocabulary: ruleSet.vocabulary,
    now,
  });
  if (!record) throw new Error('the case has no patient');
  const timeZone = one.timeZone ?? cases.timeZone;
  const census = createCensus((id) => !one.notMapped.includes(id));
  return evaluate(ruleSet, { record, rules: [rule], now, timeZone, census });
};

/** How the findings differ from what a case expects, a line a difference; none when they agree. */
export const differences = (expected: Case['expect'], findings: readonly Finding[]): readonly string[] => {
  const expectations = [expected].flat();
  const lines: string[] = [];
  if (findings.length !== expectations.length)
    lines.push(
      `expected ${expectations.length} findings, got ${findings.length}: ${findings.map(({ status }) => status).join(', ')}`,
    );
  expectations.forEach((expectation, i) => {
    const finding = findings[i] as unknown as Record<string, unknown> | undefined;
    if (!finding) return;
    for (const [name, want] of Object.entries(expectation)) {
      const got = plain(name, finding[name]);
      if (!agrees(name, want, got)) lines.push(`${name}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got)}`);
    }
    if (lines.length > 0 && finding.reason !== undefined && !('reason' in expectation))
      lines.push(`reason given: ${finding.reason}`);
  });
  return lines;
};

const plain = (name: string, value: unknown): unknown =>
  name === 'applied' || name === 'notJudged' ? (value as { id: string }[] | undefined)?.map(({ id }) => id) : value;

const agrees = (name: string, want: unknown, got: unknown): boolean => {
  if (name === 'reason') return String(got ?? '').includes(String(want));
  if (name === 'missing') return [got ?? []].flat().some((words) => String(words).includes(String(want)));
  if (name === 'facts')
    return Object.entries(want as object).every(
      ([fact, words]) => ((got as Record<string, unknown>)[fact] ?? null) === words,
    );
  return JSON.stringify(want) === JSON.stringify(got);
};
