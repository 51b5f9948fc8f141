import type { FhirResource } from 'fhir/r4.js';
import type { AlertFinding, Finding } from '../rules/finding.ts';
import { gravity } from '../rules/judge-order.ts';

/**
 * Findings that are one matter to a clinician: alerts about the same problem (by its shared name) of which one is about an order that the
 * others are about or pair it with. The gravest of a matter stands first, and so do the gravest matters; of equals, those
 * that interrupt.
 */
export const mattersOf = (findings: readonly Finding[]): readonly (readonly Finding[])[] => {
  const matters: Finding[][] = [];
  for (const finding of findings) {
    const own =
      finding.status === 'alert' ? matters.filter((matter) => matter.some((each) => isOneMatter(each, finding))) : [];
    const [first, ...others] = own;
    if (!first) {
      matters.push([finding]);
      continue;
    }
    first.push(...others.flat(), finding);
    for (const other of others) matters.splice(matters.indexOf(other), 1);
  }
  return matters
    .map((matter) => matter.toSorted(byWeight))
    .toSorted(([a], [b]) => byWeight(a as Finding, b as Finding));
};

/** How a matter is shown: one finding that interrupts is enough. Undefined where none is an alert. */
export const presentationOf = (matter: readonly Finding[]): AlertFinding['presentation'] | undefined => {
  const shown = matter.flatMap((finding) => (finding.status === 'alert' ? finding.presentation : []));
  return shown.length === 0 ? undefined : shown.includes('interrupt') ? 'interrupt' : 'passive';
};

const isOneMatter = (one: Finding, another: AlertFinding): boolean =>
  one.status === 'alert' &&
  one.matter === another.matter &&
  (isSame(one.focus, another.focus) ||
    one.with.some((resource) => isSame(resource, another.focus)) ||
    another.with.some((resource) => isSame(resource, one.focus)));

const isSame = (one: FhirResource, another: FhirResource): boolean =>
  one === another || (one.id !== undefined && one.id === another.id && one.resourceType === another.resourceType);

const byWeight = (a: Finding, b: Finding): number => weightOf(b) - weightOf(a);

const weightOf = (finding: Finding): number =>
  finding.status === 'alert' ? 2 * gravity(finding.indicator) + Number(finding.presentation === 'interrupt') : 0;
