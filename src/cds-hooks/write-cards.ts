import { messageOf } from '../errors.ts';
import type { Finding } from '../rules/finding.ts';
import { gravity } from '../rules/judge-order.ts';
import { type CardContext, toCard } from './card.ts';
import { dueCard } from './due-card.ts';
import { type Profile, shapeCard } from './profile.ts';
import { type Card, cardSchema } from './response-schema.ts';

export interface WrittenCards {
  /** The gravest first. */
  readonly cards: readonly Card[];
  /** Cards that broke the specification and were kept back, with the reason. */
  readonly invalid: readonly { readonly rule: string; readonly reason: string }[];
}

export interface WriteOptions {
  readonly context: CardContext;
  readonly profile: Profile;
  /** Whether what is due is one card for all or one each; as the profile has it unless told. */
  readonly dueCards?: 'one' | 'each' | undefined;
}

/** The cards of matters, as an EHR of the profile can show them; no card may take another down. */
export const writeCards = (
  matters: readonly (readonly Finding[])[],
  { context, profile, dueCards = profile.dueCards }: WriteOptions,
): WrittenCards => {
  const invalid: { rule: string; reason: string }[] = [];
  const attempt = (rule: string, write: () => Card | undefined): Card | undefined => {
    try {
      const card = write();
      const reason = card && faultOf(card);
      if (reason === undefined) return card;
      invalid.push({ rule, reason });
    } catch (thrown) {
      invalid.push({ rule, reason: messageOf(thrown) });
    }
    return undefined;
  };
  const written = matters.flatMap((matter) => {
    const rule = matter[0]?.rule ?? '';
    const card = attempt(rule, () => toCard(matter, context));
    return card ? [{ card, isDue: matter.some((finding) => 'due' in finding) }] : [];
  });
  const due = written.flatMap(({ card, isDue }) => (isDue ? card : []));
  const isOne = dueCards === 'one' && due.length > 1;
  const cards = isOne
    ? [dueCard(due), ...written.flatMap(({ card, isDue }) => (isDue ? [] : card))]
    : written.map(({ card }) => card);
  const shaped = cards.flatMap((card) => attempt(card.source.topic?.code ?? '', () => shapeCard(card, profile)) ?? []);
  return { cards: shaped.toSorted((a, b) => gravity(b.indicator) - gravity(a.indicator)), invalid };
};

const faultOf = (card: Card): string | undefined => {
  const checked = cardSchema.safeParse(card);
  return checked.success
    ? undefined
    : checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
};
