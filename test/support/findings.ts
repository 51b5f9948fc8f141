import type { FhirResource } from 'fhir/r4.js';
import type { AlertFinding, Finding } from '../../src/rules/finding.ts';

/** A warning of a rule about one order, which tests change in what they are about. */
export const alertOf = (rule: string, elements: Partial<AlertFinding> = {}): AlertFinding => ({
  key: rule,
  rule,
  status: 'alert',
  problem: 'bleeding',
  matter: 'bleeding',
  base: 'warning',
  indicator: 'warning',
  presentation: 'interrupt',
  focus: { resourceType: 'MedicationRequest', id: 'draft' } as FhirResource,
  with: [],
  evidence: [],
  missing: [],
  facts: {},
  applied: [],
  notJudged: [],
  ...elements,
});

export const unknownOf = (rule: string): Finding => ({
  key: rule,
  rule,
  status: 'unknown',
  reason: 'failed',
  evidence: [],
  missing: [],
  facts: {},
});
