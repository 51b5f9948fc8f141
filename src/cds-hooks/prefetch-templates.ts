import { getOrCompute } from '../get-or-compute.ts';
import type { DataRequirement } from '../rules/data-requirements.ts';
import type { Rule } from '../rules/rule-set.ts';

/** One prefetch key: the type it brings and the FHIR query that brings it. */
export interface PrefetchTemplate {
  readonly key: string;
  readonly type: string;
  readonly query: string;
}

/** A longer list of codes makes a URL that servers refuse; then the search is by patient alone. */
const mostCodes = 50;

/** Types whose search by `patient` and `code` US Core makes mandatory. */
const searchableByCode: ReadonlySet<string> = new Set(['Observation', 'DiagnosticReport']);

/**
 * The prefetch templates of a service, inferred from what its rules retrieve: one key a resource type, narrowed by code
 * where every rule names codes and a search by code can be relied upon.
 */
export const prefetchTemplates = (rules: readonly Rule[]): readonly PrefetchTemplate[] => {
  const byType = new Map<string, DataRequirement[]>([['Patient', []]]);
  for (const { requirements } of rules)
    for (const requirement of requirements) getOrCompute(byType, requirement.type, () => []).push(requirement);
  return [...byType].map(([type, requirements]) => ({ key: keyOf(type), type, query: queryOf(type, requirements) }));
};

/** `MedicationRequest` → `medicationRequests`; the patient alone is singular. */
const keyOf = (type: string): string => {
  const word = type.charAt(0).toLowerCase() + type.slice(1);
  return type === 'Patient' ? word : word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
};

const queryOf = (type: string, requirements: readonly DataRequirement[]): string => {
  if (type === 'Patient') return 'Patient/{{context.patientId}}';
  const codes = new Set(requirements.flatMap((requirement) => [...(requirement.codes ?? [])]));
  const narrowed =
    searchableByCode.has(type) &&
    codes.size <= mostCodes &&
    requirements.every((requirement) => requirement.codes !== undefined);
  return `${type}?patient={{context.patientId}}${narrowed ? `&code=${[...codes].join(',')}` : ''}`;
};
