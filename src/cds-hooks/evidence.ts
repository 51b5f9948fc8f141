import type { CodeableConcept, FhirResource, Reference } from 'fhir/r4.js';
import { escapeMarkdown } from './markdown.ts';

/** One line about a resource that a finding rests on: what it is, its date, its status, who recorded it. */
export const evidenceLine = (resource: FhirResource): string => {
  const fields = resource as unknown as Record<string, unknown>;
  const concept = (fields.code ?? fields.medicationCodeableConcept ?? fields.vaccineCode ?? [fields.type].flat()[0]) as
    | CodeableConcept
    | undefined;
  const period = (fields.performedPeriod ?? fields.effectivePeriod ?? fields.period) as
    | { start?: string; end?: string }
    | undefined;
  const date =
    fields.performedDateTime ??
    fields.effectiveDateTime ??
    fields.occurrenceDateTime ??
    period?.end ??
    period?.start ??
    fields.onsetDateTime ??
    fields.recordedDate ??
    fields.authoredOn;
  const person = [fields.performer, fields.recorder, fields.asserter, fields.requester]
    .flat()
    .map((who) => ((who as { actor?: Reference } | undefined)?.actor ?? (who as Reference | undefined))?.display)
    .find((display) => display !== undefined);
  const { value, unit } = (fields.valueQuantity ?? {}) as { value?: number; unit?: string };
  return [
    `${resource.resourceType}: ${escapeMarkdown(conceptText(concept))}`,
    value === undefined ? undefined : escapeMarkdown(`${value} ${unit ?? ''}`),
    typeof date === 'string' ? date.slice(0, 10) : 'no date',
    typeof fields.status === 'string' ? escapeMarkdown(fields.status) : undefined,
    person === undefined ? undefined : escapeMarkdown(person),
  ]
    .filter((part) => part !== undefined)
    .join(', ');
};

/** What a person reads of a concept. */
export const conceptText = (concept: CodeableConcept | undefined): string =>
  concept?.text ?? concept?.coding?.find(({ display }) => display)?.display ?? concept?.coding?.[0]?.code ?? 'no name';
