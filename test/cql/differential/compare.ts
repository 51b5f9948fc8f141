import { isDeepStrictEqual } from 'node:util';
import type { FhirResource } from 'fhir/r4.js';
import type { CqlEngine, CqlRecord, EvaluationContext } from '../../../src/cql/engine.ts';
import { createPlainRecord } from '../../../src/cql/plain-record.ts';
import { createStockEngine } from '../../../src/cql/stock.ts';
import { messageOf } from '../../../src/errors.ts';
import { getOrCompute } from '../../../src/get-or-compute.ts';
import { buildRecord } from '../../../src/record/record.ts';
import { deepFreeze } from '../../support/deep-freeze.ts';
import { vocabulary } from '../../support/record.ts';
import { type AllowedDifference, allowedDifferences, clinicZone, createMend, type Mend } from './allowed.ts';
import type { Sample } from './generate.ts';
import { definitionsOf, evaluatedLibraries, type Target } from './targets.ts';

export interface NamedEngine {
  readonly name: string;
  readonly engine: CqlEngine;
}

export interface Difference {
  readonly library: string;
  readonly definition: string;
  readonly timeZone: string;
  /** What each engine gave, by its name. */
  readonly values: Readonly<Record<string, unknown>>;
}

interface Comparison {
  readonly differences: readonly Difference[];
  /** The allowed differences that were needed for stock to agree, and `spared` where generated code met no bad unit. */
  readonly used: ReadonlySet<string>;
  /** The definitions that had something to say of the record, as `library.definition`. */
  readonly reached: readonly string[];
}

/** The libraries whose definitions are compared, and those that are looked at for whether they had something to say. */
interface Extent {
  readonly compared: ReadonlySet<string>;
  readonly reached: ReadonlySet<string>;
}

/** Compares all definitions unless told. */
export type Compare = (sample: Sample, extent?: Extent) => Promise<Comparison>;

interface Options {
  readonly allowed?: readonly AllowedDifference[];
  /** The libraries whose definitions are compared; all of the target unless told. */
  readonly libraries?: readonly string[];
}

/** Besides the zone that stock can do, one with summer time and one east of UTC, for our engines. */
const otherZones = ['America/New_York', 'Asia/Tokyo', 'Europe/Berlin'];

/**
 * Compares every definition of a target over a record, value by value: each engine with the first, and the first with stock,
 * which may differ only as allowed.
 */
export const createCompare = (
  target: Target,
  engines: readonly NamedEngine[],
  { allowed = allowedDifferences, libraries = evaluatedLibraries(target) }: Options = {},
): Compare => {
  const [first] = engines as readonly [NamedEngine, ...NamedEngine[]];
  const stock = createStockEngine(target);
  const mends = allowed.filter(({ library }) => library);
  // Each alone, so that it is known which was needed, then all.
  const mendings = [...mends.map((each) => [each]), ...(mends.length > 1 ? [mends] : [])];
  const mendedStocks = new Map<readonly AllowedDifference[], CqlEngine>();
  const mendedStock = (mending: readonly AllowedDifference[]) =>
    getOrCompute(mendedStocks, mending, () =>
      createStockEngine({
        ...target,
        mend: (each) => {
          for (const { library } of mending) library?.(each);
        },
      }),
    );
  const places = libraries.flatMap((library) =>
    definitionsOf(target.libraries, library).map((definition) => ({ library, definition })),
  );

  const valuesOf = async (engine: CqlEngine, context: EvaluationContext, which: readonly number[]) => {
    const evaluation = engine.evaluate(context);
    const values: unknown[] = [];
    for (const i of which) {
      const { library, definition } = places[i] as (typeof places)[number];
      values[i] = await evaluation.value(library, definition).catch((thrown: unknown) => new Thrown(messageOf(thrown)));
    }
    return values;
  };

  return async (sample, extent) => {
    const of = (libraries: ReadonlySet<string> | undefined) =>
      [...places.keys()].filter((i) => libraries?.has((places[i] as (typeof places)[number]).library) ?? true);
    const which = of(extent?.compared);
    const record = recordOfSample(sample, target.record);
    const now = new Date(sample.now);
    const differences: Difference[] = [];
    const used = new Set<string>();
    const context = { record, now, timeZone: clinicZone };
    const expected = await valuesOf(first.engine, context, of(extent?.reached));
    const add = (i: number, timeZone: string, values: Record<string, unknown>) =>
      differences.push({ ...(places[i] as (typeof places)[number]), timeZone, values });

    for (const { name, engine } of engines.slice(1))
      for (const timeZone of [clinicZone, otherZones[sample.seed % otherZones.length] as string]) {
        const there = { ...context, timeZone };
        const own = timeZone === clinicZone ? expected : await valuesOf(first.engine, there, which);
        const others = await valuesOf(engine, there, which);
        for (const i of which)
          if (isSpared(own[i], others[i])) used.add('spared');
          else if (!same(own[i], others[i]) || !failAlike(own[i], others[i]))
            add(i, timeZone, { [first.name]: own[i], [name]: others[i] });
      }

    const mend = createMend(allowed);
    const asStockSeesIt = { ...context, record: mendRecord(record, mend) };
    const wanted = expected.map(mend.value);
    for (const id of mend.used) used.add(id);
    const theirs = await valuesOf(stock, asStockSeesIt, which);
    const unequal = (others: readonly unknown[]) => which.filter((i) => !same(wanted[i], others[i]));
    let differing = unequal(theirs);
    for (const mending of mendings) {
      if (differing.length === 0) break;
      const mended = await valuesOf(mendedStock(mending), asStockSeesIt, differing);
      const left = differing.filter((i) => !same(wanted[i], mended[i]));
      if (left.length < differing.length) for (const { id } of mending) used.add(id);
      for (const i of left) theirs[i] = mended[i];
      differing = left;
    }
    for (const i of differing) add(i, clinicZone, { [first.name]: wanted[i], stock: theirs[i] });
    const reached = places
      .filter((_, i) => !isEmpty(expected[i]))
      .map(({ library, definition }) => `${library}.${definition}`);
    return { differences, used, reached };
  };
};

