import type { Date as CqlDate, DateTime } from 'cql-execution';
import type { CqlRecord } from '../engine.ts';
import type { ReadingZone } from './read-date.ts';

/** What the value of a definition was, when it was an error: thrown again to whoever asks next. */
export class Failure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** The trace of an evaluation: told the value of every clause, and the resources that it read. */
export type Trace = (library: string, localId: string, value: unknown, resources: ReadonlySet<object>) => void;

/** The work budget that ended an evaluation. */
class WorkExhausted extends Error {
  constructor() {
    super('it took more work than a rule is allowed');
    this.name = 'WorkExhausted';
  }
}

/** One record at one moment, as generated code sees it; the memo is thrown away with it. */
export class EvaluationState {
  readonly record: CqlRecord;
  readonly now: DateTime;
  readonly today: CqlDate;
  readonly timeOfDay: unknown;
  readonly zone: ReadingZone;
  readonly memo: unknown[];
  readonly trace: Trace | undefined;
  /** The FHIR dateTime that was read last, and what it says. */
  lastText: unknown = undefined;
  lastMoment: DateTime | null = null;
  /** How many more steps loops may take; set anew for each rule. */
  work: number;

  constructor(
    record: CqlRecord,
    now: DateTime,
    zone: ReadingZone,
    slots: number,
    work: number,
    trace: Trace | undefined,
  ) {
    this.record = record;
    this.now = now;
    this.today = now.getDate() as CqlDate;
    this.timeOfDay = now.getTime();
    this.zone = zone;
    this.memo = new Array(slots).fill(undefined);
    this.work = work;
    this.trace = trace;
  }

  /** In trace mode: what the clauses under way have read, the innermost last; and what each memoised value had read. */
  readonly #reads: Set<object>[] = [];
  readonly #readsBySlot = new Map<number, ReadonlySet<object>>();

  /** Computes a clause, noting what it reads for itself and for those it is part of. */
  reading<T>(clause: () => T): { readonly value: T; readonly resources: ReadonlySet<object> } {
    const resources = new Set<object>();
    this.#reads.push(resources);
    try {
      return { value: clause(), resources };
    } finally {
      this.#reads.pop();
      for (const each of resources) this.#reads.at(-1)?.add(each);
    }
  }

  read(resource: unknown): void {
    if (typeof resource === 'object' && resource !== null) this.#reads.at(-1)?.add(resource);
  }

  remember<T>(slot: number, body: () => T): T {
    const { value, resources } = this.reading(body);
    this.#readsBySlot.set(slot, resources);
    return value;
  }

  /** A value out of the memo rests on what was read when it was computed. */
  recall(slot: number): void {
    for (const each of this.#readsBySlot.get(slot) ?? []) this.read(each);
  }

  /** @throws WorkExhausted */
  exhausted(): never {
    throw new WorkExhausted();
  }
}
