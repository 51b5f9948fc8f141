import type { FhirResource } from 'fhir/r4.js';
import { messageOf } from '../errors.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { CodeSet } from '../record/record.ts';
import type { Elm } from './elm.ts';
import { CqlError } from './engine.ts';
import type { ModelInfo } from './model-info.ts';
import { type ParameterValues, parameterTypes, readParameter } from './parameters.ts';
import { type EvaluationState, Failure } from './runtime/evaluation.ts';
import * as runtime from './runtime/index.ts';
import type { ValueSet, ValueSets } from './value-sets.ts';

type Compute = (e: EvaluationState) => unknown;

/** What a generated module exports. */
export interface LibraryModule {
  readonly link: (rt: typeof runtime, host: Host) => LinkedModule;
}

/** The functions of a linked library by the names that CQL gives them. */
export interface LinkedModule {
  readonly definitions: Readonly<Record<string, Compute>>;
  readonly functions: Readonly<Record<string, (e: EvaluationState, ...operands: unknown[]) => unknown>>;
  readonly parameters: Readonly<Record<string, Compute>>;
}

/** What a generated module is given when it is linked. */
export interface Host {
  readonly model: ModelInfo;
  /** A library that was linked before. */
  include(key: string): LinkedModule;
  valueSet(url: string, version?: string): ValueSet;
  /** Resources of a type, with codes at a path where given; looked up once an evaluation, whichever library asks. */
  retrieve(resourceType: string, path?: string, codes?: CodeSet): (e: EvaluationState) => readonly FhirResource[];
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
  readonly libraries: ReadonlyMap<string, Elm>;
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
export const linkModules = ({ modules, libraries, model, valueSets, settings, given }: LinkInput): LinkedLibraries => {
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
        e.memo[slot] = new Failure(thrown);
        throw thrown;
      }
    };
  };

  const host = new Map(Object.entries(given).map(([name, body]) => [name, memoised(body)]));
  const retrieves = new Map<string, Map<CodeSet | undefined, Compute>>();
  const sets = new Map<string, ValueSet>();
  const linked = new Map<string, LinkedModule>();
  const hostFor = (key: string): Host => {
    const library = libraries.get(key) as Elm;
    const types = parameterTypes(library);
    const values = settings?.get(key) ?? {};
    return {
      model,
      include: (included) => linked.get(included) as LinkedModule,
      valueSet: (url, version) =>
        getOrCompute(sets, version === undefined ? url : `${url}|${version}`, () =>
          findValueSet(valueSets, url, version),
        ),
      retrieve: (resourceType, path, codes) =>
        getOrCompute(
          getOrCompute(retrieves, `${resourceType}.${path ?? ''}`, () => new Map()),
          codes,
          () =>
            memoised(
              path === undefined || codes === undefined
                ? ({ record }) => record.ofType(resourceType)
                : ({ record }) => record.withCode(resourceType, path, codes),
            ),
        ) as ReturnType<Host['retrieve']>,
      define: (name, locator, body) =>
        memoised((e) => {
          try {
            return body(e);
          } catch (thrown) {
            // The definition that failed, whichever needed it.
            throw thrown instanceof CqlError ? thrown : new CqlError(key, name, messageOf(thrown), locator);
          }
        }),
      once: memoised,
      parameter: (name, otherwise) => {
        const own = host.get(name);
        if (own) return own;
        const type = types.get(name);
        const value = values[name];
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

const findValueSet = (valueSets: ValueSets, url: string, version: string | undefined): ValueSet => {
  const found = (version === undefined ? undefined : valueSets.get(`${url}|${version}`)) ?? valueSets.get(url);
  if (found) return found;
  const missing = (): never => {
    throw new Error(`the value set ${url} is not here`);
  };
  return {
    url,
    title: url,
    has: missing,
    keys: missing,
    get size() {
      return missing();
    },
    get codes() {
      return missing();
    },
  };
};
