import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/carehook.js', import.meta.url));
const data = fileURLToPath(new URL('../../.carehook', import.meta.url));

const start = (args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess =>
  spawn(process.execPath, [bin, ...args], {
    env: { PATH: process.env.PATH, CAREHOOK_DATA: data, CAREHOOK_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** What a command printed and how it ended. */
export const carehook = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
  const child = start(args, environment);
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
};

/** A `serve` that has printed its ready line. */
export const served = async (environment: Readonly<Record<string, string>> = {}) => {
  const child = start(['serve'], environment);
  let out = '';
  let err = '';
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const base = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      const ready = /^ready (.+)$/m.exec(out)?.[1];
      if (ready) resolve(ready);
    });
    child.on('exit', (code) => reject(new Error(`expected a ready line, the process ended with ${code}: ${err}`)));
  });
  return {
    base,
    out,
    /** What it has logged so far. */
    err: (): string => err,
    /** Ends it as an operator would; the exit code. */
    stop: (): Promise<number | null> =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.on('exit', resolve);
        child.kill('SIGTERM');
      }),
  };
};

/** An empty folder of the test's own. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'carehook-test-'));
