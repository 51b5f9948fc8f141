import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BundleEntry, MedicationRequest, Patient } from 'fhir/r4.js';
import { servicesOf } from '../cds-hooks/discovery.ts';
import { mattersOf } from '../cds-hooks/matters.ts';
import type { Settings } from '../config.ts';
import { CarehookError, messageOf } from '../errors.ts';
import { buildRecord } from '../record/record.ts';
import { allMapped } from '../rules/census.ts';
import { evaluate } from '../rules/evaluate.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { codeSystems } from '../terminology/systems.ts';
import { type BurdenTally, createBurdenTally } from './burden-tally.ts';
import { eachPatient } from './each-bundle.ts';
import { loadRules } from './load-rules.ts';
import { momentOf } from './read-bundle.ts';

export interface BurdenOptions {
  readonly bundles: string;
  readonly orders?: string;
  readonly now?: string;
}

interface Order {
  readonly code: string;
  readonly name: string;
}

const shippedOrders = fileURLToPath(new URL('../../fixtures/common-orders.tsv', import.meta.url));

/**
 * Orders each of the commonest drugs for each living patient of a folder, one at a time, and prints how many alerts that
 * brings per 100 orders, of which tier and rule, how many interrupt, and how many each modifier took away.
 */
export const burden = async (settings: Settings, options: BurdenOptions): Promise<void> => {
  const now = momentOf(options.now);
  const orders = readOrders(options.orders ?? shippedOrders);
  const ruleSet = await loadRules(settings);
  const tally = createBurdenTally();
  await eachPatient(
    options.bundles,
    async ({ patient, entries }) => {
      if (!patient.deceasedBoolean && !patient.deceasedDateTime)
        await orderEach(patient, { entries, orders, ruleSet, now, timeZone: settings.timeZone, tally });
    },
    tally.fail,
  );
  process.stdout.write(tally.report());
  if (tally.failures() > 0) process.exitCode = 1;
};

interface Ordering {
  readonly entries: readonly BundleEntry[];
  readonly orders: readonly Order[];
  readonly ruleSet: RuleSet;
  readonly now: Date;
  readonly timeZone: string;
  readonly tally: BurdenTally;
}

const orderEach = async (
  { id: patientId = '' }: Patient,
  { entries, orders, ruleSet, now, timeZone, tally }: Ordering,
): Promise<void> => {
  const rules = servicesOf(ruleSet).flatMap((service) => (service.hook === 'order-sign' ? service.rules : []));
  const read = new Set(rules.flatMap(({ requirements }) => requirements.map(({ type }) => type)));
  const chart = entries.filter(
    ({ resource }) => resource && (read.has(resource.resourceType) || isMedication(resource)),
  );
  for (const order of orders) {
    const record = buildRecord({
      source: 'local',
      patientId,
      entries: chart,
      drafts: [{ resource: draftOf(order, patientId, now) }],
      vocabulary: ruleSet.vocabulary,
      now,
    });
    if (!record) throw new Error(`expected Patient/${patientId} among the entries`);
    const findings = await evaluate(ruleSet, { record, rules, now, timeZone, census: allMapped });
    tally.add({ findings, matters: mattersOf(findings) });
  }
};

const isMedication = ({ resourceType }: { readonly resourceType: string }): boolean => resourceType === 'Medication';

const draftOf = ({ code, name }: Order, patientId: string, now: Date): MedicationRequest => ({
  resourceType: 'MedicationRequest',
  id: 'draft',
  status: 'draft',
  intent: 'order',
  subject: { reference: `Patient/${patientId}` },
  authoredOn: now.toISOString(),
  medicationCodeableConcept: { coding: [{ system: codeSystems.RXNORM, code, display: name }], text: name },
});

/** Lines of an RxNorm code, a tab and a name; the first names the columns, and those that begin with # say nothing. */
const readOrders = (file: string): readonly Order[] => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new CarehookError('CONFIG_INVALID', `--orders: expected a readable file: ${messageOf(thrown)}`);
  }
  const [, ...lines] = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line, i) => {
    const [code, name] = line.split('\t');
    if (!code || !name || !/^\d+$/.test(code))
      throw new CarehookError(
        'CONFIG_INVALID',
        `${file}: expected an RxNorm code, a tab and a name in line ${i + 2} of those with content, got "${line}"`,
      );
    return { code, name };
  });
};
