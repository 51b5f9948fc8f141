import type { BundleEntry, FhirResource } from 'fhir/r4.js';
import { type Clock, localDate } from '../clock.ts';
import { CarehookError } from '../errors.ts';
import type { FhirClient, FhirConnections } from '../fhir/client.ts';
import { relativeReference } from '../fhir/reference.ts';
import { subjectReference } from '../fhir/subject.ts';
import type { UnresolvedMedication } from '../record/exposures.ts';
import { bearsMedication, createReferenceResolver } from '../record/normalise.ts';
import { buildRecord, type Missing, type PatientRecord } from '../record/record.ts';
import type { Census } from '../rules/census.ts';
import { evaluate } from '../rules/evaluate.ts';
import type { AlertFinding, Finding } from '../rules/finding.ts';
import type { EncounterClass } from '../rules/manifest.ts';
import type { Rule, RuleSet } from '../rules/rule-set.ts';
import { completeMedications } from './complete-medications.ts';
import { completePrefetch } from './complete-prefetch.ts';
import type { CdsService } from './discovery.ts';
import { encounterClassOf } from './encounter-class.ts';
import { mattersOf } from './matters.ts';
import { moreCard, notCheckedCard } from './notice-cards.ts';
import { type Profile, shapeCard } from './profile.ts';
import type { Card } from './response-schema.ts';
import type { CdsHooksRequest } from './schema.ts';
import { type ShownAlerts, withoutRepeats } from './shown-alerts.ts';
import { unknownAllergens } from './unknown-allergens.ts';
import { writeCards } from './write-cards.ts';

export interface AnswerDeps {
  readonly clock: Clock;
  readonly timeZone: string;
  /** Milliseconds in which an answer is due (CDS Hooks: in the order of 500). */
  readonly budget: number;
  /** The bases of the FHIR servers that may be read; a request that names another is answered from its prefetch alone. */
  readonly fhirServers: readonly string[];
  readonly fhir: FhirConnections;
  readonly profile: Profile;
  /** What this installation has ever shown of completions. */
  readonly census: Census;
  /** The alerts that were shown while selecting; without it every alert is told again. */
  readonly shown?: ShownAlerts | undefined;
  /** Most cards of one answer, whatever services.yaml says. */
  readonly mostCards?: number | undefined;
  /** Whether what is due is one card for all or one each; as the profile has it unless told. */
  readonly dueCards?: 'one' | 'each' | undefined;
}

export interface Answer {
  readonly cards: readonly Card[];
  readonly findings: readonly Finding[];
  /** What rules in shadow would have said: counted, never shown. */
  readonly shadow: readonly Finding[];
  /** Types that the client or server does not have and that are done without. */
  readonly limits: readonly string[];
  /** Cards that broke the specification and were kept back, with the reason. */
  readonly invalid: readonly { readonly rule: string; readonly reason: string }[];
}

/**
 * Cards for one hook call.
 *
 * @throws PATIENT_MISMATCH when the prefetch or the token is another patient's
 * @throws DATA_UNAVAILABLE when the patient is neither in the prefetch nor to be had, so that nothing can be said
 */
