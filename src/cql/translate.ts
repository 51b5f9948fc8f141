import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CarehookError } from '../errors.ts';

/** The translator and the options that ELM depends on; part of every cache key. */
export const translatorStamp =
  '@cqframework/cql 5.3.0, locators, result types, signatures, no list promotion or demotion; 1';

export interface TranslateRequest {
  readonly id: number;
  readonly job: {
    /** The library's key: its name, or `name|version` where it includes, or is, one of several versions. */
    readonly name: string;
    /** CQL by key: the library itself and all it includes. */
    readonly sources: Readonly<Record<string, string>>;
    readonly modelInfoXml: string;
  };
}

export type TranslateReply =
  | { readonly id: number; readonly elm: string }
  | { readonly id: number; readonly error: string };

/** Turns CQL into ELM; the JSON holds the translator's errors as annotations. */
export interface Translator {
  translate(job: TranslateRequest['job']): Promise<string>;
  close(): void;
}

/**
 * A translator in a child process that starts with the first job and stays warm until closed.
 *
 * @throws RULES_INVALID (as a rejection) when the child cannot start or dies
 */
export const createTranslator = (): Translator => {
  let current: Worker | undefined;
  let sequence = 0;
  /** What was asked for before is done or has failed; jobs wait here so that a process can end between two of them. */
  let turn: Promise<unknown> = Promise.resolve();
  let closed = 0;

  const start = (): Worker => {
    const module = fileURLToPath(
      new URL(`./translator-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
    );
    if (!existsSync(module))
      throw new CarehookError('RULES_INVALID', `expected the CQL translator at ${module}, found nothing`);
    const child = fork(module, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const worker: Worker = { child, waiting: new Map(), done: 0 };
    const end = (reason: string) => {
      if (current === worker) current = undefined;
      for (const job of worker.waiting.values()) job.reject(new CarehookError('RULES_INVALID', reason));
      worker.waiting.clear();
    };
    let words = '';
    child.stderr?.on('data', (chunk) => {
      words = (words + chunk).slice(-2000);
    });
    child.on('message', (reply: TranslateReply | { ready: true }) => {
      if ('ready' in reply) return;
      const job = worker.waiting.get(reply.id);
      worker.waiting.delete(reply.id);
      if ('elm' in reply) job?.resolve(reply.elm);
      else job?.reject(new CarehookError('RULES_INVALID', `the CQL translator failed: ${reply.error}`));
    });
    child.on('error', (error) => end(`the CQL translator cannot be reached: ${error.message}`));
    child.on('exit', (code, signal) => end(`the CQL translator ended with ${code ?? signal}: ${words.trim()}`));
    return worker;
  };

  const leave = () => {
    const child = current?.child;
    current = undefined;
    if (child?.connected) child.disconnect();
  };
  const send = async (job: TranslateRequest['job']): Promise<string> => {
    current ??= start();
    const { child, waiting } = current;
    const id = ++sequence;
    const answer = Promise.withResolvers<string>();
    waiting.set(id, answer);
    child.send({ id, job } satisfies TranslateRequest);
    const worker = current;
    const elm = await answer.promise;
    worker.done += 1;
    if (worker === current && worker.done >= mostJobs) leave();
    return elm;
  };

  return {
    translate: (job) => {
      const open = closed;
      const run = turn.then(() => {
        if (open !== closed) throw new CarehookError('RULES_INVALID', 'the CQL translator was closed');
        return send(job);
      });
      turn = run.catch(() => {});
      return run;
    },
    // What is under way is rejected when the process has gone; the next job starts another.
    close: () => {
      closed += 1;
      leave();
    },
  };
};

/** The reference translator keeps some megabytes of every job: after five hundred it would have no memory left. */
const mostJobs = 120;

interface Worker {
  readonly child: ChildProcess;
  readonly waiting: Map<number, PromiseWithResolvers<string>>;
  done: number;
}