/** That a definition failed; the words differ from engine to engine, but not the definition that they name. */
class Thrown {
  readonly thrown: string;
  /** `Library."Definition"`, where what failed was computed. */
  readonly place: string | undefined;

  constructor(message: string) {
    this.thrown = message;
    this.place = /^[^\s"]+\."[^"]+"/.exec(message)?.[0];
  }
}

const isEmpty = (value: unknown): boolean =>
  value == null || value === false || value instanceof Thrown || (Array.isArray(value) && value.length === 0);

/** Generated code computes what decides and no more, and may so never meet a unit at which the interpreter fails. */
const isSpared = (own: unknown, other: unknown): boolean =>
  own instanceof Thrown && !(other instanceof Thrown) && own.thrown.includes('Invalid UCUM unit');

/** Stock names the definition that was asked for, and is left out of this. */
const failAlike = (a: unknown, b: unknown): boolean =>
  !(a instanceof Thrown && b instanceof Thrown) || a.place === b.place;

const same = (a: unknown, b: unknown): boolean =>
  (a instanceof Thrown && b instanceof Thrown) || isDeepStrictEqual(a, b);

/** The record of a sample; frozen, because no engine may change what it reads. */
const recordOfSample = (sample: Sample, kind: Target['record']): CqlRecord => {
  const { patient, chart, drafts, now } = deepFreeze(structuredClone(sample));
  const entries = [patient, ...chart];
  const record =
    kind === 'plain'
      ? createPlainRecord(
          'p',
          entries.map(({ resource }) => resource as FhirResource),
        )
      : buildRecord({ source: 'differential', patientId: 'p', entries, drafts, vocabulary, now: new Date(now) });
  if (!record) throw new Error('the record has no patient');
  return record;
};

const mendRecord = (record: CqlRecord, mend: Mend): CqlRecord => {
  const mended = new Map<FhirResource, FhirResource>();
  const mendResource = (resource: FhirResource) => getOrCompute(mended, resource, () => mend.json(resource));
  const byType = new Map<string, readonly FhirResource[]>();
  const ofType = (type: string) => getOrCompute(byType, type, () => record.ofType(type).map(mendResource));
  // Asked for before stock does, so that what was mended is known.
  for (const type of readTypes) ofType(type);
  return {
    patientId: record.patientId,
    patient: mendResource(record.patient) as CqlRecord['patient'],
    drafts: record.drafts.map(mendResource),
    exposures: record.exposures.map(({ resource, ...rest }) => ({
      ...mend.json(rest),
      resource: mendResource(resource),
    })),
    ofType,
    withCode: record.withCode,
    withCodes: record.withCodes,
  };
};

const readTypes = [
  'Patient',
  'Observation',
  'Procedure',
  'Condition',
  'DiagnosticReport',
  'Immunization',
  'AllergyIntolerance',
  'ServiceRequest',
  'Encounter',
  'MedicationRequest',
];
