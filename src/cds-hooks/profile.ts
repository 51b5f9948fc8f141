import { randomUUID } from 'node:crypto';
import { shorten } from './markdown.ts';
import { type Card, presentationExtension } from './response-schema.ts';

/** What one kind of EHR can show; it shapes cards after the rules have spoken and never changes what they say. */
export interface Profile {
  readonly summaryLength: number;
  readonly selectionBehavior: 'at-most-one' | 'any';
  readonly oneActionASuggestion: boolean;
  /** Where links go: on the card, or into the detail for an EHR that strips them. */
  readonly links: 'card' | 'detail';
  readonly appContext: boolean;
  /** A critical card pops up, so that one to be shown in passing may not be called critical. */
  readonly criticalPopsUp: boolean;
  /** Whether what is due is one card for all or one each. */
  readonly dueCards: 'one' | 'each';
  /** Most characters of `source.topic.code`, and whether only letters and digits may stand in it. */
  readonly topicCode: { readonly length: number; readonly alphanumeric: boolean };
}

/** CDS Hooks 2.0, Card Attributes: "summary … <140 characters". */
const specification: Profile = {
  summaryLength: 139,
  selectionBehavior: 'at-most-one',
  oneActionASuggestion: false,
  links: 'card',
  appContext: true,
  criticalPopsUp: false,
  dueCards: 'each',
  topicCode: { length: 100, alphanumeric: false },
};

/**
 * - `epic` takes `selectionBehavior: any` and one action a suggestion; its override memory hangs on a static topic code of
 *   at most 100 letters and digits.
 * - `oracle` shows all but critical cards in a narrow panel, strips links outside its own list, and knows no appContext.
 */
export const profiles = {
  default: specification,
  epic: {
    ...specification,
    selectionBehavior: 'any',
    oneActionASuggestion: true,
    topicCode: { length: 100, alphanumeric: true },
  },
  oracle: {
    ...specification,
    summaryLength: 90,
    links: 'detail',
    appContext: false,
    criticalPopsUp: true,
    dueCards: 'one',
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

export const profileNames = Object.keys(profiles) as [ProfileName, ...ProfileName[]];

/** The card as an EHR of this profile can show it; nothing that it says is lost. */
export const shapeCard = (card: Card, profile: Profile): Card => {
  const { suggestions, selectionBehavior, links, source, ...rest } = card;
  const shaped = suggestions && (profile.oneActionASuggestion ? suggestions.flatMap(oneActionEach) : suggestions);
  const kept = profile.links === 'card' ? links?.map((link) => withoutAppContext(link, profile)) : undefined;
  const told = profile.links === 'detail' ? (links ?? []).map(({ label, url }) => `[${label}](${url})`) : [];
  return {
    ...rest,
    indicator: profile.criticalPopsUp && isPassive(card) && card.indicator === 'critical' ? 'warning' : card.indicator,
    summary: shorten(card.summary, profile.summaryLength),
    ...(told.length > 0 && { detail: [card.detail, ...told].filter(Boolean).join('\n\n') }),
    source: {
      ...source,
      ...(source.topic && { topic: { ...source.topic, code: topicCode(source.topic.code, profile) } }),
    },
    ...(shaped && {
      suggestions: shaped,
      selectionBehavior: selectionBehavior === 'any' ? selectionBehavior : profile.selectionBehavior,
    }),
    ...(kept && { links: kept }),
  };
};

const isPassive = ({ extension }: Card): boolean => extension?.[presentationExtension] === 'passive';

type Suggestion = NonNullable<Card['suggestions']>[number];

/** A suggestion of several actions as one each, named by what it does. */
const oneActionEach = (suggestion: Suggestion): readonly Suggestion[] =>
  suggestion.actions.length === 1
    ? [suggestion]
    : suggestion.actions.map((action) => ({ label: action.description, uuid: randomUUID(), actions: [action] }));

type Link = NonNullable<Card['links']>[number];

const withoutAppContext = (link: Link, { appContext }: Profile): Link => {
  if (appContext || link.type !== 'smart') return link;
  const { appContext: _, ...rest } = link;
  return rest;
};

const topicCode = (code: string, { topicCode: { length, alphanumeric } }: Profile): string =>
  (alphanumeric ? code.replace(/[^A-Za-z0-9]/g, '') : code).slice(0, length);
