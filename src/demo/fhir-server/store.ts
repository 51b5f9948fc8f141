import { isDeepStrictEqual } from 'node:util';
import type { Resource } from 'fhir/r4.js';
import { createPatientIndex } from './patient-index.ts';
import type { AnyResource } from './resource.ts';
import { RESOURCE_TYPES } from './search-parameters.ts';

/** A resource that has been stored, and so has an id and a version. */
export type StoredResource = AnyResource & {
  readonly id: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
};

/** All versions of one id, oldest first; undefined stands for a deletion. */
type Versions = readonly (StoredResource | undefined)[];

export interface Store {
  versions(type: string, id: string): Versions;
  /** Current resources of a type in the order of their arrival, or only those that may belong to the patients. */
  list(type: string, patients?: readonly string[]): readonly StoredResource[];
  /** Stores the next version under this id. */
  put(type: string, id: string, resource: AnyResource): StoredResource;
  remove(type: string, id: string): void;
  newId(): string;
  /** Runs the work; when it throws, every write made in it is undone. */
  atomically<T>(work: () => T): T;
}

interface Row {
  readonly order: number;
  readonly versions: Versions;
}

/**
 * Creates a store with these resources in it, which are copied where they change and never written to.
 * @throws Error for a resource without an id, of a type not kept here, or at odds with another of the same id.
 */
export function createStore(resources: readonly Resource[], now: () => Date, newId: () => string): Store {
  const tables = new Map(RESOURCE_TYPES.map((type) => [type, new Map<string, Row>()]));
  const index = createPatientIndex();
  let arrivals = 0;
  let undo: (() => void)[] | undefined;

  const current = (row: Row | undefined) => row?.versions.at(-1);
  const write = (type: string, id: string, row: Row | undefined) => {
    const table = tables.get(type);
    if (table === undefined) throw new Error(`expected a resource type this server keeps, got '${type}'`);
    const before = table.get(id);
    const old = current(before);
    const next = current(row);
    if (old !== undefined) index.remove(old);
    if (next !== undefined) index.add(next);
    if (row === undefined) table.delete(id);
    else table.set(id, row);
    return before;
  };
  const append = (type: string, id: string, version: StoredResource | undefined) => {
    const row = tables.get(type)?.get(id);
    const order = row?.order ?? arrivals++;
    const before = write(type, id, { order, versions: [...(row?.versions ?? []), version] });
    undo?.push(() => write(type, id, before));
  };

  const store: Store = {
    versions: (type, id) => tables.get(type)?.get(id)?.versions ?? [],
    list: (type, patients) => {
      const table = tables.get(type);
      if (table === undefined) return [];
      const rows = patients === undefined ? [...table.values()] : rowsOf(table, index.idsFor(type, patients));
      return rows.flatMap((row) => current(row) ?? []);
    },
    put: (type, id, resource) => {
      const versionId = String(store.versions(type, id).length + 1);
      const meta = { ...resource.meta, versionId, lastUpdated: now().toISOString() };
      const stored: StoredResource = { ...resource, id, meta };
      append(type, id, stored);
      return stored;
    },
    remove: (type, id) => append(type, id, undefined),
    newId,
    atomically: (work) => {
      const steps: (() => void)[] = [];
      undo = steps;
      try {
        return work();
      } catch (error) {
        for (const step of steps.toReversed()) step();
        throw error;
      } finally {
        undo = undefined;
      }
    },
  };

  const loaded = new Map<string, Resource>();
  for (const resource of resources) {
    const { resourceType: type, id, meta } = resource;
    const name = `${type}/${id}`;
    if (id === undefined) throw new Error(`expected every resource to have an id, got a ${type} without one`);
    const twin = loaded.get(name);
    if (twin !== undefined) {
      // Patients of one practice bring the same Practitioner along.
      if (isDeepStrictEqual(twin, resource)) continue;
      throw new Error(`expected one resource for each id, got two different ones for ${name}`);
    }
    loaded.set(name, resource);
    const lastUpdated = meta?.lastUpdated ?? now().toISOString();
    append(type, id, { ...(resource as AnyResource), id, meta: { ...meta, versionId: '1', lastUpdated } });
  }
  return store;
}

function rowsOf(table: ReadonlyMap<string, Row>, ids: ReadonlySet<string>): readonly Row[] {
  return [...ids].flatMap((id) => table.get(id) ?? []).sort((a, b) => a.order - b.order);
}
