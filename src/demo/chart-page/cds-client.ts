import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { byGravity, type CdsCard, cdsCardSchema } from './cds-card.ts';
import { ExchangeError, exchange, type Problem, problemOf } from './exchange.ts';

/** A card with where it came from. */
export interface ShownCard {
  /** The card's name on this page; cards need have no uuid of their own. */
  readonly key: string;
  readonly service: string;
  readonly hook: string;
  readonly card: CdsCard;
}

/** What the services said at a hook, and what could not be asked. */
export interface Checked {
  readonly hook: string;
  readonly cards: readonly ShownCard[];
  readonly problems: readonly Problem[];
  /** The services that were called, with how long each took. */
  readonly calls: readonly { readonly service: string; readonly ms: number }[];
}

export interface Feedback {
  readonly outcome: 'accepted' | 'overridden';
  readonly acceptedSuggestions?: readonly { readonly id: string }[];
  readonly overrideReason?: { readonly reason?: object; readonly userComment?: string };
}

export interface CdsClient {
  /** Calls every service that declares the hook; a service that fails is a problem beside the others' cards. */
  call(hook: string, context: object): Promise<Checked>;
  /**
   * Tells a card's service what became of it; false where the service keeps no feedback.
   *
   * @throws ExchangeError when it should, and did not
   */
  tell(shown: ShownCard, feedback: Feedback): Promise<boolean>;
}

interface CdsClientOptions {
  readonly base: string;
  readonly fhirServer: string;
  readonly now: () => Date;
}

const discoverySchema = z.object({ services: z.array(z.object({ id: z.string().min(1), hook: z.string() })) });
const answerSchema = z.object({ cards: z.array(z.unknown()) });

/** An EHR's side of CDS Hooks: discovery, hook calls that leave the reading to the service, feedback. */
export const createCdsClient = ({ base, fhirServer, now }: CdsClientOptions): CdsClient => {
  const services = `${base.replace(/\/+$/, '')}/cds-services`;

  const callService = async (service: string, hook: string, body: object): Promise<Checked> => {
    const started = performance.now();
    try {
      const answer = answerSchema.safeParse(await exchange(`${services}/${encodeURIComponent(service)}`, body));
      if (!answer.success) throw new ExchangeError('the answer has no cards');
      const read = answer.data.cards.map((card) => cdsCardSchema.safeParse(card));
      const unreadable = read.flatMap(({ error }) => (error ? [z.prettifyError(error)] : []));
      return {
        hook,
        cards: read.flatMap(({ data }) => (data ? [{ key: randomUUID(), service, hook, card: data }] : [])),
        problems:
          unreadable.length > 0 ? [{ title: `${service} sent cards that break CDS Hooks`, details: unreadable }] : [],
        calls: [{ service, ms: Math.round(performance.now() - started) }],
      };
    } catch (thrown) {
      return failed(
        hook,
        problemOf(`${service} could not check this, so no card does not mean nothing to say`, thrown),
      );
    }
  };

  return {
    call: async (hook, context) => {
      let ids: readonly string[];
      try {
        const discovery = discoverySchema.safeParse(await exchange(services));
        if (!discovery.success) throw new ExchangeError('the discovery answer has no services');
        ids = discovery.data.services.filter((service) => service.hook === hook).map(({ id }) => id);
      } catch (thrown) {
        return failed(hook, problemOf('The decision support service does not answer: nothing was checked', thrown));
      }
      if (ids.length === 0)
        return failed(hook, { title: `No service declares ${hook}: nothing was checked`, details: [] });
      // One event, one instance, whichever services hear of it (CDS Hooks 2.0, HTTP Request: hookInstance).
      const body = { hook, hookInstance: randomUUID(), fhirServer, context };
      const parts = await Promise.all(ids.map((id) => callService(id, hook, body)));
      return {
        hook,
        cards: byGravity(parts.flatMap(({ cards }) => cards)),
        problems: parts.flatMap(({ problems }) => problems),
        calls: parts.flatMap(({ calls }) => calls),
      };
    },
    tell: async ({ service, card }, feedback) => {
      if (card.uuid === undefined) return false;
      const told = { card: card.uuid, ...feedback, outcomeTimestamp: now().toISOString() };
      try {
        await exchange(`${services}/${encodeURIComponent(service)}/feedback`, { feedback: [told] });
        return true;
      } catch (thrown) {
        if (thrown instanceof ExchangeError && (thrown.status === 404 || thrown.status === 501)) return false;
        throw thrown;
      }
    },
  };
};

const failed = (hook: string, problem: Problem): Checked => ({ hook, cards: [], problems: [problem], calls: [] });
