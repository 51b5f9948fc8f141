import type { FhirResource } from 'fhir/r4.js';
import { messageOf } from '../errors.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { CodeSet } from '../terminology/code-set.ts';
import type { ElmNode } from './elm.ts';
import { CqlError } from './engine.ts';
import type { ModelInfo } from './model-info.ts';
import { type ParameterValues, readParameter } from './parameters.ts';
import { placeOfError } from './place-of-error.ts';
import { createRetrieves, type Retrieve } from './retrieves.ts';
import { type EvaluationState, Failure } from './runtime/evaluation.ts';
import * as runtime from './runtime/index.ts';
import { findValueSet, type ValueSet, type ValueSets } from './value-sets.ts';

type Compute = (e: EvaluationState) => unknown;

/** What a generated module exports. */
export interface LibraryModule {
  readonly link: (rt: typeof runtime, host: Host) => LinkedModule;
}

/** The functions of a linked library by the names that CQL gives them. */
interface LinkedModule {
  readonly definitions: Readonly<Record<string, Compute>>;
  readonly functions: Readonly<Record<string, (e: EvaluationState, ...operands: unknown[]) => unknown>>;
  readonly parameters: Readonly<Record<string, Compute>>;
}

/** What a generated module is given when it is linked. */
interface Host {
  readonly model: ModelInfo;
  /** A library that was linked before. */
  include(key: string): LinkedModule;
  valueSet(url: string, version?: string): ValueSet;
  /** Resources of a type, with codes at a path where given; looked up once an evaluation, whichever library asks. */
  retrieve(resourceType: string, path?: string, codes?: CodeSet, read?: (resource: FhirResource) => unknown): Retrieve;
  /** A definition, computed once an evaluation; what it threw is kept and thrown again. */
  define(name: string, locator: string | undefined, body: Compute): Compute;
  /** A part of a definition that is the same all through an evaluation. */
  once(body: Compute): Compute;
  parameter(name: string, otherwise: Compute): Compute;
  /** In trace mode: computes a clause and tells the trace its value and the resources that it read. */
  readonly trace: <T>(e: EvaluationState, localId: string, clause: () => T) => T;
  /** In trace mode: notes that a resource was read. */
  readonly read: <T>(e: EvaluationState, resource: T) => T;
}

export interface LinkInput {
  readonly modules: ReadonlyMap<string, LibraryModule>;
  /** The types of each library's parameters, by library and name. */
  readonly parameters: ReadonlyMap<string, ReadonlyMap<string, ElmNode>>;
  readonly model: ModelInfo;
  readonly valueSets: ValueSets;
  readonly settings?: ReadonlyMap<string, ParameterValues>;
  /** Values that the host has for the parameters of any library, by name. */
  readonly given: Readonly<Record<string, Compute>>;
}

export interface LinkedLibraries {
  readonly libraries: ReadonlyMap<string, LinkedModule>;
  /** How many values an evaluation keeps. */
  readonly slots: number;
}

/** Links modules into one program: every definition and retrieve gets a slot in the memo of an evaluation. */
export const linkModules = ({ modules, parameters, model, valueSets, settings, given }: LinkInput): LinkedLibraries => {
  let slots = 0;
  const memoised = (body: Compute): Compute => {
    const slot = slots++;
    return (e) => {
      const known = e.memo[slot];
      if (known !== undefined) {
        if (known instanceof Failure) throw known.error;
        if (e.trace) e.recall(slot);
        return known;
      }
      try {
        const value = (e.trace ? e.remember(slot, () => body(e)) : body(e)) ?? null;
        e.memo[slot] = value;
        return value;
      } catch (thrown) {
        // What one rule had no work left for, the next may have.
        if (e.work >= 0) e.memo[slot] = new Failure(thrown);
        throw thrown;
      }
    };
  };

  const host = new Map(Object.entries(given).map(([name, body]) => [name, memoised(body)]));
  const retrieve = createRetrieves(memoised as Parameters<typeof createRetrieves>[0]);
  const sets = new Map<string, ValueSet>();
  const linked = new Map<string, LinkedModule>();
  const hostFor = (key: string): Host => {
    const values = settings?.get(key) ?? {};
    return {
      model,
      include: (included) => linked.get(included) as LinkedModule,
      valueSet: (url, version) =>
        getOrCompute(sets, version === undefined ? url : `${url}|${version}`, () =>
          valueSetOrFailure(valueSets, url, version),
        ),
      retrieve,
      define: (name, locator, body) =>
        memoised((e) => {
          try {
            return body(e);
          } catch (thrown) {
            // The definition that failed, whichever needed it.
            if (thrown instanceof CqlError) throw thrown;
            const place = placeOfError(thrown);
            const where = place && (place.library === key ? place.locator : `${place.library} ${place.locator}`);
            throw new CqlError(key, name, messageOf(thrown), where ?? locator);
          }
        }),
      once: memoised,
      parameter: (name, otherwise) => {
        const own = host.get(name);
        if (own) return own;
        const type = parameters.get(key)?.get(name);
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        return value === undefined || type === undefined
          ? memoised(otherwise)
          : memoised((e) => readParameter(value, type, e.zone.offset));
      },
      trace: (e, localId, clause) => {
        const { value, resources } = e.reading(clause);
        e.trace?.(key, localId, value, resources);
        return value;
      },
      read: (e, resource) => {
        e.read(resource);
        return resource;
      },
    };
  };
  // Includes stand before those who include them.
  for (const [key, module] of modules) linked.set(key, module.link(runtime, hostFor(key)));
  return { libraries: linked, slots };
};

/** The value set, or one that fails when it is looked into: only what needs it does. */
const valueSetOrFailure = (valueSets: ValueSets, url: string, version: string | undefined): ValueSet => {
  const look = (): ValueSet => {
    const found = findValueSet(valueSets, url, version);
    if (!found) throw new Error(`the value set ${url}${version === undefined ? '' : `|${version}`} is not here`);
    return found;
  };
  try {
    return look();
  } catch {
    return {
      url,
      title: url,
      size: 0,
      get bySystem() {
        return look().bySystem;
      },
      get codes() {
        return look().codes;
      },
    };
  }
};
