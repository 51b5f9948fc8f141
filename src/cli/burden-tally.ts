import { presentationOf } from '../cds-hooks/matters.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { AlertFinding, Finding } from '../rules/finding.ts';
import { gravity } from '../rules/judge-order.ts';

interface OrderAnswer {
  readonly findings: readonly Finding[];
  /** The cards: findings that are one matter. */
  readonly matters: readonly (readonly Finding[])[];
}

/** Counts what orders bring. */
export interface BurdenTally {
  add(answer: OrderAnswer): void;
  fail(where: string, reason: string): void;
  failures(): number;
  report(): string;
}

interface Counts {
  alerts: number;
  interrupting: number;
  readonly tiers: Map<string, number>;
}

export const createBurdenTally = (): BurdenTally => {
  let orders = 0;
  let interrupted = 0;
  const cards = new Map<string, number>();
  const byRule = new Map<string, Counts>();
  const modifiers = new Map<string, { silenced: number; lowered: number; raised: number }>();
  const unknown = new Map<string, number>();
  const failed = new Map<string, string[]>();
  const effectsOf = (rule: string, id: string) =>
    getOrCompute(modifiers, `${rule}  ${id}`, () => ({ silenced: 0, lowered: 0, raised: 0 }));

  const addAlert = (alert: AlertFinding): void => {
    const counts = getOrCompute(byRule, alert.rule, () => ({ alerts: 0, interrupting: 0, tiers: new Map() }));
    counts.alerts++;
    count(counts.tiers, alert.indicator);
    if (alert.presentation === 'interrupt') counts.interrupting++;
    for (const { id, effect } of alert.applied)
      if ((effect === 'lower' || effect === 'cap') && gravity(alert.indicator) < gravity(alert.base))
        effectsOf(alert.rule, id).lowered++;
      else if ((effect === 'raise' || effect === 'floor') && gravity(alert.indicator) > gravity(alert.base))
        effectsOf(alert.rule, id).raised++;
  };

  return {
    add: ({ findings, matters }) => {
      orders++;
      for (const finding of findings) {
        if (finding.status === 'alert') addAlert(finding);
        else if (finding.status === 'unknown') count(unknown, `${finding.rule}: ${finding.reason}`);
        if ('silenced' in finding)
          for (const { rule, applied } of finding.silenced ?? [])
            for (const { id, effect } of applied) if (effect === 'silence') effectsOf(rule, id).silenced++;
      }
      for (const matter of matters) {
        const [first] = matter;
        if (first?.status === 'alert') count(cards, `${first.indicator} ${presentationOf(matter)}`);
      }
      if (matters.some((matter) => presentationOf(matter) === 'interrupt')) interrupted++;
    },
    fail: (where, reason) => getOrCompute(failed, reason, () => []).push(where),
    failures: () => [...failed.values()].flat().length,
    report: () => {
      const per100 = (n: number) => (orders === 0 ? 0 : (100 * n) / orders).toFixed(2).padStart(8);
      const cardsOf = (presentation: string) =>
        [...cards].filter(([name]) => name.endsWith(presentation)).reduce((sum, [, n]) => sum + n, 0);
      return `${[
        `${orders} orders`,
        '',
        'per 100 orders',
        ...['interrupt', 'passive'].flatMap((presentation) => [
          `  cards, ${presentation}`.padEnd(48) + per100(cardsOf(presentation)),
          ...['critical', 'warning', 'info'].map(
            (tier) => `    ${tier}`.padEnd(48) + per100(cards.get(`${tier} ${presentation}`) ?? 0),
          ),
        ]),
        '  orders with an interruption'.padEnd(48) + per100(interrupted),
        '',
        `${'alerts of a rule, per 100 orders'.padEnd(42)}${['all', 'interrupt', 'critical', 'warning', 'info'].map((name) => name.padStart(10)).join('')}`,
        ...[...byRule]
          .sort(([, a], [, b]) => b.interrupting - a.interrupting || b.alerts - a.alerts)
          .map(
            ([rule, { alerts, interrupting, tiers }]) =>
              `  ${rule.padEnd(40)}${[alerts, interrupting, ...['critical', 'warning', 'info'].map((tier) => tiers.get(tier) ?? 0)].map((n) => per100(n).padStart(10)).join('')}`,
          ),
        '',
        `${'alerts that a modifier changed'.padEnd(62)}${['silenced', 'lowered', 'raised'].map((name) => name.padStart(9)).join('')}`,
        ...[...modifiers]
          .sort(([a], [b]) => a.localeCompare(b))
          .map(
            ([name, { silenced, lowered, raised }]) =>
              `  ${name.padEnd(60)}${[silenced, lowered, raised].map((n) => String(n).padStart(9)).join('')}`,
          ),
        ...(unknown.size > 0
          ? ['', 'could not be judged', ...[...unknown].map(([reason, n]) => `  ${String(n).padStart(8)}  ${reason}`)]
          : []),
        ...[...failed].map(([reason, where]) => `failed: ${where.length} records, the first ${where[0]}: ${reason}`),
      ].join('\n')}\n`;
    },
  };
};

const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
