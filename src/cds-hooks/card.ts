import { randomUUID } from 'node:crypto';
import type { FhirResource } from 'fhir/r4.js';
import type { AlertFinding, Facts, Finding } from '../rules/finding.ts';
import { agesInWords, type CardText, type Manifest, type Problem } from '../rules/manifest.ts';
import { overrideReasonSystem, overrideReasons } from '../rules/override-reasons.ts';
import type { Rule } from '../rules/rule-set.ts';
import { conceptText, evidenceLine } from './evidence.ts';
import { escapeMarkdown, shorten, singleLine } from './markdown.ts';
import { presentationOf } from './matters.ts';
import { type Card, presentationExtension, ruleSystem, summaryLength } from './response-schema.ts';
import { type SuggestionContext, suggestionsOf } from './suggestions.ts';

/** More evidence than this is a list that nobody reads. */
const mostEvidence = 5;

export interface CardContext extends SuggestionContext {
  readonly rules: ReadonlyMap<string, Rule>;
  /** What the service does not check, said under each of its cards. */
  readonly notChecked?: readonly string[];
}

/**
 * The card of findings that are one matter, the gravest first: it gives the card its summary, the others add what they say.
 * Undefined where they are nothing to tell (met, excluded, not applicable).
 */
export const toCard = (findings: readonly Finding[], context: CardContext): Card | undefined => {
  const said = findings.flatMap((finding) => sayingOf(finding, context.rules) ?? []);
  const [first, ...more] = said;
  if (!first) return undefined;
  const wordsOf = (saying: Saying) =>
    JSON.stringify([summaryOf(saying), detailLines(saying.text.detail, saying.facts), saying.paragraphs]);
  const heard = new Set([wordsOf(first)]);
  /** A renewal of both drugs of a pair is found twice, and said once. */
  const others = more.filter((each) => {
    const words = wordsOf(each);
    return !heard.has(words) && heard.add(words);
  });
  const { rule, text, facts } = first;
  const { manifest } = rule;
  const suggestions = withoutRepeats(
    said.flatMap((each) => suggestionsOf(each.rule.manifest, each.finding, each.facts, context)),
  );
  const reasons = [...new Set(said.flatMap((each) => each.rule.manifest.overrideReasons))].map((code) => ({
    system: overrideReasonSystem,
    code,
    display: overrideReasons[code],
  }));
  const presentation = presentationOf(said.map((each) => each.finding));
  const links = said.flatMap((each) => each.rule.manifest.links);
  return {
    uuid: randomUUID(),
    summary: summaryOf(first),
    indicator: first.indicator,
    detail: [
      ...detailLines(text.detail, facts),
      ...first.paragraphs,
      ...others.flatMap((other) => [
        `**Also: ${escapeMarkdown(summaryOf(other))}**`,
        ...detailLines(other.text.detail, other.facts),
        ...other.paragraphs,
      ]),
      looked(said.flatMap((each) => each.finding.evidence)),
      ...new Set(said.map((each) => basis(each.rule))),
      ...notCheckedLine(context),
    ].join('\n\n'),
    source: {
      label: said.some((each) => isDraft(each.rule)) ? 'Carehook, draft rule' : 'Carehook',
      ...(manifest.source.url && { url: manifest.source.url }),
      topic: { system: ruleSystem, code: manifest.id, display: manifest.title },
    },
    ...(suggestions.length > 0 && { suggestions, selectionBehavior: 'at-most-one' as const }),
    ...(reasons.length > 0 && { overrideReasons: reasons }),
    ...(links.length > 0 && { links: links.map((link) => ({ ...link, type: 'absolute' as const })) }),
    ...(presentation && { extension: { [presentationExtension]: presentation } }),
  };
};

interface Saying {
  readonly finding: Finding;
  readonly rule: Rule;
  readonly text: { readonly summary: string; readonly detail: string };
  readonly indicator: Card['indicator'];
  readonly facts: Facts;
  readonly paragraphs: readonly string[];
}

