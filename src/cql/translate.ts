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
    readonly name: string;
    /** CQL by library name: the library itself and all it includes. */
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
  let child: ChildProcess | undefined;
  let sequence = 0;
  const waiting = new Map<number, PromiseWithResolvers<string>>();

  const start = (): ChildProcess => {
    const module = fileURLToPath(
      new URL(`./translator-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
    );
    if (!existsSync(module))
      throw new CarehookError('RULES_INVALID', `expected the CQL translator at ${module}, found nothing`);
    const started = fork(module, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let words = '';
    started.stderr?.on('data', (chunk) => {
      words = (words + chunk).slice(-2000);
    });
    started.on('message', (reply: TranslateReply | { ready: true }) => {
      if ('ready' in reply) return;
      const job = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('elm' in reply) job?.resolve(reply.elm);
      else job?.reject(new CarehookError('RULES_INVALID', `the CQL translator failed: ${reply.error}`));
    });
    started.on('exit', (code) => {
      child = undefined;
      for (const job of waiting.values())
        job.reject(new CarehookError('RULES_INVALID', `the CQL translator ended with ${code}: ${words.trim()}`));
      waiting.clear();
    });
    return started;
  };

  return {
    translate: (job) => {
      child ??= start();
      const id = ++sequence;
      const answer = Promise.withResolvers<string>();
      waiting.set(id, answer);
      child.send({ id, job } satisfies TranslateRequest);
      return answer.promise;
    },
    close: () => child?.disconnect(),
  };
};