export const answer = async (
  ruleSet: RuleSet,
  service: CdsService,
  request: CdsHooksRequest,
  deps: AnswerDeps,
): Promise<Answer> => {
  const { context, fhirServer } = request;
  // Cards are written for clinicians; a patient or a relative at a portal gets none of them.
  if (/(^|\/)(Patient|RelatedPerson)\/[^/]*$/.test(context.userId ?? ''))
    return { cards: [], findings: [], shadow: [], invalid: [], limits: [] };
  const now = deps.clock.now();
  const deadline = Date.now() + deps.budget;
  // Fetching may use two thirds of the time; the rest is for the rules.
  const signal = AbortSignal.timeout(Math.round((deps.budget * 2) / 3));
  const today = localDate(now, deps.timeZone);
  const client = clientFor(request, deps);
  const { drafts, left } = draftsOfPatient(request);
  const { entries, missing, limits } = await completePrefetch(request, service.prefetch, client, { signal, today });
  const medications = await completeMedications(
    [...entries, ...drafts],
    client && fhirServer ? { base: fhirServer.replace(/\/+$/, ''), client } : undefined,
    signal,
  );
  const record = buildRecord({
    source: fhirServer ?? 'local',
    patientId: context.patientId,
    entries: [...entries, ...medications],
    drafts,
    missing: [...missing, ...left],
    vocabulary: ruleSet.vocabulary,
    now,
  });
  if (!record)
    throw new CarehookError(
      'DATA_UNAVAILABLE',
      `expected Patient/${context.patientId} in prefetch.patient or from fhirServer: ${missing.find(({ what }) => what === 'Patient')?.reason ?? 'it is in neither'}`,
    );

  // Rules in shadow come last: they may not take time from those that speak.
  const byId = new Map(service.rules.map((rule) => [rule.manifest.id, rule]));
  const rules = service.rules.toSorted((a, b) => Number(isShadow(a)) - Number(isShadow(b)));
  const { timeZone, census } = deps;
  const evaluated = await evaluate(ruleSet, { record, rules, now, timeZone, census, deadline });
  const selected = selectionOf(request);
  const concerning = evaluated.filter((finding) => finding.status !== 'alert' || concerns(finding, selected));
  const here = encounterClassOf(record, context.encounterId);
  const silent = new Set(rules.filter(isShadow).map(({ manifest }) => manifest.id));
  const findings = concerning.filter(({ rule }) => !silent.has(rule) && speaksIn(here, byId.get(rule)));
  const shadow = concerning.filter(({ rule }) => silent.has(rule));
  const cardContext = {
    rules: byId,
    patientId: context.patientId,
    userId: context.userId,
    now,
    notChecked: service.notChecked,
  };
  const matters = withoutRepeats(mattersOf(findings), request, deps.shown);
  const { cards, invalid } = writeCards(matters, {
    context: cardContext,
    profile: deps.profile,
    dueCards: deps.dueCards,
  });
  const kept = invalid.map(({ rule }) => unwritten(rule));
  const notChecked = notCheckedCard(
    {
      findings: [...findings, ...kept],
      unresolvedDrafts: unresolvedDrafts(record, request),
      notCompared: [
        ...notCompared(record),
        ...unknownAllergens(record, service.rules, ruleSet, evidenceOf(findings)).map(
          (name) => `the allergy "${name}"`,
        ),
      ],
      disagreements: disagreementsOf(record),
      dropped: [...droppedOf(record), ...emptyEntries(request)],
    },
    cardContext.rules,
  );
  const most = deps.mostCards ?? service.mostCards;
  const shown = cards.slice(0, most);
  const more = moreCard(cards.slice(most));
  const rest = [more, notChecked].flatMap((card) => (card ? [shapeCard(card, deps.profile)] : []));
  return { cards: [...shown, ...rest], findings, shadow, invalid, limits };
};

const evidenceOf = (findings: readonly Finding[]): ReadonlySet<FhirResource> =>
  new Set(findings.flatMap(({ evidence }) => evidence));

/** Whether a rule speaks in an encounter of a class; where the class is not known, every rule does. */
const speaksIn = (here: EncounterClass | undefined, rule: Rule | undefined): boolean =>
  here === undefined || rule === undefined || rule.manifest.kind === 'order' || rule.manifest.encounters.includes(here);

const isShadow = ({ standing }: Rule): boolean => standing.voice === 'shadow';

/** The drafts that an order-select is about; undefined where all are, and where a selection names none of the drafts. */
const selectionOf = (request: CdsHooksRequest): ReadonlySet<string> | undefined => {
  const { hook, context } = request;
  if (hook !== 'order-select' || !context.selections || context.selections.length === 0) return undefined;
  const drafts = draftsOf(request);
  const resolve = createReferenceResolver(drafts);
  const known = new Set(drafts.flatMap(({ resource }) => (resource ? referenceOf(resource as FhirResource) : [])));
  const selected = context.selections.map((selection) => resolve(selection) ?? selection);
  return selected.every((selection) => known.has(selection)) ? new Set(selected) : undefined;
};

