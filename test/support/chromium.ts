import { existsSync } from 'node:fs';
import { type BrowserServer, chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The WebSocket address of the one Chromium that all test files share. */
    chromium: string;
  }
}

/** Once for all files of browser tests: starts Chromium and tells where it is. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const server = await launchChromium();
  provide('chromium', server.wsEndpoint());
  return () => server.close();
};

/** The Chromium that npm brings; Debian's where that one does not start. */
export const launchChromium = async (): Promise<BrowserServer> => {
  const root = process.getuid?.() === 0;
  const start = (executablePath: string, env: NodeJS.ProcessEnv) =>
    chromium.launchServer({ executablePath, env, args: root ? ['--no-sandbox'] : [] });
  try {
    const { path, env } = await unpacked();
    return await start(path, env);
  } catch (thrown) {
    const debian = '/usr/bin/chromium';
    if (!existsSync(debian)) throw thrown;
    return start(debian, process.env);
  }
};

/**
 * The package brings the libraries that a bare machine lacks, but only where it believes to be on AWS, and by changing
 * the environment of this process, which tests that start other processes must not inherit.
 */
const unpacked = async () => {
  const before = { ...process.env };
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    const path = await packed.executablePath();
    return { path, env: { ...process.env } };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
};