const sayingOf = (finding: Finding, rules: CardContext['rules']): Saying | undefined => {
  const rule = rules.get(finding.rule);
  if (!rule) return undefined;
  const { manifest } = rule;
  const missing = finding.missing.map((what) => `- ${escapeMarkdown(what)}`);
  const notLooked = missing.length > 0 ? [`**Not known:**\n${missing.join('\n')}`] : [];
  if (finding.status === 'alert' && manifest.kind === 'order') {
    const problem = manifest.problems[finding.problem];
    if (!problem) return undefined;
    const { indicator } = finding;
    const facts = { ...finding.facts, focus: nameOf(finding.focus) };
    const paragraphs = [...knowledgeLines(problem.card, facts), ...modifierLines(finding), ...notLooked];
    return { finding, rule, text: problem.card, indicator, facts, paragraphs };
  }
  if (manifest.kind === 'order') return undefined;
  const asked = asksIn(finding, manifest);
  if (asked) {
    const paragraphs = asked.questions.map((question) => `**${escapeMarkdown(question)}**`);
    return { finding, rule, text: asked.text, indicator: asked.text.indicator, facts: finding.facts, paragraphs };
  }
  if (!('due' in finding)) return undefined;
  const text = (finding.critical ? manifest.cards.critical : undefined) ?? manifest.cards[finding.status as 'due'];
  const { facts } = finding;
  const forPatient =
    manifest.patientText === undefined ? [] : [`**For the patient:** ${escapeMarkdown(manifest.patientText)}`];
  return text && { finding, rule, text, indicator: text.indicator, facts, paragraphs: [...notLooked, ...forPatient] };
};

/** The card that asks for what a rule must know, where it has one; what could not be had from a server is no question. */
export const asksIn = (
  finding: Finding,
  manifest: Manifest | undefined,
): { readonly text: CardText; readonly questions: readonly string[] } | undefined => {
  if (manifest === undefined || manifest.kind === 'order' || finding.status !== 'unknown') return undefined;
  const text = manifest.cards.unknown;
  return text && finding.questions ? { text, questions: finding.questions } : undefined;
};

const summaryOf = ({ text, facts, rule }: Saying): string =>
  shorten(singleLine(fill(text.summary, facts, String) ?? rule.manifest.title), summaryLength);

/** What an interaction does, how grave and how often, how, and how well it is known (HL7 PDDI-CDS, minimum information). */
const knowledgeLines = (card: Problem['card'], facts: Facts): readonly string[] => {
  const { consequence, serious, mechanism, frequency, evidence } = card;
  if (consequence === undefined) return [];
  const gravity = serious === undefined ? '' : serious ? ' (serious)' : ' (not serious)';
  const parts = [
    ['Consequence', `${consequence}${gravity}`],
    ['Mechanism', mechanism],
    ['How often', frequency],
    ['Evidence', evidence],
  ] as const;
  return [
    parts
      .flatMap(([label, words]) => {
        const filled = words === undefined ? undefined : fill(words, facts, escapeMarkdown);
        return filled === undefined ? [] : `**${label}:** ${filled.replace(/\.$/, '')}.`;
      })
      .join(' '),
  ];
};

const notCheckedLine = ({ notChecked = [] }: CardContext): readonly string[] =>
  notChecked.length > 0 ? [`*Not checked here: ${notChecked.join('; ')}.*`] : [];

type Suggestions = NonNullable<Card['suggestions']>;

/** Two rules that offer the same are one offer, and no more than one may be recommended. */
const withoutRepeats = (suggestions: Suggestions): Suggestions => {
  const seen = new Set<string>();
  let recommended = false;
  return suggestions.flatMap((suggestion) => {
    const same = JSON.stringify(
      suggestion.actions.map((action) => [
        action.type,
        'resourceId' in action ? action.resourceId : action.description,
      ]),
    );
    if (seen.has(same)) return [];
    seen.add(same);
    const { isRecommended, ...rest } = suggestion;
    if (!isRecommended || recommended) return [rest];
    recommended = true;
    return [suggestion];
  });
};

const modifierLines = ({ applied, notJudged }: AlertFinding): readonly string[] => [
  ...(applied.length > 0
    ? [`**For this patient:** ${applied.map(({ label }) => escapeMarkdown(label)).join('; ')}.`]
    : []),
  ...(notJudged.length > 0
    ? [`**Not judged:** ${notJudged.map(({ label, missing }) => escapeMarkdown(`${label} (${missing})`)).join('; ')}.`]
    : []),
];

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
  const { id, version, source, ages } = manifest;
  const signed = standing.signed
    ? `, signed for this site by ${escapeMarkdown(standing.signed.name)} on ${standing.signed.date}`
    : '';
  return `*Rule ${id} ${version}${isDraft(rule) ? ', a draft that no clinician has signed' : signed}${ages === 'any' ? '' : `, for ages ${agesInWords(ages)}`}. Source: ${source.citation.trim()}*`;
};
