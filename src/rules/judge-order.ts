import type { FhirResource } from 'fhir/r4.js';
import type { CqlValue } from '../cql/engine.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { type AlertFinding, findingKey, type JudgedModifier } from './finding.ts';
import type { Indicator, Modifier, OrderManifest, Problem } from './manifest.ts';
import { asFacts, asList, asResources, asText, asTuple } from './read-value.ts';

/** A modifier with what the library judged: null when the data to judge it is missing. */
interface Judgement {
  readonly id: string;
  readonly modifier: Modifier;
  readonly holds: boolean | null;
  readonly missing: string;
}

export interface OrderSubject {
  readonly source: string;
  readonly patientId: string;
  /** What is missing of the data that a modifier is judged by, in words; undefined when nothing is. */
  readonly lackOf?: (modifier: string) => string | undefined;
}

/** The alerts to tell, and those that a modifier silenced. */
export interface JudgedOrder {
  readonly alerts: readonly AlertFinding[];
  readonly silenced: readonly AlertFinding[];
}

/**
 * The alerts of an order rule, tiered: base → raise → lower → cap → floor. `silence` counts only where no floor holds;
 * what could not be judged never lowers or silences. Alerts about the same problem and the same draft, or the same ingredient of
 * it where they name one, become one.
 */
export const judgeOrder = (manifest: OrderManifest, alerts: CqlValue, subject: OrderSubject): JudgedOrder => {
  if (alerts === null) throw new Error('"Alerts" is null: it could not be decided whether there are any');
  const told = new Map<string, AlertFinding[]>();
  const silenced: AlertFinding[] = [];
  const unnamed: FhirResource[] = [];
  /** `Type/id`; a draft that came without id is told from its like by its place among them. */
  const nameOf = (focus: FhirResource): string => {
    if (focus.id === undefined && !unnamed.includes(focus)) unnamed.push(focus);
    return `${focus.resourceType}/${focus.id ?? `(${unnamed.indexOf(focus) + 1})`}`;
  };
  for (const item of asList(alerts)) {
    const alert = asTuple(item);
    const problemId = asText(alert.problem) ?? '';
    const problem = manifest.problems[problemId];
    const focus = asResources(alert.focus)[0];
    if (!problem || !focus)
      throw new Error(
        `an alert names the problem "${problemId}" and ${focus ? 'a' : 'no'} focus; the manifest has ${Object.keys(manifest.problems).join(', ')}`,
      );
    const ingredient = asText(asTuple(alert.ingredient).code);
    const judgements = judgementsOf(alert.modifiers, problem, subject.lackOf);
    const indicator = tierOf(problem.base, judgements);
    const isSilenced = indicator === undefined;
    const applied = judgements.filter(({ holds }) => holds === true);
    const finding: AlertFinding = {
      key: findingKey(
        subject.source,
        subject.patientId,
        manifest.id,
        [problemId, nameOf(focus), ingredient].filter((part) => part !== undefined).join('/'),
      ),
      rule: manifest.id,
      status: 'alert',
      problem: problemId,
      matter: problem.matter ?? problemId,
      ...(ingredient !== undefined && { ingredient }),
      base: problem.base,
      indicator: indicator ?? problem.base,
      presentation: !isSilenced && interruptsAt(problem, indicator) ? 'interrupt' : 'passive',
      focus,
      with: asResources(alert.with),
      evidence: [
        focus,
        ...asResources(alert.with),
        ...asList(alert.modifiers)
          .map(asTuple)
          .filter(({ holds }) => holds === true)
          .flatMap(({ evidence }) => asResources(evidence)),
      ],
      missing: [],
      facts: asFacts(alert.facts),
      applied: applied.map(named),
      notJudged: judgements
        .filter(({ holds }) => holds === null)
        .map((judgement) => ({ ...named(judgement), missing: judgement.missing })),
    };
    if (isSilenced) silenced.push(finding);
    else getOrCompute(told, finding.key, () => []).push(finding);
  }
  return { alerts: [...told.values()].map(merge), silenced };
};

const interruptsAt = ({ interrupts }: Problem, indicator: Indicator): boolean =>
  interrupts !== 'never' && gravity(indicator) >= gravity(interrupts);

const named = ({ id, modifier: { effect, label } }: Judgement): JudgedModifier => ({ id, effect, label });

const judgementsOf = (
  value: CqlValue | undefined,
  problem: Problem,
  lackOf: OrderSubject['lackOf'] = () => undefined,
): readonly Judgement[] =>
  asList(value).map((item) => {
    const { id: idValue, holds, missing } = asTuple(item);
    const id = asText(idValue) ?? '';
    const modifier = problem.modifiers[id];
    if (!modifier)
      throw new Error(
        `an alert has the modifier "${id}"; the manifest has ${Object.keys(problem.modifiers).join(', ')}`,
      );
    // "Not there" is no answer where part of what would show it is missing.
    const lack = holds === true ? undefined : lackOf(id);
    const judged = typeof holds === 'boolean' && lack === undefined ? holds : null;
    return { id, modifier, holds: judged, missing: lack ?? asText(missing) ?? 'no data' };
  });

const tiers: readonly Indicator[] = ['info', 'warning', 'critical'];

/** How two indicators compare, the graver greater. */
export const gravity = (indicator: Indicator): number => tiers.indexOf(indicator);

const tierOf = (base: Indicator, judgements: readonly Judgement[]): Indicator | undefined => {
  const holding = judgements.filter(({ holds }) => holds === true).map(({ modifier }) => modifier);
  const having = <E extends Modifier['effect']>(effect: E) =>
    holding.filter((modifier): modifier is Extract<Modifier, { effect: E }> => modifier.effect === effect);
  const clamp = (tier: number) => Math.max(0, Math.min(tier, tiers.length - 1));

  let tier = clamp(gravity(base) + holding.filter(({ effect }) => effect === 'raise').length);
  tier = clamp(tier - holding.filter(({ effect }) => effect === 'lower').length);
  for (const { to } of having('cap') as { to: Indicator }[]) tier = Math.min(tier, gravity(to));
  const floors = having('floor') as { to: Indicator }[];
  for (const { to } of floors) tier = Math.max(tier, gravity(to));
  if (floors.length === 0 && holding.some(({ effect }) => effect === 'silence')) return undefined;
  return tiers[tier];
};

/** The gravest alert speaks, about everything that all are about; what could not be judged of any stays named. */
const merge = (alerts: readonly AlertFinding[]): AlertFinding => {
  const [grave, ...others] = alerts.toSorted((a, b) => gravity(b.indicator) - gravity(a.indicator));
  if (!grave || others.length === 0) return grave as AlertFinding;
  const names = new Set(alerts.flatMap(({ facts }) => Object.keys(facts)));
  return {
    ...grave,
    with: distinct(alerts.flatMap((alert) => alert.with)),
    evidence: distinct([grave, ...others].flatMap(({ evidence }) => evidence)),
    notJudged: [
      ...new Map([...others, grave].flatMap(({ notJudged }) => notJudged).map((each) => [each.id, each])).values(),
    ],
    facts: Object.fromEntries(
      [...names].map((name) => [name, [...new Set(alerts.flatMap(({ facts }) => facts[name] ?? []))].join(', ')]),
    ),
  };
};

const distinct = (resources: readonly FhirResource[]): readonly FhirResource[] => [
  ...new Map(
    resources.map((resource) => [
      resource.id === undefined ? resource : `${resource.resourceType}/${resource.id}`,
      resource,
    ]),
  ).values(),
];
