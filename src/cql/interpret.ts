import { AnnotatedError, type Context, DateTime, type Expression, Library, PatientContext } from 'cql-execution';
import { createZone, type Zone } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { answerAtOnce, type Node } from './at-once.ts';
import { createCodeService } from './code-service.ts';
import type { Elm } from './elm.ts';
import { type CqlEngine, CqlError } from './engine.ts';
import { resolveInclude } from './library-versions.ts';
import { mendDistinct, mendFlatten, mendIntervals, mendMolarRatios, mendSorting } from './mend.ts';
import { elementType, type ModelInfo } from './model-info.ts';
import { createModelTypes, type ModelTypes } from './model-object.ts';
import { type ParameterValues, parameterTypes, readParameter } from './parameters.ts';
import { toPlain } from './plain.ts';
import { quicken } from './quicken.ts';
import { createRecordSource, type HostTypes, hostParameters, isIndexed } from './record-source.ts';
import type { ValueSets } from './value-sets.ts';

export type { ParameterValue } from './parameters.ts';

export interface InterpreterInput {
  /** By name, or by `name|version` where several versions of one library stand side by side. */
  readonly libraries: ReadonlyMap<string, Elm>;
  readonly model: ModelInfo;
  readonly valueSets: ValueSets;
  /** Values for a library's own parameters, by library and name; what is absent keeps the default in the CQL. */
  readonly settings?: ReadonlyMap<string, ParameterValues>;
  /** Called with the value of every clause as it is computed; costs nothing where it is absent. */
  readonly trace?: Trace;
}

/** The value of a clause, named by its localId in the ELM of its library. */
type Trace = (library: string, localId: string, value: unknown, resources?: ReadonlySet<object>) => void;

/**
 * An engine that interprets ELM with cql-execution over an indexed record: a retrieve by codes looks codes up instead of
 * testing every resource, and only what an expression reads is wrapped.
 */
export const createInterpreter = ({ libraries, model, valueSets, settings, trace }: InterpreterInput): CqlEngine => {
  const linked = linkLibraries(libraries, trace !== undefined, (type, name) => elementType(model, type, name));
  const keys = new Map([...linked].map(([key, library]) => [library, key]));
  const modelTypes = createModelTypes(model);
  const codeService = createCodeService(valueSets);
  const zones = new Map<string, Zone>();
  return {
    evaluate: ({ record, now, timeZone, utcAs }) => {
      const zone = getOrCompute(zones, timeZone, () => createZone(timeZone));
      const offsetAt = (epochMs: number) => zone.offsetMinutes(epochMs) / 60;
      const timezoneOffset = offsetAt(now.getTime());
      const types = modelTypes({ offset: timezoneOffset, offsetAt, utcAs: utcAs ?? 'zone' });
      const source = createRecordSource(record, types);
      const hostTypes: HostTypes = {
        resource: types.resource,
        dateTime: (value) => types.wrap(value, undefined, 'FHIR.dateTime')?.get('value') ?? null,
      };
      const memo = new Map<unknown, unknown>();
      const contexts = new Map<Library, MemoContext>();
      const contextOf = (library: Library): MemoContext =>
        getOrCompute(contexts, library, () => {
          const own = Object.entries(hostParameters).filter(([name]) => name in library.parameters);
          const key = keys.get(library) ?? '';
          return new MemoContext(
            library,
            source,
            codeService,
            {
              ...parameterValues(libraries.get(key), settings?.get(key), timezoneOffset),
              ...Object.fromEntries(own.map(([name, read]) => [name, read(record, hostTypes)])),
            },
            DateTime.fromJSDate(now, timezoneOffset),
            { memo, contextOf, trace: trace && ((localId, value) => trace(key, localId, value)) },
          );
        });
      return {
        value: async (name, definition) => {
          const library = linked.get(name);
          if (!library || !Object.hasOwn(library.expressions, definition))
            throw new CqlError(name, definition, 'there is no such definition');
          const expression = library.expressions[definition] as Expression;
          try {
            return toPlain(await expression.execute(contextOf(library)));
          } catch (thrown) {
            throw toCqlError(thrown, { library: name, definition });
          }
        },
      };
    },
  };
};

const memoOf = (context: Context) => (context.rootContext() as MemoContext).shared.memo;

/** Values for those parameters that a library declares. */
const parameterValues = (
  elm: Elm | undefined,
  values: ParameterValues | undefined,
  offset: number,
): Readonly<Record<string, unknown>> => {
  if (!elm || !values) return {};
  const types = parameterTypes(elm);
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const type = types.get(name);
      return type ? [[name, readParameter(value, type, offset)]] : [];
    }),
  );
};

