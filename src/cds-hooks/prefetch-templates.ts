import { searchForms } from '../fhir/search-forms.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { DataRequirement } from '../rules/data-requirements.ts';
import { type Duration, longer } from '../rules/duration.ts';
import type { Rule } from '../rules/rule-set.ts';

/** One prefetch key: the type it brings, and the FHIR query that brings it. */
export interface PrefetchTemplate {
  readonly key: string;
  readonly type: string;
  /** The query with the token `{{context.patientId}}`. */
  readonly query: string;
  /** The codes that are needed, when not every resource of the type is. */
  readonly codes?: ReadonlySet<string>;
  /** How far back resources matter, when not all do. A 2.0 token cannot say it, so only our own searches use it. */
  readonly lookBack?: Duration;
  /** Many servers do not have the type: that it cannot be had is a standing limit, not something missing. */
  readonly optional: boolean;
}

/**
 * The prefetch templates of a service, inferred from what its rules retrieve: one key a resource type, narrowed by code
 * where every rule names codes.
 */
export const prefetchTemplates = (rules: readonly Rule[]): readonly PrefetchTemplate[] => {
  const byType = new Map<string, DataRequirement[]>([['Patient', []]]);
  for (const { requirements } of rules)
    for (const requirement of requirements) getOrCompute(byType, requirement.type, () => []).push(requirement);
  return [...byType].map(([type, requirements]) => {
    const codes =
      requirements.length > 0 && requirements.every((requirement) => requirement.codes !== undefined)
        ? new Set(requirements.flatMap((requirement) => [...(requirement.codes ?? [])]))
        : undefined;
    const [query = ''] = searchForms(type, '{{context.patientId}}', codes ? { codes } : {});
    const lookBacks = requirements.flatMap(({ lookBack }) => lookBack ?? []);
    const lookBack =
      lookBacks.length === requirements.length ? lookBacks.reduce(longer, { value: 0, unit: 'd' }) : undefined;
    const optional = requirements.length > 0 && requirements.every((requirement) => requirement.optional === true);
    return {
      key: keyOf(type),
      type,
      query,
      optional,
      ...(codes && { codes }),
      ...(lookBack && lookBacks.length > 0 && { lookBack }),
    };
  });
};

/** `MedicationRequest` → `medicationRequests`; the patient alone is singular. */
const keyOf = (type: string): string => {
  const word = type.charAt(0).toLowerCase() + type.slice(1);
  return type === 'Patient' ? word : word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
};
