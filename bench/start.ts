import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentile, printJson, printTable, rounded } from './support/print.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const warmStarts = 7;

/** From the start of the process to its `ready` line, first with an empty data folder, then warm; memory when idle. */
export const bench = async (): Promise<void> => {
  const data = mkdtempSync(join(tmpdir(), 'carehook-bench-'));
  try {
    const first = await start(data);
    const warm = [];
    for (let i = 0; i < warmStarts; i++) warm.push(await start(data));
    const readySeconds = percentile(
      warm.map(({ seconds }) => seconds),
      0.5,
    );
    const idleMB = percentile(
      warm.map(({ megabytes }) => megabytes),
      0.5,
    );
    printTable('start of the demonstration', [
      ['', 'seconds', 'idle MB'],
      ['empty data folder', rounded(first.seconds), rounded(first.megabytes, 0)],
      [`warm, median of ${warmStarts}`, rounded(readySeconds), rounded(idleMB, 0)],
    ]);
    printJson({
      bench: 'start',
      firstReadySeconds: rounded(first.seconds),
      readySeconds: rounded(readySeconds),
      idleMB: rounded(idleMB, 0),
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
};

const start = async (data: string): Promise<{ readonly seconds: number; readonly megabytes: number }> => {
  const started = performance.now();
  const child = spawn(process.execPath, [main, 'serve'], {
    env: { PATH: process.env.PATH, CAREHOOK_DATA: data, CAREHOOK_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seconds = await new Promise<number>((resolve, reject) => {
    let words = '';
    child.stdout.on('data', (chunk) => {
      words += chunk;
      if (/^ready /m.test(words)) resolve((performance.now() - started) / 1000);
    });
    child.on('exit', (code) => reject(new Error(`expected a ready line, the process ended with ${code}`)));
  });
  await wait(500);
  const megabytes = residentMegabytes(child.pid as number);
  child.removeAllListeners('exit');
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  return { seconds, megabytes };
};

/** Resident memory from the kernel's own account (Linux). */
const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
