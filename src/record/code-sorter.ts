import type { FhirResource } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import type { CodeSet, Codes } from '../terminology/code-set.ts';
import { canonicalSystem } from '../terminology/systems.ts';

/** Several sets of codes that are looked for at one element. */
export interface CodeSorter {
  readonly sets: readonly CodeSet[];
  /** For each set the resources that have any of its codes at the element, in the order given. */
  sort(resources: readonly FhirResource[]): readonly (readonly FhirResource[])[];
}

/** What is known of one system: the sets that a code is in, and those that every code of it is in. */
interface Wanted {
  readonly byCode: ReadonlyMap<string, readonly number[]>;
  readonly byEvery: readonly number[];
}

/**
 * Sorts resources by the codes at an element (a CodeableConcept, Coding or code, one or many) in one pass, whatever the
 * number of sets and of codes in them: which sets a code is in is known before any resource is seen.
 *
 * @param read the element of a resource
 */
export const createCodeSorter = (read: (resource: FhirResource) => unknown, sets: readonly CodeSet[]): CodeSorter => {
  const wanted = wantedOf(sets);
  const nothing: readonly FhirResource[] = [];
  return {
    sets,
    sort: (resources) => {
      const groups = new Array<FhirResource[] | undefined>(sets.length).fill(undefined);
      let lastSystem: string | undefined;
      let last = wanted.get('');
      const put = (resource: FhirResource, { system, code }: { system?: string; code?: string }): void => {
        // Most codes of an element are of one system.
        if (system !== lastSystem) {
          lastSystem = system;
          last = wanted.get(canonicalSystem(system) ?? '');
        }
        if (last === undefined) return;
        const found = last.byCode.get(code ?? '');
        if (found !== undefined) putInto(groups, found, resource);
        if (last.byEvery.length > 0) putInto(groups, last.byEvery, resource);
      };
      const putAll = (resource: FhirResource, value: unknown): void => {
        if (typeof value === 'string') put(resource, { code: value });
        if (typeof value !== 'object' || value === null) return;
        const { coding } = value as { coding?: unknown };
        if (coding == null) put(resource, value);
        // Requests hold null among the codings, and one object where the list should be.
        else if (Array.isArray(coding)) {
          for (const each of coding) if (each != null) put(resource, each);
        } else put(resource, coding as object);
      };
      for (const resource of resources) {
        const value = read(resource);
        if (Array.isArray(value)) for (const each of value) putAll(resource, each);
        else putAll(resource, value);
      }
      return groups.map((group) => group ?? nothing);
    },
  };
};

const putInto = (groups: (FhirResource[] | undefined)[], sets: readonly number[], resource: FhirResource): void => {
  for (const set of sets) {
    const group = groups[set];
    if (group === undefined) groups[set] = [resource];
    else if (group.at(-1) !== resource) group.push(resource);
  }
};

const wantedOf = (sets: readonly CodeSet[]): ReadonlyMap<string, Wanted> => {
  const wanted = new Map<string, { readonly byCode: Map<string, number[]>; readonly byEvery: number[] }>();
  sets.forEach(({ bySystem }, set) => {
    for (const [system, codes] of bySystem) {
      const { byCode, byEvery } = getOrCompute(wanted, system, () => ({ byCode: new Map(), byEvery: [] }));
      if (isWhole(codes)) byEvery.push(set);
      else for (const code of codes.keys()) getOrCompute(byCode, code, () => []).push(set);
    }
  });
  return wanted;
};

const isWhole = ({ size }: Codes): boolean => size === Number.POSITIVE_INFINITY;