const referenceOf = ({ resourceType, id }: FhirResource): string => `${resourceType}/${id}`;

const concerns = ({ focus, with: others }: AlertFinding, selected: ReadonlySet<string> | undefined): boolean =>
  selected === undefined || [focus, ...others].some((resource) => selected.has(referenceOf(resource)));

/** Names of drafts without a known ingredient. While selecting, an order with no drug yet has nothing to be checked. */
const unresolvedDrafts = ({ unresolvedMedications }: PatientRecord, { hook }: CdsHooksRequest): readonly string[] =>
  unresolvedMedications
    .filter(({ from, empty }) => from === 'draft' && !(empty && hook === 'order-select'))
    .map(({ name }) => name);

/** Names of drugs that the patient has and that drafts of drugs could not be compared with. */
const notCompared = ({ drafts, unresolvedMedications }: PatientRecord): readonly string[] =>
  drafts.some(bearsMedication)
    ? [...new Set(unresolvedMedications.flatMap(({ from, name }) => (isTaken(from) ? name : [])))]
    : [];

/** Drugs that drafts of drugs are or are compared with, and of which code and name are at odds. */
const disagreementsOf = ({ drafts, disagreements }: PatientRecord) =>
  drafts.some(bearsMedication)
    ? [...new Map(disagreements.filter(({ from }) => from !== 'recent').map((each) => [each.label, each])).values()]
    : [];

const isTaken = (from: UnresolvedMedication['from']): boolean => from !== 'draft' && from !== 'recent';

/** What was dropped from the record because it is somebody else's. */
const droppedOf = ({ missing }: PatientRecord): readonly string[] =>
  missing.filter(({ types }) => types.length === 0).map(({ what, reason }) => `${what}: ${reason}`);

const emptyEntries = ({ context }: CdsHooksRequest): readonly string[] => {
  const count = (context.draftOrders?.entry ?? []).filter(({ resource }) => resource === undefined).length;
  return count === 0 ? [] : [`${count} entries of the draft orders: they hold no resource`];
};

const unwritten = (rule: string): Finding => ({
  key: rule,
  rule,
  evidence: [],
  missing: [],
  facts: {},
  status: 'unknown',
  reason: 'its card could not be written',
});

const draftsOf = ({ context }: CdsHooksRequest): readonly BundleEntry[] =>
  ((context.draftOrders?.entry ?? []) as readonly BundleEntry[]).filter(({ resource }) => resource !== undefined);

/** The drafts that are, as far as they say, the patient's; what was left out is told with the rest that is missing. */
const draftsOfPatient = (request: CdsHooksRequest) => {
  const patient = `Patient/${request.context.patientId}`;
  const all = draftsOf(request);
  const drafts = all.filter(({ resource }) => {
    const subject = subjectReference(resource as FhirResource);
    const relative = typeof subject === 'string' ? relativeReference(subject) : undefined;
    return !relative?.startsWith('Patient/') || relative === patient;
  });
  const dropped = all.length - drafts.length;
  const left: readonly Missing[] =
    dropped === 0
      ? []
      : [{ what: `${dropped} draft orders of another patient`, types: [], reason: 'dropped, not evaluated' }];
  return { drafts, left };
};

const clientFor = (
  { fhirServer, fhirAuthorization, context }: CdsHooksRequest,
  { fhirServers, fhir }: AnswerDeps,
): FhirClient | undefined => {
  const tokenOf = fhirAuthorization?.patient?.replace(/^Patient\//, '');
  if (tokenOf !== undefined && tokenOf !== context.patientId)
    throw new CarehookError(
      'PATIENT_MISMATCH',
      'fhirAuthorization.patient: expected the patient that context.patientId names, got another',
    );
  const base = fhirServer?.replace(/\/+$/, '');
  return base !== undefined && fhirServers.includes(base)
    ? fhir.client(base, fhirAuthorization?.access_token)
    : undefined;
};
