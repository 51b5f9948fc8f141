#!/usr/bin/env node
// Starts the command line: the sources in a clone, the build where only that is there. Node 24 comes as a
// devDependency, so that a machine whose own Node is older still runs the clone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const main = existsSync(at('../src/main.ts')) ? at('../src/main.ts') : at('../dist/main.js');

if (Number(process.versions.node.split('.')[0]) >= 24) await import(main);
else {
  const node = createRequire(import.meta.url).resolve('node/bin/node');
  const { status, signal } = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? (signal ? 1 : 0);
}
