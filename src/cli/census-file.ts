import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type Clock, localDate, systemClock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { writeWhole } from '../cql/cache-files.ts';
import { messageOf } from '../errors.ts';
import { allMapped, type Census } from '../rules/census.ts';
import type { RuleSet } from '../rules/rule-set.ts';

const recordSchema = z.strictObject({
  /** Patients seen; one who comes again after a restart counts again. */
  patients: z.int().min(0).default(0),
  /** By value set of a completion: in how many evaluations it was seen, and on which days first and last. */
  valueSets: z
    .record(z.string(), z.strictObject({ count: z.int().positive(), first: z.iso.date(), last: z.iso.date() }))
    .default({}),
});

/** What an installation remembers of what it has seen: counts and days, nothing of any patient. */
export type CensusRecord = z.output<typeof recordSchema>;

const nothing: CensusRecord = recordSchema.parse({});

/** With fewer patients seen, that something was never seen may be chance. */
export const fewPatients = 200;

/** The census of this installation, on disk. */
export interface KeptCensus extends Census {
  record(): CensusRecord;
  /** Writes what was seen since, and learns what other processes have written; a failure is told and tried again later. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface CensusDeps {
  readonly clock?: Clock;
  readonly log: Pick<Logger, 'error'>;
}

const flushEvery = 60_000;

/** How many patients a process tells apart; the number is only asked for while it is small. */
const mostPatients = 10_000;

const fileIn = (dataDir: string): string => join(dataDir, 'code-census.json');

/**
 * What this installation has seen so far; empty where nothing is remembered.
 *
 * @throws Error when the file cannot be read, or is no census
 */
export const readCensus = async (dataDir: string): Promise<CensusRecord> => {
  const text = await readFile(fileIn(dataDir), 'utf8').catch((thrown) => {
    if (thrown.code === 'ENOENT') return '{}';
    throw thrown;
  });
  return recordSchema.parse(JSON.parse(text));
};

/**
 * The census of this installation, written every minute and at the end. The demonstration is no installation: it counts
 * everything as seen and remembers nothing.
 */
export const openCensus = async (
  { dataDir, timeZone, demonstration }: Pick<Settings, 'dataDir' | 'timeZone' | 'demonstration'>,
  { clock = systemClock, log }: CensusDeps,
): Promise<KeptCensus> => {
  if (demonstration) return { ...allMapped, record: () => nothing, flush: async () => {}, close: async () => {} };
  const file = fileIn(dataDir);
  const readOrBegin = () =>
    readCensus(dataDir).catch((thrown): CensusRecord => {
      log.error({ file, reason: messageOf(thrown) }, 'the code census could not be read and begins anew');
      return nothing;
    });
  let kept = await readOrBegin();
  let fresh = nothing;
  const patients = new Set<string>();

  const flush = async (): Promise<void> => {
    if (fresh === nothing) return;
    const written = fresh;
    fresh = nothing;
    try {
      const all = withLost(sum(await readOrBegin(), written), kept);
      await writeWhole(file, `${JSON.stringify(all, null, 2)}\n`);
      kept = all;
    } catch (thrown) {
      fresh = sum(written, fresh);
      log.error({ file, reason: messageOf(thrown) }, 'the code census could not be written; it is tried again');
    }
  };
  // One at a time: the second would read before the first has written.
  let flushing = Promise.resolve();
  const flushInTurn = (): Promise<void> => {
    flushing = flushing.then(flush);
    return flushing;
  };
  const timer = setInterval(flushInTurn, flushEvery).unref();

  return {
    isMapped: (valueSet) => (fresh.valueSets[valueSet] ?? kept.valueSets[valueSet]) !== undefined,
    note: ({ patient, valueSets }) => {
      const isNew = patients.size < mostPatients && !patients.has(patient);
      if (isNew) patients.add(patient);
      const day = localDate(clock.now(), timeZone);
      const seen = Object.fromEntries(valueSets.map((id) => [id, { count: 1, first: day, last: day }]));
      if (isNew || valueSets.length > 0) fresh = sum(fresh, { patients: isNew ? 1 : 0, valueSets: seen });
    },
    record: () => sum(kept, fresh),
    flush: flushInTurn,
    close: async () => {
      clearInterval(timer);
      await flushInTurn();
    },
  };
};

/** With the value sets that were known and are not there, because two processes wrote at once. */
const withLost = ({ patients, valueSets }: CensusRecord, known: CensusRecord): CensusRecord => ({
  patients: Math.max(patients, known.patients),
  valueSets: { ...known.valueSets, ...valueSets },
});

const sum = (a: CensusRecord, b: CensusRecord): CensusRecord => {
  const valueSets = { ...a.valueSets };
  for (const [id, { count, first, last }] of Object.entries(b.valueSets)) {
    const known = valueSets[id];
    valueSets[id] = known
      ? {
          count: known.count + count,
          first: first < known.first ? first : known.first,
          last: last > known.last ? last : known.last,
        }
      : { count, first, last };
  }
  return { patients: a.patients + b.patients, valueSets };
};

/** The value sets of completions of which no code was ever seen, with the rules that therefore say nothing is due. */
export const neverSeen = (
  { rules }: Pick<RuleSet, 'rules'>,
  isMapped: Census['isMapped'],
): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const { manifest, standing } of rules) {
    if (manifest.kind === 'order' || standing.voice === 'off') continue;
    for (const entry of manifest.completion)
      if (!entry.some(isMapped)) found.set(entry.join(' or '), [...(found.get(entry.join(' or ')) ?? []), manifest.id]);
  }
  return found;
};
