import { once } from 'node:events';
import { Presets, SingleBar } from 'cli-progress';
import { createZone } from '../clock.ts';
import type { Settings } from '../config.ts';
import type { CompiledEngineInput } from '../cql/compiled.ts';
import { type Elm, walkElm } from '../cql/elm.ts';
import type { CqlEngine, CqlValue } from '../cql/engine.ts';
import { parseModelInfo, readModelInfoXml } from '../cql/model-info.ts';
import { toPlain } from '../cql/plain.ts';
import { createPlainRecord } from '../cql/plain-record.ts';
import { formatProblem } from '../cql/problem.ts';
import { CarehookError } from '../errors.ts';
import { createTrail, explainLibrary, type Trail } from '../rules/explain.ts';
import { type PatientData, readPatients } from './cql-data.ts';
import { createEngine, type EngineKind, engineKinds } from './cql-engines.ts';
import { type CqlFolder, readCqlFolder } from './cql-folder.ts';
import { readParameters } from './cql-parameters.ts';
import { readValueSets, unusableValueSets } from './cql-value-sets.ts';
import { definitionsOf, differenceIn, evaluateAll, type Results, withReferences } from './cql-values.ts';
import { momentOf } from './read-bundle.ts';

export interface CqlOptions {
  readonly library: string;
  readonly data: string;
  readonly valueSets?: string;
  readonly parameters?: string;
  readonly now?: string;
  /** IANA name; the process must have been started in it, or been given it as TZ, for stock. */
  readonly timeZone: string;
  readonly engine: string;
  readonly definition?: readonly string[];
  readonly resources?: boolean;
  readonly trace?: boolean;
  readonly time?: boolean;
}

/**
 * Evaluates a library of a folder of CQL for every patient of the data and prints a line of JSON for each, or with
 * `--engine compare` for each of whom the engines differ. Times in UTC stay in UTC, as CQL says.
 */
export const cql = async (settings: Settings, dir: string, options: CqlOptions): Promise<void> => {
  const now = momentOf(options.now);
  const kinds = enginesFor(options);
  const cacheDirs = [settings.cacheDir, settings.builtCacheDir] as const;
  const folder = await readCqlFolder(dir, options.library, [...cacheDirs]);
  const { library, libraries } = folder;
  const definitions = definitionsOf(library, libraries.get(library) as Elm, options.definition ?? []);
  const model = parseModelInfo(readModelInfoXml());
  const valueSets = options.valueSets === undefined ? new Map() : readValueSets(options.valueSets);
  for (const problem of [...folder.warnings, ...unusableValueSets(libraries, folder.sources, valueSets)])
    process.stderr.write(`warning: ${formatProblem(problem)}\n`);

  let trail: Trail | undefined;
  const input: CompiledEngineInput = {
    libraries,
    model,
    valueSets,
    cacheDirs: [...cacheDirs],
    settings: options.parameters === undefined ? new Map() : readParameters(options.parameters, libraries),
    ...(options.trace && {
      trace: (name: string, localId: string, value: unknown) => trail?.trace(name, localId, toPlain(value)),
    }),
  };
  const engines = new Map<EngineKind, CqlEngine>();
  for (const kind of kinds) engines.set(kind, await createEngine(kind, input));

  const tally = createTally(kinds);
  const progress = createProgress();
  const say = (kind: string) => (message: string) => {
    if (kind === 'error') tally.faults += 1;
    process.stderr.write(`${kind}: ${message}\n`);
  };
  const data = { model, types: retrievedTypes(libraries), onError: say('error'), onWarning: say('warning') };
  for await (const patient of readPatients(options.data, data)) {
    trail = options.trace ? createTrail() : undefined;
    const results = new Map<EngineKind, Results>();
    for (const [kind, engine] of engines)
      results.set(
        kind,
        await evaluateAll(engine, () => contextOf(patient, now, options.timeZone), library, definitions),
      );
    const shown = (value: CqlValue) => (options.resources ? value : withReferences(value));
    const different = differences(definitions, results, shown);
    tally.add(results, definitions.length, Object.keys(different).length);
    const head = { patient: patient.patientId, library };
    if (kinds.length === 1)
      await print({ ...head, ...ownResults(results, shown), ...(trail && { trace: traceOf(folder, trail) }) });
    else if (Object.keys(different).length > 0) await print({ ...head, differences: different });
    progress.done(patient.remaining);
  }
  progress.stop();
  process.stderr.write(tally.report(options.time === true));
  if (tally.failed()) process.exitCode = 1;
};

