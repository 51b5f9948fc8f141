import { randomUUID } from 'node:crypto';
import type { FhirResource } from 'fhir/r4.js';
import { relativeReference } from '../fhir/reference.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { AlertFinding, CareFinding, Facts, Finding } from '../rules/finding.ts';
import type { CardText, Indicator, Manifest, SuggestionText } from '../rules/manifest.ts';
import { overrideReasonSystem, overrideReasons } from '../rules/override-reasons.ts';
import type { Rule } from '../rules/rule-set.ts';
import { conceptText, evidenceLine } from './evidence.ts';
import { escapeMarkdown, shorten, singleLine } from './markdown.ts';
import type { Card } from './response-schema.ts';

/** CDS Hooks 2.0, Card Attributes: "summary … <140 characters". */
const summaryLength = 139;

/** More evidence than this is a list that nobody reads. */
const mostEvidence = 5;

export interface CardContext {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly patientId: string;
  readonly userId?: string | undefined;
  readonly now: Date;
}

/** The card of a finding; undefined where the finding is nothing to tell (met, excluded, not applicable). */
export const toCard = (finding: Finding, context: CardContext): Card | undefined => {
  const rule = context.rules.get(finding.rule);
  if (!rule) return undefined;
  const { manifest } = rule;
  const said = wordsOf(finding, manifest);
  if (!said) return undefined;
  const { text, indicator, facts, paragraphs } = said;
  const suggestions = suggestionsOf(manifest, finding, facts, context);
  const reasons = manifest.overrideReasons.map((code) => ({
    system: overrideReasonSystem,
    code,
    display: overrideReasons[code],
  }));
  return {
    uuid: randomUUID(),
    summary: shorten(singleLine(fill(text.summary, facts, String) ?? manifest.title), summaryLength),
    indicator,
    detail: [...detailLines(text.detail, facts), ...paragraphs, looked(finding.evidence), basis(rule)].join('\n\n'),
    source: {
      label: isDraft(rule) ? 'Carehook, draft rule' : 'Carehook',
      ...(manifest.source.url && { url: manifest.source.url }),
      topic: { system: ruleSystem, code: manifest.id, display: manifest.title },
    },
    ...(suggestions.length > 0 && { suggestions, selectionBehavior: 'at-most-one' as const }),
    ...(reasons.length > 0 && { overrideReasons: reasons }),
    ...(manifest.links.length > 0 && { links: manifest.links.map((link) => ({ ...link, type: 'absolute' as const })) }),
  };
};

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
  context: CardContext,
): Card | undefined => {
  const byReason = new Map<string, string[]>();
  for (const finding of findings)
    if (finding.status === 'unknown') {
      const title = context.rules.get(finding.rule)?.manifest.title ?? finding.rule;
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

const ruleSystem = 'http://carehook.org/fhir/CodeSystem/rule';

interface Words {
  readonly text: Omit<CardText, 'indicator'>;
  readonly indicator: Indicator;
  readonly facts: Facts;
  readonly paragraphs: readonly string[];
}

const wordsOf = (finding: Finding, manifest: Manifest): Words | undefined => {
  const missing = finding.missing.map((what) => `- ${escapeMarkdown(what)}`);
  const notLooked = missing.length > 0 ? [`**Not known:**\n${missing.join('\n')}`] : [];
  if (finding.status === 'alert' && manifest.kind === 'order') {
    const problem = manifest.problems[finding.problem];
    return (
      problem && {
        text: problem.card,
        indicator: finding.indicator,
        facts: alertFacts(finding),
        paragraphs: [...modifierLines(finding), ...notLooked],
      }
    );
  }
  if (manifest.kind === 'order' || !('due' in finding)) return undefined;
  const text = (finding.critical ? manifest.cards.critical : undefined) ?? manifest.cards[finding.status as 'due'];
  return text && { text, indicator: text.indicator, facts: finding.facts, paragraphs: notLooked };
};

const modifierLines = ({ applied, notJudged }: AlertFinding): readonly string[] => [
  ...(applied.length > 0
    ? [`**For this patient:** ${applied.map(({ label }) => escapeMarkdown(label)).join('; ')}.`]
    : []),
  ...(notJudged.length > 0
    ? [`**Not judged:** ${notJudged.map(({ label, missing }) => escapeMarkdown(`${label} (${missing})`)).join('; ')}.`]
    : []),
];

const alertFacts = ({ facts, focus }: AlertFinding): Facts => ({ ...facts, focus: nameOf(focus) });

const nameOf = (resource: FhirResource): string =>
  conceptText(
    (resource as { medicationCodeableConcept?: Parameters<typeof conceptText>[0] }).medicationCodeableConcept,
  );

/** The detail's lines with facts filled in; a line that names an absent fact is left out. */
const detailLines = (detail: string, facts: Facts): readonly string[] =>
  detail
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => fill(line, facts, escapeMarkdown) ?? []);

const fill = (template: string, facts: Facts, encode: (text: string) => string): string | undefined => {
  let complete = true;
  const text = template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const fact = facts[name];
    if (fact === undefined) complete = false;
    return encode(fact ?? '');
  });
  return complete ? text : undefined;
};

