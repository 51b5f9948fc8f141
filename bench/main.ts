/** `npm run bench [NAME]`: runs one benchmark or all; each prints a table and, last, one JSON line. */
import { bench as conformance } from './conformance.ts';
import { bench as engine } from './engine.ts';
import { bench as growth } from './growth.ts';
import { bench as http } from './http.ts';
import { bench as start } from './start.ts';
import { bench as terminology } from './terminology.ts';

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  conformance,
  engine,
  growth,
  http,
  start,
  terminology,
};

const [name, ...args] = process.argv.slice(2);
if (name !== undefined && !(name in benches)) {
  process.stderr.write(`expected one of ${Object.keys(benches).join(', ')}, got "${name}"\n`);
  process.exitCode = 1;
} else for (const run of name === undefined ? Object.values(benches) : [benches[name]]) await run?.(args);
