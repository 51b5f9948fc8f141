import type { FhirResource } from 'fhir/r4.js';
import type { Indicator, Modifier } from './manifest.ts';

/** Facts that fill the words of a card; all are text as a person reads it. */
export type Facts = Readonly<Record<string, string>>;

interface Common {
  /** source | patient | rule | focus: the same for the same matter at every evaluation. */
  readonly key: string;
  readonly rule: string;
  readonly evidence: readonly FhirResource[];
  /** What was missing when the rule was judged, in words. */
  readonly missing: readonly string[];
  readonly facts: Facts;
}

type CareStatus = 'met' | 'in-progress' | 'due-soon' | 'due' | 'overdue';

export interface SettledFinding extends Common {
  readonly status: 'not-applicable' | 'excluded' | 'unknown';
  readonly reason: string;
  /** The rule itself failed: the reason is a programmer's words, for the operator. */
  readonly failed?: true;
  /** What must be asked before the rule can be judged, as the rule words it. */
  readonly questions?: readonly string[];
  /** Alerts that a modifier silenced: counted, never shown. */
  readonly silenced?: readonly AlertFinding[];
  /** Value sets of which this installation has never shown a code, so that it cannot be told what was done. */
  readonly notMapped?: readonly string[];
}

export interface CareFinding extends Common {
  readonly status: CareStatus;
  readonly step: string;
  /** Days as YYYY-MM-DD. */
  readonly due: string;
  readonly overdue: string;
  readonly critical: boolean;
}

type Presentation = 'interrupt' | 'passive';

export interface JudgedModifier {
  readonly id: string;
  readonly effect: Modifier['effect'];
  readonly label: string;
}

export interface AlertFinding extends Common {
  readonly status: 'alert';
  readonly problem: string;
  /** What alerts of several rules have in common to be one card. */
  readonly matter: string;
  /** The RxNorm code of the drafted ingredient that it is about, where the rule says which of several. */
  readonly ingredient?: string;
  /** How grave it is. */
  readonly indicator: Indicator;
  /** How it is shown: whether whoever orders is interrupted. */
  readonly presentation: Presentation;
  /** The draft order that the alert is about. */
  readonly focus: FhirResource;
  readonly with: readonly FhirResource[];
  /** The tier before any modifier. */
  readonly base: Indicator;
  readonly applied: readonly JudgedModifier[];
  readonly notJudged: readonly (JudgedModifier & { readonly missing: string })[];
}

/** What one rule says of one record about one focus. */
export type Finding = SettledFinding | CareFinding | AlertFinding;

export type FindingStatus = Finding['status'];

/** The key under which findings, gaps and issued cards of the same matter meet. */
export const findingKey = (source: string, patientId: string, rule: string, focus = ''): string =>
  findingKeys(source, patientId)(rule, focus);

/** The same for many rules about one patient. */
export const findingKeys = (source: string, patientId: string): ((rule: string, focus?: string) => string) => {
  const subject = `${encodeURIComponent(source)}|${encodeURIComponent(patientId)}`;
  return (rule, focus = '') => `${subject}|${encodeURIComponent(rule)}|${encodeURIComponent(focus)}`;
};
