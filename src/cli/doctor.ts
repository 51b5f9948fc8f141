import type { Bundle, CapabilityStatement, FhirResource } from 'fhir/r4.js';
import { searchesOf } from '../cds-hooks/complete-prefetch.ts';
import { type PrefetchTemplate, prefetchTemplates } from '../cds-hooks/prefetch-templates.ts';
import { localDate, systemClock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { CarehookError, messageOf } from '../errors.ts';
import { entriesOf, hasNextPage } from '../fhir/bundle.ts';
import { createFhirConnections, type FhirClient } from '../fhir/client.ts';
import { eachCode } from '../record/code-index.ts';
import type { Rule } from '../rules/rule-set.ts';
import { canonicalSystem } from '../terminology/systems.ts';
import { siteLines, unknownCodeLines } from './doctor-codes.ts';
import { loadRules } from './load-rules.ts';

export interface DoctorOptions {
  readonly fhir: string;
  readonly patient?: string;
  readonly token?: string;
}

/**
 * Tries every search that the rules need on a FHIR server and prints what works, what cannot work there and why, and
 * which rules that concerns, what the installation has seen of completions, and codes that no rule can see. Counts and codes
 * only; nothing of a patient is printed.
 */
export const doctor = async (settings: Settings, { fhir, patient, token }: DoctorOptions): Promise<void> => {
  if (!URL.canParse(fhir)) throw new CarehookError('CONFIG_INVALID', `--fhir: expected a URL, got "${fhir}"`);
  const ruleSet = await loadRules(settings);
  const { rules, id } = ruleSet;
  const today = localDate(systemClock.now(), settings.timeZone);
  const connections = createFhirConnections();
  const client = connections.client(fhir, token);
  try {
    const lines = [
      `rule set ${id}, ${rules.length} rules`,
      '',
      ...(await siteLines(settings, ruleSet, systemClock.now())),
      '',
      ...(await capabilityLines(client)),
      '',
    ];
    const patientId = patient ?? (await anyPatient(client));
    if (patientId === undefined) lines.push('searches: not tried, because no patient was named (--patient) or found');
    else {
      const results: Awaited<ReturnType<typeof tryTemplate>>[] = [];
      for (const template of prefetchTemplates(rules))
        results.push(await tryTemplate(template, { patientId, today, client, rules }));
      lines.push('searches for one patient', ...results.flatMap(({ lines: told }) => told), '');
      lines.push(...(await unknownCodeLines(client, patientId, ruleSet, patience)), '');
      const broken = rules.filter(({ requirements }) =>
        results.some(
          ({ template, works }) =>
            !works && !template.optional && requirements.some(({ type }) => type === template.type),
        ),
      );
      lines.push(
        broken.length === 0
          ? 'every rule finds the searches that it needs'
          : `cannot work there: ${broken.map(({ manifest }) => manifest.id).join(', ')}`,
      );
      if (broken.length > 0) process.exitCode = 1;
    }
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await connections.close();
  }
};

/** An operator waits longer than a clinician, but not for ever. */
const patience = () => AbortSignal.timeout(30_000);

const capabilityLines = async (client: FhirClient): Promise<readonly string[]> => {
  try {
    const statement = (await client.get('metadata', patience())) as CapabilityStatement;
    if (statement.resourceType !== 'CapabilityStatement')
      return [`metadata: expected a CapabilityStatement, got ${statement.resourceType}`];
    const version = statement.fhirVersion ?? 'no version';
    return [
      `metadata: ${statement.software?.name ?? 'a server without a name'}, FHIR ${version}${version.startsWith('4.0') ? '' : ', expected 4.0.1: the rules read R4'}`,
    ];
  } catch (thrown) {
    return [`metadata: ${messageOf(thrown)}`];
  }
};

const anyPatient = async (client: FhirClient): Promise<string | undefined> => {
  const found = await client.get('Patient?_count=1', patience()).catch(() => undefined);
  return found?.resourceType === 'Bundle' ? entriesOf(found as Bundle)[0]?.resource?.id : undefined;
};

interface Trial {
  readonly patientId: string;
  readonly today: string;
  readonly client: FhirClient;
  readonly rules: readonly Rule[];
}

const tryTemplate = async (template: PrefetchTemplate, { patientId, today, client, rules }: Trial) => {
  const lines: string[] = [];
  let works = false;
  for (const form of searchesOf(template, patientId, today)) {
    const shown = form.replace(encodeURIComponent(patientId), '…').replace(/(code=[^&]{60})[^&]*/, '$1…');
    const started = performance.now();
    try {
      const answer = await client.get(form.replace(/\|/g, '%7C'), patience());
      works = true;
      const ms = Math.round(performance.now() - started);
      lines.push(`  works   ${shown}: ${describe(answer)} in ${ms} ms`, ...systemLines(template, answer, rules));
      break;
    } catch (thrown) {
      lines.push(`  refused ${shown}: ${messageOf(thrown)}`);
    }
  }
  if (!works) {
    const users = rules
      .filter(({ requirements }) => requirements.some(({ type }) => type === template.type))
      .map(({ manifest }) => manifest.id);
    lines.push(`          ${template.optional ? 'done without by' : 'needed by'} ${users.join(', ')}`);
  }
  return { template, works, lines };
};

const describe = (answer: FhirResource): string =>
  answer.resourceType === 'Bundle'
    ? `${entriesOf(answer).length} resources${hasNextPage(answer) ? ' and further pages' : ''}`
    : `one ${answer.resourceType}`;

/** Which code systems the resources use, and how many of them a rule's codes can match: local codes show here. */
const systemLines = ({ type }: PrefetchTemplate, answer: FhirResource, rules: readonly Rule[]): readonly string[] => {
  const requirements = rules.flatMap((rule) => rule.requirements.filter((each) => each.type === type && each.codes));
  const path = requirements[0]?.codePath;
  if (answer.resourceType !== 'Bundle' || path === undefined) return [];
  const wanted = new Set(requirements.flatMap(({ codes }) => [...(codes ?? [])].map((key) => key.split('|')[0])));
  const counts = new Map<string, number>();
  for (const { resource } of entriesOf(answer))
    eachCode(resource as FhirResource, path, (given) => {
      const system = canonicalSystem(given) ?? 'no system';
      counts.set(system, (counts.get(system) ?? 0) + 1);
    });
  return [...counts].map(
    ([system, count]) =>
      `          ${count} codes of ${system}${wanted.has(system) ? '' : ', which no rule names: map them by an overlay'}`,
  );
};
