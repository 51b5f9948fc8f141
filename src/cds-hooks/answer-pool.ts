import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import type { Logger } from 'pino';
import { Piscina } from 'piscina';
import { CarehookError } from '../errors.ts';
import { createRecent } from '../recent.ts';
import type { Census } from '../rules/census.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { imageOf } from '../rules/rule-set-image.ts';
import type { AnswerResult, AnswerSettings, AnswerTask, LargeCall, SharedRuleSet } from './answer-worker.ts';
import { fromRefusal } from './refusal.ts';
import type { Reply } from './respond.ts';

export interface AnswerPoolOptions {
  readonly settings: AnswerSettings;
  /** Bytes from which a body is large. */
  readonly largeBody: number;
  readonly threads: number;
  /** How many calls may wait for a thread; eight a thread unless given, some 200 ms of work. */
  readonly queue?: number;
  /** How many bytes of bodies may be under way or waiting; 64 MB a thread unless given. */
  readonly mostBytes?: number;
  /** What this installation has ever shown: threads are told of it, and tell what they see. */
  readonly census: Census;
  readonly log: Logger;
}

/** Threads that answer calls with large bodies, so that small ones do not wait behind them. */
export interface AnswerPool {
  /** Bytes from which a body is left unread for a thread. */
  readonly largeBody: number;
  /**
   * Whether a thread is there to answer from the rule set. Where none is, one is started, and until it is ready calls are
   * answered on the caller's own: a service that gets no large request has no thread and none of its memory.
   */
  isReady(ruleSet: RuleSet): boolean;
  /** Starts a thread that holds the rule set. */
  warm(ruleSet: RuleSet): Promise<void>;
  /**
   * Answers a call as `respond` does with the same rule set; the bytes are the thread's from here on.
   *
   * @throws BUSY when too many calls wait already, and whatever `readJson` and `respond` throw
   */
  answer(ruleSet: RuleSet, call: LargeCall): Promise<Reply>;
  close(): Promise<void>;
}

/** Calls that share a thread: while one waits for its FHIR server the others go on. */
const callsAThread = 4;

/** How long a thread without calls is kept. */
const idleMs = 300_000;

const worker = fileURLToPath(
  new URL(`./answer-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

export const createAnswerPool = ({
  settings,
  largeBody,
  threads,
  queue = 8 * threads,
  // Parsed JSON takes up to twenty times its bytes, and a heap that runs full in JSON.parse ends the process, whichever
  // thread it is and whatever limit the thread is given.
  mostBytes = threads * 64 * 1024 * 1024,
  census,
  log,
}: AnswerPoolOptions): AnswerPool => {
  const recent = createRecent<SharedRuleSet>(2);
  const pool = new Piscina<AnswerTask, AnswerResult>({
    filename: worker,
    minThreads: 0,
    maxThreads: threads,
    concurrentTasksPerWorker: callsAThread,
    loadBalancer: spread(threads),
    idleTimeout: idleMs,
    // Waiting on an atomic would hold up the thread's own sockets.
    atomics: 'disabled',
    recordTiming: false,
    workerData: settings,
  });
  pool.on('error', (error) => log.error({ err: error }, 'a thread for large requests ended'));
  const underWay = { calls: 0, bytes: 0 };
  /** The rule set that a thread was last seen to hold, and the one that a thread is being started for. */
  let held: string | undefined;
  let warming: string | undefined;

  const run = async (ruleSet: RuleSet, call?: LargeCall): Promise<AnswerResult> => {
    const shared = recent(ruleSet.id, () => share(ruleSet));
    if (!call) return pool.run({ ruleSet: shared });
    const bytes = ownBytes(call.bytes);
    const mapped = [...ruleSet.completions.ids].filter(census.isMapped);
    return pool.run(
      { ruleSet: shared, call: { ...call, bytes, mapped } },
      { transferList: [bytes.buffer as ArrayBuffer] },
    );
  };
  const warm = async (ruleSet: RuleSet): Promise<void> => {
    warming = ruleSet.id;
    held = undefined;
    try {
      const result = await run(ruleSet);
      if ('refusal' in result) throw fromRefusal(result.refusal);
      held = ruleSet.id;
    } finally {
      warming = undefined;
    }
  };

  return {
    largeBody,
    isReady: (ruleSet) => {
      if (held === ruleSet.id && pool.threads.length > 0) return true;
      if (warming !== ruleSet.id)
        warm(ruleSet).catch((error) => log.error({ err: error }, 'no thread for large requests could be started'));
      return false;
    },
    warm,
    answer: async (ruleSet, call) => {
      const { byteLength } = call.bytes;
      const { calls, bytes } = underWay;
      if (calls >= threads * callsAThread + queue || (calls > 0 && bytes + byteLength > mostBytes))
        throw new CarehookError('BUSY', 'expected fewer large requests at once; send it again in a second');
      underWay.calls++;
      underWay.bytes += byteLength;
      try {
        const result = await run(ruleSet, call);
        if ('refusal' in result) throw fromRefusal(result.refusal);
        if (!('reply' in result)) throw new Error('expected a reply');
        result.sightings.forEach(census.note);
        return result.reply;
      } finally {
        underWay.calls--;
        underWay.bytes -= byteLength;
      }
    },
    close: () => pool.destroy(),
  };
};

type LoadBalancer = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;

/** The thread with the fewest calls; while there may be more threads, none is given a third call. */
const spread =
  (threads: number): LoadBalancer =>
  (_task, workers) => {
    const most = workers.length < threads ? 2 : callsAThread;
    const [least] = workers.toSorted((a, b) => a.currentUsage - b.currentUsage);
    return least && least.currentUsage < most ? least : null;
  };

/** Serialised once, so that handing it to a thread copies nothing. */
const share = (ruleSet: RuleSet): SharedRuleSet => {
  const bytes = serialize(imageOf(ruleSet));
  const image = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(image).set(bytes);
  return { id: ruleSet.id, image };
};

/** Bytes in a buffer of their own: only a whole buffer can be handed over, and Node keeps small ones together in one. */
const ownBytes = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
