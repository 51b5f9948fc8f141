import { randomUUID } from 'node:crypto';
import { getOrCompute } from '../get-or-compute.ts';
import type { Finding } from '../rules/finding.ts';
import type { Rule } from '../rules/rule-set.ts';
import { asksIn } from './card.ts';
import { escapeMarkdown, shorten, singleLine } from './markdown.ts';
import { type Card, ruleSystem, summaryLength } from './response-schema.ts';

export interface NotChecked {
  readonly findings: readonly Finding[];
  readonly unresolvedDrafts: readonly string[];
  readonly notCompared: readonly string[];
  /** Drugs whose code and name stand for different ones. */
  readonly disagreements: readonly { readonly label: string; readonly code: string; readonly name: string }[];
  readonly dropped: readonly string[];
}

/**
 * One card that names what was not checked: the rules that could not be judged with the reason, drafts that no ingredient
 * was found for, what was somebody else's, and drugs that are coded as another than they are named. Undefined when everything was checked.
 */
export const notCheckedCard = (
  { findings, unresolvedDrafts, notCompared, disagreements, dropped }: NotChecked,
  rules: ReadonlyMap<string, Rule>,
): Card | undefined => {
  const byReason = new Map<string, string[]>();
  for (const finding of findings)
    if (finding.status === 'unknown' && !asksIn(finding, rules.get(finding.rule)?.manifest)) {
      const title = rules.get(finding.rule)?.manifest.title ?? finding.rule;
      const reason = finding.failed ? 'the rule failed, and the operator has been told why' : finding.reason;
      getOrCompute(byReason, reason, () => []).push(title);
    }
  const lines = [
    ...unresolvedDrafts.map(
      (name) => `- **${escapeMarkdown(name)}** is not a drug this service knows: nothing was checked for it`,
    ),
    // One line, however many there are: this card comes at every order.
    ...(notCompared.length > 0
      ? [`- The orders were not compared with ${notCompared.map(escapeMarkdown).join(', ')}: not known to this service`]
      : []),
    ...[...byReason].map(([reason, titles]) => `- ${titles.map(escapeMarkdown).join(', ')}: ${escapeMarkdown(reason)}`),
    ...dropped.map((words) => `- ${escapeMarkdown(words)}`),
    ...disagreements.map(
      ({ label, code, name }) =>
        `- **${escapeMarkdown(label)}**: its code stands for ${escapeMarkdown(code)}, its name for ${escapeMarkdown(name)}. Both were checked; which is meant is not known`,
    ),
  ];
  if (lines.length === 0) return undefined;
  const names = [...unresolvedDrafts, ...[...byReason.values()].flat(), ...notCompared, ...dropped];
  const unsure = disagreements.map(({ label }) => label);
  return infoCard(
    'not-checked',
    names.length > 0
      ? `Could not check ${oneAndMore([...names, ...unsure])}`
      : `Code and name disagree: ${oneAndMore(unsure)}`,
    ['**Not checked**', lines.join('\n'), 'No card about these does not mean that there is nothing to say.'],
  );
};

const oneAndMore = ([first, ...more]: readonly string[]): string =>
  `${first}${more.length > 0 ? ` and ${more.length} more` : ''}`;

/** One card that names those which the service's most cards leave out; undefined when none are. */
export const moreCard = (left: readonly Card[]): Card | undefined =>
  left.length === 0
    ? undefined
    : infoCard('more', `${left.length} more: ${left.map(({ summary }) => summary).join('; ')}`, [
        '**Also found**',
        left.map(({ indicator, summary }) => `- ${indicator}: ${escapeMarkdown(summary)}`).join('\n'),
      ]);

const infoCard = (code: string, summary: string, paragraphs: readonly string[]): Card => ({
  uuid: randomUUID(),
  summary: shorten(singleLine(summary), summaryLength),
  indicator: 'info',
  detail: paragraphs.join('\n\n'),
  source: {
    label: 'Carehook',
    topic: { system: ruleSystem, code, display: code === 'more' ? 'More findings' : 'Could not be checked' },
  },
});
