import type { CodeableConcept, FhirResource } from 'fhir/r4.js';
import { codeKey } from '../terminology/systems.ts';

/** Types that say that something has happened. */
const events: ReadonlySet<string> = new Set([
  'Observation',
  'Procedure',
  'Immunization',
  'DiagnosticReport',
  'MedicationAdministration',
  'MedicationDispense',
]);

/**
 * What can be evidence: an event dated in the future or before birth is none, and one event told by two sources (the same
 * codes, moment and value) counts once. Reports are kept, because two of one moment may hold different results. Other
 * types pass as they are.
 */
export const plausible = (
  resources: readonly FhirResource[],
  { now, birthDate }: { readonly now: Date; readonly birthDate: string | undefined },
): readonly FhirResource[] => {
  if (!events.has(resources[0]?.resourceType ?? '')) return resources;
  // A day's grace: "today" has come earlier in zones east of ours.
  const latest = new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10);
  const seen = new Set<string>();
  return resources.filter((resource) => {
    const fields = resource as unknown as Fields;
    const date = whenOf(fields);
    if (date === undefined) return true;
    if (date.slice(0, 10) > latest) return false;
    if (birthDate !== undefined && date.slice(0, 10) < birthDate.slice(0, date.length)) return false;
    const key = resource.resourceType === 'DiagnosticReport' ? undefined : sameEventKey(fields, date);
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};

interface Fields {
  readonly [element: string]: unknown;
  readonly status?: string;
  readonly code?: CodeableConcept;
  readonly vaccineCode?: CodeableConcept;
}

const whenOf = (fields: Fields): string | undefined => {
  const when =
    fields.effectiveDateTime ?? fields.performedDateTime ?? fields.occurrenceDateTime ?? fields.effectiveInstant;
  const period = (fields.effectivePeriod ?? fields.performedPeriod) as { start?: unknown } | undefined;
  const date = when ?? period?.start ?? fields.whenHandedOver;
  return typeof date === 'string' ? date : undefined;
};

/** The same status is part of it, so that a corrected copy does not lose to the one it corrects. */
const sameEventKey = (fields: Fields, date: string): string | undefined => {
  // Requests hold null among the codings, and one object where the list should be.
  const codes = [(fields.code ?? fields.vaccineCode)?.coding ?? []].flat().filter((coding) => coding != null);
  if (codes.length === 0) return undefined;
  const value = Object.keys(fields).find((name) => name.startsWith('value'));
  return JSON.stringify([
    fields.status,
    date,
    codes.map(({ system, code }) => codeKey(system, code)).sort(),
    value && fields[value],
    fields.component,
    fields.interpretation,
    fields.bodySite,
  ]);
};
