import type { AnyResource } from './resource.ts';
import { isObject, valuesAt } from './resource.ts';
import { searchParametersOf } from './search-parameters.ts';

/** Which resources name which patient, so that one patient's record is found without looking at everybody's. */
export interface PatientIndex {
  add(resource: AnyResource & { id: string }): void;
  remove(resource: AnyResource & { id: string }): void;
  /** Ids that may belong to the patients: a superset, for the base of a reference is not looked at. */
  idsFor(type: string, patients: readonly string[]): ReadonlySet<string>;
}

/** Creates an empty index. */
export function createPatientIndex(): PatientIndex {
  const byPatient = new Map<string, Set<string>>();
  const keysOf = (resource: AnyResource) => {
    const paths = searchParametersOf(resource.resourceType).get('patient')?.paths ?? [];
    return paths
      .flatMap((path) => valuesAt(resource, path))
      .flatMap((element) => (isObject(element) && typeof element.reference === 'string' ? [element.reference] : []))
      .flatMap((text) => /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/|$)/.exec(text)?.[1] ?? [])
      .map((patient) => `${resource.resourceType} ${patient}`);
  };
  return {
    add: (resource) => {
      for (const key of keysOf(resource)) {
        const ids = byPatient.get(key);
        if (ids === undefined) byPatient.set(key, new Set([resource.id]));
        else ids.add(resource.id);
      }
    },
    remove: (resource) => {
      for (const key of keysOf(resource)) byPatient.get(key)?.delete(resource.id);
    },
    idsFor: (type, patients) =>
      new Set(patients.flatMap((patient) => [...(byPatient.get(`${type} ${patient}`) ?? [])])),
  };
}
