/** The thread behind `createAnswerPool`: reads, answers and forgets one large call at a time. */
import { deserialize } from 'node:v8';
import { workerData } from 'node:worker_threads';
import { createFhirConnections } from '../fhir/client.ts';
import { createRecent } from '../recent.ts';
import { createCensus, type Sighting } from '../rules/census.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { linkRuleSet, type RuleSetImage } from '../rules/rule-set-image.ts';
import type { AnswerDeps } from './answer.ts';
import { type CdsService, servicesOf } from './discovery.ts';
import { readJson } from './read-json.ts';
import { type Refusal, toRefusal } from './refusal.ts';
import { type Call, type Reply, respond } from './respond.ts';
import { createShownAlerts } from './shown-alerts.ts';

/** What a thread is started with. */
export type AnswerSettings = Pick<
  AnswerDeps,
  'timeZone' | 'budget' | 'fhirServers' | 'profile' | 'mostCards' | 'dueCards'
> & {
  /** The name under which the threads tell each other what alerts were shown. */
  readonly shownChannel?: string;
};

/** A rule set as every thread can read it without a copy. */
export interface SharedRuleSet {
  readonly id: string;
  readonly image: SharedArrayBuffer;
}

/** A call whose body nobody has read yet. */
export interface LargeCall extends Omit<Call, 'body'> {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** The moment of the evaluation, milliseconds since the epoch. */
  readonly now: number;
}

/** What a thread must know that the others learn too. */
export interface Known {
  /** The value sets of completions of which this installation has shown a code. */
  readonly mapped: readonly string[];
}

export interface AnswerTask {
  readonly ruleSet: SharedRuleSet;
  /** Absent where the thread is only to link the rule set. */
  readonly call?: LargeCall & Known;
}

export type AnswerResult =
  /** With what was seen, for the census of the process. */
  | { readonly reply: Reply; readonly sightings: readonly Sighting[] }
  | { readonly refusal: Refusal }
  | { readonly linked: true };

const settings = workerData as AnswerSettings;
// Each thread has its own sockets, circuit breakers and knowledge of what a server refuses; it learns them for itself.
const fhir = createFhirConnections();
const shown = createShownAlerts({ now: Date.now, channel: settings.shownChannel });

interface Linked {
  readonly ruleSet: RuleSet;
  readonly services: readonly CdsService[];
}

// The current one, and the one before for calls that began with it.
const recent = createRecent<Promise<Linked>>(2);

const link = async (image: SharedArrayBuffer): Promise<Linked> => {
  const ruleSet = await linkRuleSet(deserialize(new Uint8Array(image)) as RuleSetImage);
  return { ruleSet, services: servicesOf(ruleSet) };
};

const answerTask = async ({ ruleSet: { id, image }, call }: AnswerTask): Promise<AnswerResult> => {
  try {
    const linked = await recent(id, () => link(image));
    if (!call) return { linked: true };
    const { service, bytes, contentType, arrived, now, mapped } = call;
    const body = await readJson(bytes, contentType);
    // The time in the queue is taken from the time for the answer.
    const budget = Math.max(1, settings.budget - (Date.now() - arrived));
    const census = createCensus((id) => mapped.includes(id));
    const deps = { ...settings, budget, fhir, census, shown, clock: { now: () => new Date(now) } };
    const reply = await respond({ service, body, arrived }, linked, deps);
    return { reply, sightings: census.sightings };
  } catch (thrown) {
    return { refusal: toRefusal(thrown) };
  }
};

export default answerTask;
