import type { BundleEntry, FhirResource, Reference } from 'fhir/r4.js';
import type { FhirClient } from '../fhir/client.ts';
import { bearsMedication, createReferenceResolver } from '../record/normalise.ts';

/** Medications read for one call; a record that needs more has a fault that reading will not mend. */
const mostMedications = 50;

/**
 * The Medications that medication orders refer to and that did not come with them, read from the FHIR server. One that
 * cannot be had is left out: its drug stays unresolved, and the answer names it.
 */
export const completeMedications = async (
  entries: readonly BundleEntry[],
  server: { readonly base: string; readonly client: FhirClient } | undefined,
  signal: AbortSignal,
): Promise<readonly BundleEntry[]> => {
  if (!server) return [];
  const { base, client } = server;
  const resolve = createReferenceResolver(entries);
  const present = new Set(entries.map(({ resource }) => `${resource?.resourceType}/${resource?.id}`));
  const needed = new Set(
    entries.flatMap(({ resource }) => {
      const reference = medicationReferenceOf(resource as FhirResource | undefined);
      const relative = reference !== undefined && isHere(reference, base) ? resolve(reference) : undefined;
      return relative?.startsWith('Medication/') && !present.has(relative) ? [relative] : [];
    }),
  );
  const read = await Promise.allSettled(
    [...needed].slice(0, mostMedications).map((reference) => client.get(reference, signal)),
  );
  return read.flatMap((outcome) =>
    outcome.status === 'fulfilled' && outcome.value.resourceType === 'Medication' ? [{ resource: outcome.value }] : [],
  );
};

/** Another server's `Medication/1` is another drug; a contained one needs no reading. */
const isHere = (reference: string, base: string): boolean =>
  !reference.startsWith('#') && (!/^[a-z][a-z\d+.-]*:/i.test(reference) || reference.startsWith(`${base}/`));

const medicationReferenceOf = (resource: FhirResource | undefined): string | undefined => {
  if (!resource || !bearsMedication(resource)) return undefined;
  const { reference } = (resource.medicationReference ?? {}) as Reference;
  return typeof reference === 'string' ? reference : undefined;
};
