import type { CqlValue } from '../cql/engine.ts';
import type { Missing, PatientRecord } from '../record/record.ts';
import type { Finding, SettledFinding } from './finding.ts';
import type { InteractionProvider } from './interaction-provider.ts';
import { judgeOrder, type OrderSubject } from './judge-order.ts';
import { lackingFor, lackOf, withoutGuessing } from './lacking.ts';
import type { OrderManifest } from './manifest.ts';
import type { Rule } from './rule-set.ts';

export interface OrderQuestion {
  readonly record: PatientRecord;
  readonly now: Date;
  readonly timeZone: string;
  readonly subject: OrderSubject;
  /** Who answers for the rule. */
  readonly provider: Pick<InteractionProvider, 'alerts'>;
  /** What is found where there is no alert. */
  readonly none: SettledFinding;
}

/** What an order rule whose gate is open says of the drafts. */
export const evaluateOrder = async (
  rule: Rule,
  manifest: OrderManifest,
  { record, now, timeZone, subject, provider, none }: OrderQuestion,
): Promise<readonly Finding[]> => {
  const given = await provider.alerts({ rule: manifest.id, record, now, timeZone });
  const { alerts, silenced } = judgeOrder(manifest, given as unknown as CqlValue, {
    ...subject,
    lackOf: lackOf(rule, record),
  });
  const { types } = lackingFor(rule, record);
  const found = alerts.length > 0 ? alerts : [{ ...none, ...(silenced.length > 0 && { silenced }) }];
  return found.map((finding) => withoutGuessing(finding, types));
};

/** That the gate of a rule is shut is known as far as what it looks at is there. */
export const gateShut = (manifest: OrderManifest, record: PatientRecord, none: SettledFinding): Finding =>
  record.missing.length === 0 ? none : withoutGuessing(none, lackingAmong(typesOfGate(manifest), record));

/** The resource types by which it is known that the gate of a rule is shut. */
const typesOfGate = ({ gate }: OrderManifest): ReadonlySet<string> =>
  new Set(
    gate.flatMap((clause) =>
      clause.in.flatMap((place) => {
        if (place === 'allergy') return ['AllergyIntolerance'];
        if (place === 'condition') return ['Condition'];
        return place === 'order' ? ['ServiceRequest'] : ['MedicationRequest', 'MedicationStatement'];
      }),
    ),
  );

const lackingAmong = (types: ReadonlySet<string>, { missing }: PatientRecord): readonly Missing[] =>
  missing.filter((each) => each.types.some((type) => types.has(type)));
