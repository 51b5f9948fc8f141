import type { Bundle, BundleEntry, FhirResource, OperationOutcome } from 'fhir/r4.js';

/** Whether a value looks like a FHIR resource: an object that names its type. */
export const isResource = (value: unknown): value is FhirResource =>
  typeof value === 'object' && value !== null && typeof (value as { resourceType?: unknown }).resourceType === 'string';

/** What a Bundle or a single resource holds, entries with their fullUrl; nested search bundles are not opened. */
export const entriesOf = (value: Bundle | FhirResource): readonly BundleEntry[] =>
  value.resourceType === 'Bundle'
    ? (value.entry ?? []).filter((entry) => isResource(entry.resource))
    : [{ resource: value }];

/** Whether a searchset says that there is another page. */
export const hasNextPage = (bundle: Bundle): boolean => (bundle.link ?? []).some(({ relation }) => relation === 'next');

/** The words of an OperationOutcome's issues. */
export const outcomeText = (outcome: OperationOutcome): string =>
  (outcome.issue ?? []).map(({ diagnostics, details, code }) => diagnostics ?? details?.text ?? code).join('; ') ||
  'no issue given';
