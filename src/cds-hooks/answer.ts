import type { BundleEntry } from 'fhir/r4.js';
import type { Clock } from '../clock.ts';
import { CarehookError } from '../errors.ts';
import type { FhirClient, FhirConnections } from '../fhir/client.ts';
import { buildRecord } from '../record/record.ts';
import { evaluate } from '../rules/evaluate.ts';
import type { Finding } from '../rules/finding.ts';
import { gravity } from '../rules/judge-order.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { notCheckedCard, toCard } from './card.ts';
import { completePrefetch } from './complete-prefetch.ts';
import type { CdsService } from './discovery.ts';
import { type Card, cardSchema } from './response-schema.ts';
import type { CdsHooksRequest } from './schema.ts';

export interface AnswerDeps {
  readonly clock: Clock;
  readonly timeZone: string;
  /** Milliseconds in which an answer is due (CDS Hooks: in the order of 500). */
  readonly budget: number;
  /** The bases of the FHIR servers that may be read; a request that names another is answered from its prefetch alone. */
  readonly fhirServers: readonly string[];
  readonly fhir: FhirConnections;
}

export interface Answer {
  readonly cards: readonly Card[];
  readonly findings: readonly Finding[];
  /** Cards that broke the specification and were kept back, with the reason. */
  readonly invalid: readonly { readonly rule: string; readonly reason: string }[];
}

/**
 * Cards for one hook call.
 *
 * @throws PATIENT_MISMATCH when the prefetch is another patient's
 * @throws DATA_UNAVAILABLE when the patient is neither in the prefetch nor to be had, so that nothing can be said
 */
export const answer = async (
  ruleSet: RuleSet,
  service: CdsService,
  request: CdsHooksRequest,
  deps: AnswerDeps,
): Promise<Answer> => {
  const { context, fhirServer } = request;
  const now = deps.clock.now();
  const deadline = Date.now() + deps.budget;
  // Fetching may use two thirds of the time; the rest is for the rules.
  const client = clientFor(request, deps);
  const { entries, missing } = await completePrefetch(
    request,
    service.prefetch,
    client,
    AbortSignal.timeout(Math.round((deps.budget * 2) / 3)),
  );
  const record = buildRecord({
    source: fhirServer ?? 'local',
    patientId: context.patientId,
    entries,
    drafts: draftsOf(request),
    missing,
    medications: ruleSet.vocabulary.medications,
    now,
  });
  if (!record)
    throw new CarehookError(
      'DATA_UNAVAILABLE',
      `expected Patient/${context.patientId} in prefetch.patient or from fhirServer: ${missing.find(({ what }) => what === 'Patient')?.reason ?? 'it is in neither'}`,
    );

  const findings = await evaluate(ruleSet, { record, rules: service.rules, now, timeZone: deps.timeZone, deadline });
  const cardContext = {
    rules: new Map(service.rules.map((rule) => [rule.manifest.id, rule])),
    patientId: context.patientId,
    userId: context.userId,
    now,
  };
  const invalid: { rule: string; reason: string }[] = [];
  const cards = findings
    .flatMap((finding) => {
      const card = toCard(finding, cardContext);
      if (!card) return [];
      const reason = faultOf(card);
      if (reason === undefined) return [card];
      invalid.push({ rule: finding.rule, reason });
      return [];
    })
    .sort((a, b) => gravity(b.indicator) - gravity(a.indicator));

  const kept: readonly Finding[] = invalid.map(({ rule }) => ({
    key: rule,
    rule,
    evidence: [],
    missing: [],
    facts: {},
    status: 'unknown',
    reason: 'its card could not be written',
  }));
  const unresolvedDrafts = record.unresolvedMedications.filter(({ draft }) => draft).map(({ name }) => name);
  const notChecked = notCheckedCard([...findings, ...kept], unresolvedDrafts, cardContext);
  return { cards: [...cards.slice(0, service.mostCards), ...(notChecked ? [notChecked] : [])], findings, invalid };
};

const faultOf = (card: Card): string | undefined => {
  const checked = cardSchema.safeParse(card);
  return checked.success
    ? undefined
    : checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
};

const draftsOf = ({ context }: CdsHooksRequest): readonly BundleEntry[] =>
  ((context.draftOrders?.entry ?? []) as readonly BundleEntry[]).filter(({ resource }) => resource !== undefined);

const clientFor = (
  { fhirServer, fhirAuthorization }: CdsHooksRequest,
  { fhirServers, fhir }: AnswerDeps,
): FhirClient | undefined => {
  const base = fhirServer?.replace(/\/+$/, '');
  return base !== undefined && fhirServers.includes(base)
    ? fhir.client(base, fhirAuthorization?.access_token)
    : undefined;
};
