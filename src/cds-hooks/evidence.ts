import type { CodeableConcept, FhirResource, Period, Quantity, Reference } from 'fhir/r4.js';
import { escapeMarkdown } from './markdown.ts';

/** One line of Markdown about a resource that a finding rests on. */
export const evidenceLine = (resource: FhirResource): string => escapeMarkdown(evidenceText(resource));

/** What a resource is, its date, its status, who recorded it, in plain text. */
export const evidenceText = (resource: FhirResource): string => {
  const fields = resource as unknown as Record<string, unknown>;
  const concept = fields.code ?? fields.medicationCodeableConcept ?? fields.vaccineCode ?? [fields.type].flat()[0];
  const period = (fields.performedPeriod ?? fields.effectivePeriod ?? fields.period) as Period | null | undefined;
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
    .map(
      (who) =>
        ((who as { actor?: Reference } | null | undefined)?.actor ?? (who as Reference | null | undefined))?.display,
    )
    .find((display) => typeof display === 'string');
  const { value, unit } = (fields.valueQuantity ?? {}) as Quantity;
  return [
    `${resource.resourceType}: ${conceptText(concept)}`,
    value === undefined ? undefined : `${value} ${unit ?? ''}`.trim(),
    typeof date === 'string' ? date.slice(0, 10) : 'no date',
    typeof fields.status === 'string' ? fields.status : undefined,
    person,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
};

/** What a person reads of a concept, which comes from outside and may be anything. */
export const conceptText = (concept: unknown): string => {
  const { text, coding } = (concept ?? {}) as CodeableConcept;
  const codings = [coding ?? []].flat().filter((each) => each != null);
  const words = [text, ...codings.map(({ display }) => display), ...codings.map(({ code }) => code)];
  return words.find((word) => typeof word === 'string' && word.trim() !== '') ?? 'no name';
};
