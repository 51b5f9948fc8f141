import type { CdsCard, Indicator } from './cds-card.ts';
import type { Checked, ShownCard } from './cds-client.ts';
import { renderMarkdown } from './markdown.ts';

/** A card as the page draws it; all but `detail` is plain text. */
interface CardView {
  readonly key: string;
  readonly indicator: Indicator;
  readonly label: string;
  readonly summary: string;
  /** Safe HTML. */
  readonly detail: string;
  readonly source: { readonly label: string; readonly url: string | undefined };
  /** The anchor of the rule in the "Why" panel. */
  readonly why: string | undefined;
  readonly suggestions: readonly {
    readonly at: number;
    readonly label: string;
    readonly recommended: boolean;
    /** What accepting it does, where the label does not say it all. */
    readonly steps: readonly string[];
  }[];
  readonly links: readonly { readonly label: string; readonly url: string | undefined; readonly note: string }[];
  readonly reasons: readonly string[];
}

export interface CardsView {
  /** "2 cards: 1 critical, 1 info"; no cards where something failed is "Not checked". */
  readonly count: string;
  readonly cards: readonly CardView[];
  readonly problems: Checked['problems'];
  readonly dismissed: number;
  /** "order-select: carehook-orders in 41 ms" */
  readonly calls: string;
}

const labels: Readonly<Record<Indicator, string>> = { critical: 'Critical', warning: 'Warning', info: 'Info' };
const ruleSystem = 'http://carehook.org/fhir/CodeSystem/rule';

/** What was said at a hook, less what was dismissed. */
export const cardsView = ({ hook, cards, problems, calls }: Checked, dismissed: ReadonlySet<string>): CardsView => {
  const left = cards.filter((shown) => !dismissed.has(cardMatter(shown)));
  return {
    count: countOf(left, problems.length === 0),
    cards: left.map(cardView),
    problems,
    dismissed: cards.length - left.length,
    calls: calls.length > 0 ? `${hook}: ${calls.map(({ service, ms }) => `${service} in ${ms} ms`).join(', ')}` : '',
  };
};

/** What a card is about, the same when it is told again at the same hook. */
export const cardMatter = ({ hook, service, card }: ShownCard): string =>
  JSON.stringify([hook, service, card.source.topic?.code, card.summary]);

/** The anchor under which the "Why" panel tells of a rule; profiles may have shortened the code to letters and digits. */
export const whyAnchor = (rule: string): string => `why-${rule.replace(/[^A-Za-z0-9]/g, '')}`;

const cardView = ({ key, card }: ShownCard): CardView => ({
  key,
  indicator: card.indicator,
  label: labelOf(card),
  summary: card.summary,
  detail: renderMarkdown(card.detail),
  source: { label: card.source.label, url: webAddress(card.source.url) },
  why: whyOf(card),
  suggestions: card.suggestions.map(({ label, isRecommended, actions }, at) => {
    const steps = actions.map(({ description }) => description).filter(Boolean);
    return { at, label, recommended: isRecommended, steps: actions.length > 1 ? steps : [] };
  }),
  links: card.links.map(({ label, url, type }) =>
    type === 'absolute' && webAddress(url)
      ? { label, url, note: '' }
      : {
          label,
          url: undefined,
          note: type === 'smart' ? 'a SMART app, which this page does not launch' : 'no web address',
        },
  ),
  reasons: card.overrideReasons.map(({ display, code }) => display ?? code ?? 'No words given'),
});

/** What does not interrupt says so, where its indicator would let one think that it does. */
const labelOf = ({ indicator, extension }: CdsCard): string =>
  indicator !== 'info' && extension?.['org.carehook.presentation'] === 'passive'
    ? `${labels[indicator]}, in passing`
    : labels[indicator];

/** Cards about no single rule have nothing to explain. */
const whyOf = ({ source: { topic } }: CdsCard): string | undefined =>
  topic?.system === ruleSystem && topic.code !== undefined && !/^(not-?checked|more|due)$/.test(topic.code)
    ? whyAnchor(topic.code)
    : undefined;

const webAddress = (url: string | undefined): string | undefined =>
  url !== undefined && /^https?:$/.test(URL.parse(url)?.protocol ?? '') ? url : undefined;

const countOf = (cards: readonly ShownCard[], whole: boolean): string => {
  if (cards.length === 0) return whole ? 'No cards' : 'Not checked';
  const each = (['critical', 'warning', 'info'] as const).flatMap((indicator) => {
    const count = cards.filter(({ card }) => card.indicator === indicator).length;
    return count > 0 ? [`${count} ${indicator}`] : [];
  });
  return `${cards.length} ${cards.length === 1 ? 'card' : 'cards'}: ${each.join(', ')}${whole ? '' : '; not all was checked'}`;
};
