import { FHIRWrapper, PatientSource } from 'cql-exec-fhir';
import {
  AnnotatedError,
  CodeService,
  DateTime,
  type Expression,
  Library,
  PatientContext,
  Repository,
} from 'cql-execution';
import { createZone, type Zone } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { getOrCompute } from '../get-or-compute.ts';
import { type Elm, walkElm } from './elm.ts';
import { type CqlEngine, CqlError } from './engine.ts';
import type { InterpreterInput } from './interpret.ts';
import { compareVersions, libraryClosure } from './library-versions.ts';
import { parameterTypes, readParameter } from './parameters.ts';
import { createToPlain } from './plain.ts';
import { type HostTypes, hostParameters } from './record-source.ts';
import type { ValueSet, ValueSets } from './value-sets.ts';

export interface StockInput extends Pick<InterpreterInput, 'libraries' | 'valueSets' | 'settings'> {
  /** Changes a library before it is used; absent for the engine as it is published. */
  readonly mend?: (library: Library) => void;
}

/**
 * cql-execution and cql-exec-fhir as they are published, for comparison. A DateTime without offset is read in the
 * process's zone, so that TZ must name the evaluation's; one evaluation keeps a library's definitions as its Executor would.
 */
export const createStockEngine = ({ libraries, valueSets, settings, mend }: StockInput): CqlEngine => {
  // The repository takes the first of a name where an include gives no version.
  const ordered = [...libraries].sort(([, a], [, b]) => compareVersions(versionOf(b), versionOf(a)));
  const repository = new Repository(Object.fromEntries(ordered) as never);
  const linked = new Map([...libraries].map(([key, elm]) => [key, new Library(elm as never, repository)]));
  if (mend) for (const library of linked.values()) for (const each of withIncluded(library)) mend(each);
  const codeService = new CodeService(stockValueSets(valueSets) as never);
  const fhir = FHIRWrapper.FHIRv401();
  const source = PatientSource.FHIRv401();
  const types = retrievedTypes(libraries);
  const closures = new Map([...libraries.keys()].map((key) => [key, libraryClosure(libraries, key)]));
  const zones = new Map<string, Zone>();

  const parametersOf = (key: string, host: Readonly<Record<string, unknown>>, offset: number) => {
    // A context hands its parameters to every library that it includes; where two differ the library's own counts.
    const values: Record<string, unknown> = {};
    for (const each of (closures.get(key) ?? []).toReversed())
      for (const [name, type] of parameterTypes(libraries.get(each) as Elm)) {
        const given = settings?.get(each)?.[name];
        if (given !== undefined) values[name] = readParameter(given, type, offset);
        else if (Object.hasOwn(host, name)) values[name] = host[name];
      }
    return values;
  };

  return {
    evaluate: ({ record, now, timeZone }) => {
      const zone = getOrCompute(zones, timeZone, () => createZone(timeZone));
      const offset = zone.offsetMinutes(now.getTime()) / 60;
      source.reset();
      source.loadBundles([
        {
          resourceType: 'Bundle',
          entry: ['Patient', ...types].flatMap((type) => record.ofType(type).map((resource) => ({ resource }))),
        },
      ]);
      const patient = source.currentPatient();
      const at = DateTime.fromJSDate(now, offset);
      const contexts = new Map<string, PatientContext>();
      const hostTypes: HostTypes = {
        resource: (resource) => fhir.wrap(resource),
        dateTime: (value) => DateTime.parse(value.replace(/Z$/, '+00:00')),
      };
      const host = Object.fromEntries(
        Object.entries(hostParameters).map(([name, valueFor]) => [name, valueFor(record, hostTypes)]),
      );
      const contextOf = (key: string, library: Library): PatientContext =>
        getOrCompute(contexts, key, () => {
          return new PatientContext(
            library,
            patient as never,
            codeService,
            parametersOf(key, host, offset) as never,
            at,
          );
        });
      return {
        value: async (name, definition) => {
          const library = linked.get(name);
          if (!library || !Object.hasOwn(library.expressions, definition))
            throw new CqlError(name, definition, 'there is no such definition');
          try {
            return toPlain(await (library.expressions[definition] as Expression).execute(contextOf(name, library)));
          } catch (thrown) {
            throw toCqlError(thrown, name, definition);
          }
        },
      };
    },
  };
};

/** An include is a library of its own, not the one of `linked`. */
const withIncluded = (library: Library): readonly Library[] => [
  library,
  ...Object.values(library.includes as Record<string, Library>).flatMap(withIncluded),
];

const versionOf = ({ library }: Elm): string => library.identifier.version ?? '';

/** What of the value sets stock can hold: lists. It says of any other that it cannot be resolved. */
const stockValueSets = (valueSets: ValueSets) => {
  const byVersion: Record<string, Record<string, ValueSet['codes']>> = {};
  const add = (url: string, version: string, codes: ValueSet['codes']) => {
    byVersion[url] = { ...byVersion[url], [version]: codes };
  };
  for (const [key, { codes, systems, notExpandable }] of valueSets) {
    if (systems || notExpandable !== undefined) continue;
    add(key, '', codes);
    const [url = '', version] = key.split('|');
    if (version !== undefined) add(url, version, codes);
  }
  return byVersion;
};

/** The types that any library retrieves: stock looks through all it is given at each retrieve. */
const retrievedTypes = (libraries: ReadonlyMap<string, Elm>): ReadonlySet<string> => {
  const types = new Set<string>();
  for (const elm of libraries.values())
    walkElm(elm.library.statements, ({ type, dataType }) => {
      if (type === 'Retrieve') types.add(String(dataType).replace(/^\{.*\}/, ''));
    });
  types.delete('Patient');
  return types;
};

/** What cql-exec-fhir holds FHIR in. */
interface FhirObject {
  readonly _json?: Readonly<Record<string, unknown>>;
  readonly value?: unknown;
}

const toPlain = createToPlain((object) => {
  const { _json: json, value } = object as FhirObject;
  if (json === undefined) return undefined;
  // A primitive is held as `{value}`, and its value is of CQL.
  const isPrimitive = json.resourceType === undefined && value != null && (value as FhirObject)._json === undefined;
  return { json: isPrimitive ? json.value : json };
});

const toCqlError = (thrown: unknown, library: string, definition: string): CqlError => {
  if (!(thrown instanceof AnnotatedError)) return new CqlError(library, definition, messageOf(thrown));
  const reason = (thrown.cause as { message?: unknown } | undefined)?.message;
  return new CqlError(library, definition, typeof reason === 'string' ? reason : thrown.message, thrown.locator);
};