/** One engine, or all that are to be compared. */
const enginesFor = ({ engine, trace, timeZone }: CqlOptions): readonly EngineKind[] => {
  const kinds = engine === 'compare' ? engineKinds : engineKinds.filter((kind) => kind === engine);
  const invalid = (message: string) => new CarehookError('CONFIG_INVALID', message);
  if (kinds.length === 0)
    throw invalid(`--engine: expected one of ${[...engineKinds, 'compare'].join(', ')}, got "${engine}"`);
  if (trace && (kinds.length > 1 || engine === 'stock'))
    throw invalid(`--trace: expected --engine compiled or interpreted, got "${engine}"`);
  try {
    createZone(timeZone);
  } catch {
    throw invalid(`--time-zone: expected an IANA time zone such as America/New_York, got "${timeZone}"`);
  }
  return kinds;
};

/** Each engine gets a record of its own, so that none finds what another has indexed. */
const contextOf = ({ patientId, resources }: PatientData, now: Date, timeZone: string) => {
  const record = createPlainRecord(patientId, resources);
  if (!record) throw new Error(`expected Patient/${patientId} among the patient's resources`);
  return { record, now, timeZone, utcAs: 'utc' as const };
};

const retrievedTypes = (libraries: ReadonlyMap<string, Elm>): ReadonlySet<string> => {
  const types = new Set<string>();
  for (const { library } of libraries.values())
    walkElm(library.statements, ({ type, dataType }) => {
      if (type === 'Retrieve') types.add(String(dataType).replace(/^\{.*\}/, ''));
    });
  return types;
};

type Shown = (value: CqlValue) => CqlValue;

const ownResults = (results: ReadonlyMap<EngineKind, Results>, shown: Shown) => {
  const [{ values, errors } = { values: new Map(), errors: new Map() }] = [...results.values()];
  return {
    values: Object.fromEntries([...values].map(([name, value]) => [name, shown(value)])),
    errors: Object.fromEntries(errors),
  };
};

const differences = (definitions: readonly string[], results: ReadonlyMap<EngineKind, Results>, shown: Shown) =>
  Object.fromEntries(
    definitions.flatMap((definition) => {
      const found = differenceIn(definition, results);
      return found
        ? [[definition, Object.fromEntries(Object.entries(found).map(([name, value]) => [name, shown(value)]))]]
        : [];
    }),
  );

/** The clauses that decided, the library's own first. */
const traceOf = ({ library, libraries, sources }: CqlFolder, trail: Trail) =>
  [...libraries]
    .toSorted(([a], [b]) => Number(b === library) - Number(a === library))
    .flatMap(([key, elm]) => {
      const source = sources.get(key);
      return source && source.name !== 'FHIRHelpers' ? explainLibrary({ ...source, name: key }, elm, trail) : [];
    })
    .map(({ file, line, text, value }) => ({ locator: `${file}:${line}`, text, value }));

/** Waits where the reader is slower than we are, so that nothing piles up. */
const print = async (line: object): Promise<void> => {
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', endOfReader);
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
};

/** Whoever read our lines, such as `head`, has enough of them. */
const endOfReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
};

const createProgress = () => {
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} records', stream: process.stderr, noTTYOutput: false },
    Presets.shades_grey,
  );
  let done = 0;
  return {
    done: (remaining: number) => {
      done += 1;
      // On a terminal the lines themselves show how far it is.
      if (process.stdout.isTTY) return;
      if (done === 1) bar.start(done + remaining, done);
      bar.setTotal(done + remaining);
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const createTally = (kinds: readonly EngineKind[]) => {
  const cpu = new Map<EngineKind, number>();
  let [patients, evaluated, failures, different] = [0, 0, 0, 0];
  return {
    faults: 0,
    add: (results: ReadonlyMap<EngineKind, Results>, definitions: number, differing: number) => {
      patients += 1;
      evaluated += definitions * kinds.length;
      different += differing;
      for (const [kind, { errors, cpuMs }] of results) {
        failures += errors.size;
        cpu.set(kind, (cpu.get(kind) ?? 0) + cpuMs);
      }
    },
    failed() {
      return this.faults > 0 || (kinds.length > 1 ? different > 0 : failures > 0);
    },
    report(time: boolean): string {
      const counts = [
        counted(patients, 'patient'),
        `${counted(evaluated, 'definition')} evaluated`,
        `${failures} failed`,
      ];
      if (kinds.length > 1) counts.push(`${different} differ`);
      if (this.faults > 0) counts.push(`${counted(this.faults, 'fault')} in the data`);
      const perPatient = [...cpu].map(([kind, ms]) => `${kind} ${(ms / Math.max(1, patients)).toFixed(2)}`);
      return `${counts.join(', ')}\n${time ? `CPU ms a patient: ${perPatient.join(', ')}\n` : ''}`;
    },
  };
};