interface Shared {
  readonly memo: Map<unknown, unknown>;
  readonly contextOf: (library: Library) => MemoContext;
  readonly trace: ((localId: string, value: unknown) => void) | undefined;
}

/** A context a library, shared by all libraries of one evaluation, so that a shared definition is computed once. */
class MemoContext extends PatientContext {
  readonly shared: Shared;

  constructor(
    library: Library,
    source: ConstructorParameters<typeof PatientContext>[1],
    codeService: ReturnType<typeof createCodeService>,
    parameters: Readonly<Record<string, unknown>>,
    now: DateTime,
    shared: Shared,
  ) {
    super(library, source, codeService, parameters as ConstructorParameters<typeof PatientContext>[3], now);
    this.shared = shared;
  }

  override setLocalIdWithResult(localId: string, value: unknown): void {
    this.shared.trace?.(localId, value);
  }

  override getLibraryContext(alias: string): MemoContext {
    return this.shared.contextOf(this.get(alias) as Library);
  }
}

/** Libraries by key, each built once, whose definitions keep their value, or what they threw, in the evaluation's memo. */
const linkLibraries = (
  elms: ReadonlyMap<string, Elm>,
  traced: boolean,
  element: ModelTypes['element'],
): ReadonlyMap<string, Library> => {
  const linked = new Map<string, Library>();
  const link = (key: string): Library | undefined => {
    const known = linked.get(key);
    const elm = elms.get(key);
    if (known || !elm) return known;
    const library = new Library(traced ? elm : withoutLocalIds(elm), {
      resolve: (path: string, version?: string) => {
        const included = resolveInclude(elms, path, version);
        return included === undefined ? undefined : link(included);
      },
    });
    mendSorting(library);
    mendFlatten(library);
    mendDistinct(library);
    mendIntervals(library);
    mendMolarRatios(library);
    if (!traced) quicken(library, { memoOf, isIndexed: (type, path) => isIndexed(element, type, path) });
    for (const [definition, expression] of Object.entries(library.expressions as Record<string, Expression>))
      memoise(expression, { library: key, definition }, traced);
    linked.set(key, library);
    return library;
  };
  for (const key of elms.keys()) link(key);
  return linked;
};

interface Origin {
  readonly library: string;
  readonly definition: string;
}

/** Where each error was thrown first, while it travels through the definitions that need the one that failed. */
const origins = new WeakMap<object, Origin>();

const memoise = (definition: Expression, origin: Origin, traced: boolean): void => {
  const { expression: body } = definition as unknown as {
    readonly expression?: { execute(root: MemoContext): unknown };
  };
  const failed = (thrown: unknown): Promise<never> => {
    if (typeof thrown === 'object' && thrown !== null && !origins.has(thrown)) origins.set(thrown, origin);
    return Promise.reject(thrown);
  };
  const compute = (root: MemoContext): unknown => {
    const { memo } = root.shared;
    try {
      const value = body?.execute(root);
      if (!(value instanceof Promise)) return value;
      return value.then((result) => {
        memo.set(definition, result);
        return result;
      }, failed);
    } catch (thrown) {
      return failed(thrown);
    }
  };
  const answer = (context: Context): unknown => {
    const root = context.rootContext() as MemoContext;
    return getOrCompute(root.shared.memo, definition, () => compute(root));
  };
  definition.exec = async (context) => answer(context);
  if (!traced) answerAtOnce(definition as unknown as Node, answer);
};

/** cql-execution records the value of every node that has a localId; serving has no use for that. */
const withoutLocalIds = (elm: Elm): Elm =>
  JSON.parse(
    JSON.stringify(elm, (key, value) =>
      key === 'localId' || key === 'annotation' || key === 'signature' ? undefined : value,
    ),
  );

/** The error of the definition that failed, whichever needed it, so that all who needed it are told the same. */
const toCqlError = (thrown: unknown, asked: Origin): CqlError => {
  const { library, definition } = origins.get(thrown as object) ?? asked;
  if (!(thrown instanceof AnnotatedError)) return new CqlError(library, definition, messageOf(thrown));
  // A function may stand in another library than the definition that called it.
  const place = thrown.libraryName === library ? library : thrown.libraryName.replace(/\|.*$/, '');
  const reason = (thrown.cause as { message?: unknown } | undefined)?.message;
  return new CqlError(
    library,
    definition,
    typeof reason === 'string' ? reason : thrown.message,
    thrown.locator && (place === library ? thrown.locator : `${place} ${thrown.locator}`),
  );
};
