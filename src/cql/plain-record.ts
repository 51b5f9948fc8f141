import type { FhirResource, Patient } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import { createCodeIndex } from '../record/code-index.ts';
import type { CqlRecord } from './engine.ts';

/**
 * A record of resources as they came, nothing dropped, added or rewritten, so that every engine sees the same data;
 * undefined when the patient is not among them.
 */
export const createPlainRecord = (patientId: string, resources: readonly FhirResource[]): CqlRecord | undefined => {
  const byType = new Map<string, FhirResource[]>();
  let lastType: string | undefined;
  let last: FhirResource[] = [];
  for (const resource of resources) {
    const { resourceType } = resource;
    if (resourceType !== lastType) {
      lastType = resourceType;
      last = getOrCompute(byType, resourceType, () => []);
    }
    last.push(resource);
  }
  const patient = byType.get('Patient')?.find(({ id }) => id === patientId) as Patient | undefined;
  if (!patient) return undefined;
  // CQL's Patient context has one.
  byType.set('Patient', [patient]);
  const ofType = (resourceType: string): readonly FhirResource[] => byType.get(resourceType) ?? [];
  return {
    patientId,
    patient,
    drafts: [],
    exposures: [],
    ofType,
    withCode: createCodeIndex(ofType),
    withCodes: (resourceType, _path, sorter) => {
      const groups = sorter.sort(ofType(resourceType));
      return (set) => groups[set] ?? [];
    },
  };
};
