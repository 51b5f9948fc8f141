import type { FhirResource } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import type { CodeSet } from '../terminology/code-set.ts';
import { canonicalSystem } from '../terminology/systems.ts';

/** Several sets of codes that are looked for at one element. */
export interface CodeSorter {
  readonly sets: readonly CodeSet[];
  /** For each set the resources that have any of its codes at the element, in the order given. */
  sort(resources: readonly FhirResource[]): readonly (readonly FhirResource[])[];
}

const nothingCoded = {};

/** Sets that have a code of a system, the system under the address that this project uses. */
interface Holders {
  readonly system: string;
  readonly sets: number[];
}

interface Wanted {
  readonly byCode: ReadonlyMap<string, readonly Holders[]>;
  /** Systems of which some sets have every code. */
  readonly whole: readonly Holders[];
}

/**
 * Sorts resources by the codes at an element (a CodeableConcept, Coding or code, one or many) in one pass, whatever the
 * number of sets and of codes in them: which sets a code is in is known before any resource is seen.
 *
 * @param read the element of a resource
 */
export const createCodeSorter = (read: (resource: FhirResource) => unknown, sets: readonly CodeSet[]): CodeSorter => {
  const { byCode, whole } = wantedOf(sets);
  const nothing: readonly FhirResource[] = [];
  return {
    sets,
    sort: (resources) => {
      const groups = new Array<FhirResource[] | undefined>(sets.length).fill(undefined);
      const put = (resource: FhirResource, { system, code }: { system?: string; code?: string }): void => {
        const found = byCode.get(code ?? '');
        if (found !== undefined) putInto(groups, found, system, resource);
        if (whole.length > 0) putInto(groups, whole, system, resource);
      };
      const putEach = (resource: FhirResource, value: unknown): void => {
        if (Array.isArray(value)) {
          for (const each of value) putEach(resource, each);
          return;
        }
        if (typeof value === 'string') put(resource, { code: value });
        if (typeof value !== 'object' || value === null) return;
        const { coding } = value as { coding?: unknown };
        if (coding == null) put(resource, value);
        // Requests hold null among the codings, and one object where the list should be.
        else if (Array.isArray(coding)) {
          for (const each of coding) if (each != null) put(resource, each);
        } else put(resource, coding as object);
      };
      for (let i = 0; i < resources.length; i++) {
        const resource = resources[i] as FhirResource;
        const value = read(resource) as { readonly coding?: unknown } | null | undefined;
        const coding = value?.coding;
        // Nearly always one concept; everything else goes the long way.
        if (!Array.isArray(coding) || whole.length > 0) putEach(resource, value);
        else
          for (let k = 0; k < coding.length; k++) {
            const { system, code } = (coding[k] ?? nothingCoded) as { system?: string; code?: string };
            // The code alone tells that most are not wanted; only then is the system, a longer text, looked at.
            const found = byCode.get(code ?? '');
            if (found !== undefined) putInto(groups, found, system, resource);
          }
      }
      return groups.map((group) => group ?? nothing);
    },
  };
};

const putInto = (
  groups: (FhirResource[] | undefined)[],
  holders: readonly Holders[],
  given: string | undefined,
  resource: FhirResource,
): void => {
  for (const { system, sets } of holders) {
    if (system !== given && system !== (canonicalSystem(given) ?? '')) continue;
    for (const set of sets) {
      const group = groups[set];
      if (group === undefined) groups[set] = [resource];
      else if (group.at(-1) !== resource) group.push(resource);
    }
  }
};

const wantedOf = (sets: readonly CodeSet[]): Wanted => {
  const byCode = new Map<string, Holders[]>();
  const whole: Holders[] = [];
  const add = (holders: Holders[], system: string, set: number): void => {
    const known = holders.find((each) => each.system === system);
    if (known) known.sets.push(set);
    else holders.push({ system, sets: [set] });
  };
  sets.forEach(({ bySystem }, set) => {
    for (const [system, codes] of bySystem) {
      if (codes.size === Number.POSITIVE_INFINITY) add(whole, system, set);
      else
        for (const code of codes.keys())
          add(
            getOrCompute(byCode, code, () => []),
            system,
            set,
          );
    }
  });
  return { byCode, whole };
};
