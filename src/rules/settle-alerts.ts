import type { FhirResource } from 'fhir/r4.js';
import type { PatientRecord } from '../record/record.ts';
import type { AlertFinding, Finding } from './finding.ts';
import type { OncPair } from './onc-lists.ts';
import type { Rule, RuleSet } from './rule-set.ts';

export interface AlertSubject {
  readonly ruleSet: Pick<RuleSet, 'nonInterruptive' | 'vocabulary'>;
  readonly rules: readonly Rule[];
  readonly record: PatientRecord;
}

/**
 * What the host decides over the alerts of all rules: a rule yields to one that knows more of the draft, and a pair that
 * must never interrupt (ONC, Phansalkar 2013) is shown in passing, whatever the rule says of it, unless its manifest names
 * the exception and a clinician has signed it.
 */
export const settleAlerts = (findings: readonly Finding[], subject: AlertSubject): readonly Finding[] => {
  const rules = new Map(subject.rules.map((rule) => [rule.manifest.id, rule]));
  const unjudged = new Set(findings.flatMap(({ rule, status }) => (status === 'unknown' ? rule : [])));
  return findings.flatMap((finding) => {
    if (finding.status !== 'alert') return finding;
    const rule = rules.get(finding.rule);
    if (rule?.manifest.kind !== 'order') return finding;
    const yields = Object.entries(rule.manifest.yieldsTo).some(([id, classes]) => {
      const other = rules.get(id);
      return (
        other !== undefined &&
        !unjudged.has(id) &&
        (other.standing.voice === 'speaks' || rule.standing.voice !== 'speaks') &&
        isOfClasses(classes, finding, subject)
      );
    });
    if (yields) return [];
    return finding.presentation === 'interrupt' && neverInterrupts(finding, rule, subject)
      ? { ...finding, presentation: 'passive' as const }
      : finding;
  });
};

/** Whether all that an alert is about is of the classes; where it cannot be told what that is, it is not. */
const isOfClasses = (classes: readonly string[], finding: AlertFinding, { ruleSet, record }: AlertSubject): boolean => {
  const ingredients = ingredientsOf(finding, record);
  return (
    ingredients.length > 0 &&
    ingredients.every((ingredient) => ruleSet.vocabulary.classesOf(ingredient).some((each) => classes.includes(each)))
  );
};

/** The drafted ingredients that an alert is about: one where it says which, else all of its order. */
const ingredientsOf = ({ ingredient, focus }: AlertFinding, { exposures }: PatientRecord): readonly string[] =>
  ingredient !== undefined
    ? [ingredient]
    : exposures.flatMap((exposure) => (exposure.resource === focus ? exposure.ingredient.code : []));

/** Whether all that the alert pairs with its order are pairs that must never interrupt. */
const neverInterrupts = (
  { focus, with: others }: AlertFinding,
  { manifest, standing }: Rule,
  { ruleSet: { nonInterruptive, vocabulary }, record }: AlertSubject,
): boolean => {
  const asked =
    manifest.kind === 'order' ? manifest.gate.flatMap(({ draft, with: others = [] }) => [draft, others].flat()) : [];
  const isAsked = (classes: readonly string[]) =>
    asked.includes('any') || asked.includes('same-ingredient') || classes.some((each) => asked.includes(each));
  /** Of the ingredients that the rule is about: what else is in a product is not why it speaks. */
  const classesOf = (resource: FhirResource): ReadonlySet<string> =>
    new Set(
      record.exposures
        .filter(({ resource: own, copies }) => own === resource || copies.includes(resource))
        .map(({ ingredient }) => vocabulary.classesOf(ingredient.code))
        .filter(isAsked)
        .flat(),
    );
  const own = classesOf(focus);
  const excepted = (id: string) =>
    standing.signed !== undefined && manifest.kind === 'order' && id in manifest.exceptions;
  return (
    others.length > 0 &&
    others.every((other) => {
      const theirs = classesOf(other);
      return nonInterruptive.some((pair) => isPair(pair, own, theirs) && !excepted(pair.id));
    })
  );
};

/** Whether two drugs, by their classes, are a pair of a list. */
const isPair = ({ one, another }: OncPair, first: ReadonlySet<string>, second: ReadonlySet<string>): boolean => {
  const among = (ids: readonly string[], classes: ReadonlySet<string>) => ids.some((id) => classes.has(id));
  return (among(one, first) && among(another, second)) || (among(one, second) && among(another, first));
};
