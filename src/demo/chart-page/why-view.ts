import type { Resource } from 'fhir/r4.js';
import { whyAnchor } from './card-view.ts';

export type RuleStatus =
  | 'not-applicable'
  | 'excluded'
  | 'met'
  | 'in-progress'
  | 'declined'
  | 'due-soon'
  | 'due'
  | 'overdue'
  | 'alert'
  | 'unknown';

/** What one rule says of one patient and why, spoken or silent; a rule with several findings has several of these. */
export interface RuleExplanation {
  readonly id: string;
  readonly title: string;
  readonly status: RuleStatus;
  /** In words: "the colonoscopy of 2023-05-01 covers until 2033-05-01". Plain text. */
  readonly reason: string;
  /** A line for each resource that was looked at. Plain text. */
  readonly evidence: readonly string[];
  /** What was not known, in words. */
  readonly missing: readonly string[];
}

/** What every rule says of a patient of the sample FHIR server, with the drafts that are in the composer. */
export type Explain = (patientId: string, drafts: readonly Resource[]) => Promise<readonly RuleExplanation[]>;

interface Group {
  readonly title: string;
  /** Silent rules are many: whoever wants them opens the list. */
  readonly isFolded: boolean;
  readonly rules: readonly (RuleExplanation & { readonly label: string; readonly anchor: string | undefined })[];
}

export interface WhyView {
  /** "3 rules: 1 spoke, 2 silent" */
  readonly count: string;
  readonly groups: readonly Group[];
}

const labels: Readonly<Record<RuleStatus, string>> = {
  alert: 'Alert',
  overdue: 'Overdue',
  due: 'Due',
  'due-soon': 'Due soon',
  unknown: 'Could not judge',
  'in-progress': 'In progress',
  declined: 'Declined',
  met: 'Met',
  excluded: 'Excluded',
  'not-applicable': 'Does not apply',
};
const spoke: ReadonlySet<RuleStatus> = new Set(['alert', 'overdue', 'due', 'due-soon']);

const mostOpen = 20;

/** The rules by whether they spoke, each group with the gravest first. */
export const whyView = (rules: readonly RuleExplanation[]): WhyView => {
  const order = Object.keys(labels);
  const anchors = new Set<string>();
  const drawn = rules
    .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
    .map((rule) => {
      const anchor = whyAnchor(rule.id);
      const first = !anchors.has(anchor);
      anchors.add(anchor);
      return { ...rule, label: labels[rule.status] ?? rule.status, anchor: first ? anchor : undefined };
    });
  const groups = [
    { title: 'Spoke', rules: drawn.filter(({ status }) => spoke.has(status)) },
    { title: 'Could not judge', rules: drawn.filter(({ status }) => status === 'unknown') },
    { title: 'Silent', rules: drawn.filter(({ status }) => !spoke.has(status) && status !== 'unknown') },
  ]
    .filter((group) => group.rules.length > 0)
    .map((group) => ({ ...group, isFolded: group.title === 'Silent' && group.rules.length > mostOpen }));
  const each = groups.map((group) => `${group.rules.length} ${group.title.toLowerCase()}`);
  return { count: `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}: ${each.join(', ')}`, groups };
};
