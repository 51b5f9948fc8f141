import { randomUUID } from 'node:crypto';
import { gravity } from '../rules/judge-order.ts';
import { escapeMarkdown, shorten } from './markdown.ts';
import { type Card, ruleSystem, summaryLength } from './response-schema.ts';

/** One card for several things that are due, each with all that its own card would say and offer. */
export const dueCard = (cards: readonly Card[]): Card => {
  const titles = cards.map(({ source, summary }) => source.topic?.display ?? summary);
  const gravest = cards.reduce((a, b) => (gravity(b.indicator) > gravity(a.indicator) ? b : a));
  const suggestions = cards.flatMap((card, i) =>
    (card.suggestions ?? []).map(({ isRecommended: _, ...rest }) => ({
      ...rest,
      label: `${titles[i]}: ${rest.label}`,
    })),
  );
  const reasons = [
    ...new Map(cards.flatMap((card) => card.overrideReasons ?? []).map((each) => [each.code, each])).values(),
  ];
  const links = [
    ...new Map(
      cards
        .flatMap((card, i) => (card.links ?? []).map((link) => ({ ...link, label: `${titles[i]}: ${link.label}` })))
        .map((each) => [each.url, each]),
    ).values(),
  ];
  return {
    uuid: randomUUID(),
    summary: shorten(`${cards.length} things due: ${titles.join('; ')}`, summaryLength),
    indicator: gravest.indicator,
    detail: cards.map(({ summary, detail = '' }) => `**${escapeMarkdown(summary)}**\n\n${detail}`).join('\n\n---\n\n'),
    source: {
      label: gravest.source.label,
      topic: { system: ruleSystem, code: 'due', display: 'What is due' },
    },
    ...(suggestions.length > 0 && { suggestions, selectionBehavior: 'any' as const }),
    ...(reasons.length > 0 && { overrideReasons: reasons }),
    ...(links.length > 0 && { links }),
  };
};
