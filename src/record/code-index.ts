import type { FhirResource } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import type { CodeSet } from '../terminology/code-set.ts';
import { canonicalSystem } from '../terminology/systems.ts';

type ResourcesOfType = (resourceType: string) => readonly FhirResource[];

/** Positions of resources, ascending, by system and code. */
type CodeIndex = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/**
 * Finds resources of a type with any of the codes at a path (a CodeableConcept, Coding or code, one or many), in record
 * order. Each type and path is indexed when it is first asked for; then a look-up costs what it finds.
 */
export const createCodeIndex = (
  ofType: ResourcesOfType,
): ((resourceType: string, path: string, codes: CodeSet) => readonly FhirResource[]) => {
  const indexes = new Map<string, CodeIndex>();
  return (resourceType, path, codes) => {
    const resources = ofType(resourceType);
    if (resources.length === 0) return resources;
    const index = getOrCompute(indexes, `${resourceType}.${path}`, () => indexByCode(resources, path));
    const found: (readonly number[])[] = [];
    for (const [system, wanted] of codes.bySystem) {
      const own = index.get(system);
      if (!own) continue;
      if (own.size < wanted.size) {
        for (const [code, positions] of own) if (wanted.has(code)) found.push(positions);
      } else
        for (const code of wanted.keys()) {
          const positions = own.get(code);
          if (positions) found.push(positions);
        }
    }
    return inOrder(found).map((position) => resources[position] as FhirResource);
  };
};

/** Several ascending lists as one, each number once. */
const inOrder = (lists: readonly (readonly number[])[]): readonly number[] => {
  const [only] = lists;
  if (only === undefined) return [];
  if (lists.length === 1) return only;
  return [...new Set(lists.flat())].sort((a, b) => a - b);
};

const indexByCode = (resources: readonly FhirResource[], path: string): CodeIndex => {
  const index = new Map<string, Map<string, number[]>>();
  let position = 0;
  let lastSystem: string | undefined;
  let lastCodes: Map<string, number[]> | undefined;
  const add = (system: string | undefined, code: string | undefined): void => {
    // Most codes of an element are of one system.
    if (lastCodes === undefined || system !== lastSystem) {
      lastSystem = system;
      lastCodes = getOrCompute(index, canonicalSystem(system) ?? '', () => new Map<string, number[]>());
    }
    const positions = lastCodes.get(code ?? '');
    if (positions === undefined) lastCodes.set(code ?? '', [position]);
    else if (positions.at(-1) !== position) positions.push(position);
  };
  for (const resource of resources) {
    eachCode(resource, path, add);
    position += 1;
  }
  return index;
};

type Add = (system: string | undefined, code: string | undefined) => void;

/** Calls `add` for every code at an element, its choice suffix included: `medication` finds `medicationCodeableConcept`. */
export const eachCode = (resource: FhirResource, path: string, add: Add): void => {
  const element = resource as unknown as Readonly<Record<string, unknown>>;
  const value = element[path] ?? element[`${path}CodeableConcept`] ?? element[`${path}Coding`];
  if (Array.isArray(value)) for (const item of value) eachCodeOf(item, add);
  else eachCodeOf(value, add);
};

const eachCodeOf = (value: unknown, add: Add): void => {
  if (typeof value === 'string') add(undefined, value);
  if (typeof value !== 'object' || value === null) return;
  const { coding, system, code } = value as { coding?: unknown; system?: string; code?: string };
  if (coding == null) add(system, code);
  // Requests hold null among the codings, and one object where the list should be.
  else if (Array.isArray(coding)) {
    for (const each of coding) if (each != null) add(each.system, each.code);
  } else add((coding as { system?: string }).system, (coding as { code?: string }).code);
};
