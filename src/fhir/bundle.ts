import type {
  Bundle,
  BundleEntry,
  BundleLink,
  FhirResource,
  OperationOutcome,
  OperationOutcomeIssue,
} from 'fhir/r4.js';

/** Whether a value looks like a FHIR resource: an object that names its type. */
export const isResource = (value: unknown): value is FhirResource =>
  typeof value === 'object' && value !== null && typeof (value as { resourceType?: unknown }).resourceType === 'string';

/** What a Bundle or a single resource holds, entries with their fullUrl; nested search bundles are not opened. */
export const entriesOf = (value: Bundle | FhirResource): readonly BundleEntry[] =>
  value.resourceType === 'Bundle'
    ? objectsIn<BundleEntry>(value.entry).filter((entry) => isResource(entry.resource))
    : [{ resource: value }];

/** What of a Bundle cannot be read, in words; undefined when all can. */
export const illegibleIn = ({ entry, link }: Bundle): string | undefined => {
  for (const [name, value] of Object.entries({ entry, link }))
    if (value != null && !Array.isArray(value)) return `expected Bundle.${name} to be an array, got ${typeof value}`;
  const without = (entry ?? []).filter((each) => !isResource(each?.resource)).length;
  return without === 0 ? undefined : `${without} of ${entry?.length} entries hold no resource`;
};

/** The link of a searchset to its next page; undefined when it is the last. */
export const nextLink = (bundle: Bundle): BundleLink | undefined =>
  objectsIn<BundleLink>(bundle.link).find(({ relation }) => relation === 'next');

/** Whether a searchset says that there is another page. */
export const hasNextPage = (bundle: Bundle): boolean => nextLink(bundle) !== undefined;

/** Whether an OperationOutcome tells of an error, and not only of a warning. */
export const isError = (outcome: OperationOutcome): boolean =>
  objectsIn<OperationOutcomeIssue>(outcome.issue).some(({ severity }) => severity === 'error' || severity === 'fatal');

/** The words of an OperationOutcome's issues. */
export const outcomeText = (outcome: OperationOutcome): string =>
  objectsIn<OperationOutcomeIssue>(outcome.issue)
    .flatMap(
      ({ diagnostics, details, code }) =>
        [diagnostics, details?.text, code].find((words) => typeof words === 'string') ?? [],
    )
    .join('; ') || 'no issue given';

/** The objects of a list that comes from outside, where anything may stand. */
const objectsIn = <T>(list: unknown): readonly T[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : [];