const looked = (evidence: readonly FhirResource[]): string => {
  if (evidence.length === 0) return '**Looked at:** nothing on record.';
  const unique = [
    ...new Map(evidence.map((resource) => [`${resource.resourceType}/${resource.id}`, resource])).values(),
  ];
  const lines = unique.slice(0, mostEvidence).map((resource) => `- ${evidenceLine(resource)}`);
  const more = unique.length > mostEvidence ? [`- and ${unique.length - mostEvidence} more`] : [];
  return `**Looked at:**\n${[...lines, ...more].join('\n')}`;
};

/** A draft speaks in the demonstration alone; a clinician's signature for the site makes it more. */
const isDraft = ({ manifest, standing }: Rule): boolean => manifest.status === 'draft' && !standing.signed;

const basis = (rule: Rule): string => {
  const { manifest, standing } = rule;
  const { id, version, source } = manifest;
  const signed = standing.signed
    ? `, signed for this site by ${escapeMarkdown(standing.signed.name)} on ${standing.signed.date}`
    : '';
  return `*Rule ${id} ${version}${isDraft(rule) ? ', a draft that no clinician has signed' : signed}. Source: ${source.citation.trim()}*`;
};

const suggestionsOf = (
  manifest: Manifest,
  finding: CareFinding | Finding,
  facts: Facts,
  context: CardContext,
): NonNullable<Card['suggestions']> =>
  manifest.suggestions
    .filter(
      ({ if: needed, unless }) => (!needed || facts[needed] !== undefined) && (!unless || facts[unless] === undefined),
    )
    .flatMap((suggestion) => {
      const actions = suggestion.actions.flatMap((action) => toAction(action, finding, context));
      // A suggestion of which one part cannot be offered would do something else than it says.
      return actions.length === suggestion.actions.length && actions.length > 0
        ? [
            {
              label: suggestion.label,
              uuid: randomUUID(),
              ...(suggestion.recommended && { isRecommended: true as const }),
              actions,
            },
          ]
        : [];
    });

type Action = NonNullable<Card['suggestions']>[number]['actions'][number];

const toAction = (
  action: SuggestionText['actions'][number],
  finding: Finding,
  { patientId, userId, now }: CardContext,
): readonly Action[] => {
  if (action.type === 'create') {
    const requester = userId && /^Practitioner(Role)?\//.test(userId) ? { requester: { reference: userId } } : {};
    const resource = {
      ...action.resource,
      subject: { reference: `Patient/${patientId}` },
      authoredOn: now.toISOString(),
      ...requester,
    };
    return [
      {
        type: 'create',
        description: action.description,
        resource: resource as Extract<Action, { type: 'create' | 'update' }>['resource'],
      },
    ];
  }
  if (finding.status !== 'alert') return [];
  const target = action.resource === 'focus' ? finding.focus : finding.with[0];
  // Better the card without the suggestion than no card: some drafts have ids that FHIR does not allow.
  return target?.id && relativeReference(`${target.resourceType}/${target.id}`)
    ? [{ type: 'delete', description: action.description, resourceId: `${target.resourceType}/${target.id}` }]
    : [];
};
