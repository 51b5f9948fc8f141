import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { profileNames } from './cds-hooks/profile.ts';
import { CarehookError, messageOf } from './errors.ts';

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** Every setting with what it means; the descriptions are the text of the example file. */
const settingsSchema = z.strictObject({
  host: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on. Keep the loopback address until clients are configured.'),
  port: z.coerce.number().int().min(0).max(65_535).default(8080).describe('Port to listen on; 0 picks a free one.'),
  dataDir: z.string().default('.carehook').describe('Folder of caches and the embedded store.'),
  rulesDir: z
    .string()
    .default(fileURLToPath(new URL('../rules', import.meta.url)))
    .describe('Folder of the rules.'),
  siteDir: z
    .string()
    .optional()
    .describe('Folder of what this site changes: overlay.yaml by hand, signatures and switches by command.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'expected an IANA time zone such as America/New_York')
    .default('America/New_York')
    .describe('IANA time zone of the clinic, in which "today" is reckoned.'),
  fhirServers: z
    .array(z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')))
    .default([])
    .describe(
      'FHIR servers that may be read when prefetch is not whole. A request that names another is answered from its prefetch.',
    ),
  terminologyServer: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe(
      'FHIR server that expands the value sets which overlay.yaml names under "expand". No patient data goes there.',
    ),
  expansionDays: z.int().positive().default(7).describe('Days after which an expansion is asked for again.'),
  budgetMs: z.int().positive().default(500).describe('Milliseconds in which a hook is to be answered.'),
  profile: z
    .enum(profileNames)
    .default('default')
    .describe('Kind of EHR that the cards are shaped for: default (as the specification has them), epic or oracle.'),
  mostCards: z
    .int()
    .positive()
    .optional()
    .describe('Most cards of one answer; the rest are named in one more. services.yaml has a number for each service.'),
  dueCards: z
    .enum(['one', 'each'])
    .optional()
    .describe(
      'Whether what is due is one card for all or one each. The profile decides unless set: oracle one, others each.',
    ),
  interactionProviders: z
    .array(z.string().min(1))
    .min(1)
    .default(['shipped'])
    .describe(
      'Where drug interactions are known from: "shipped" (the rules folder) and paths of modules that export a provider. Without "shipped" these replace the interaction rules of the folder.',
    ),
  // Measured: an answer to 256 kB takes 2.5 ms of the main thread, or 0.7 when it is handed over, which costs 0.2 ms of CPU.
  largeBodyKb: z
    .int()
    .positive()
    .default(256)
    .describe('Kilobytes from which a request is answered on a thread apart, so that small ones do not wait for it.'),
  threads: z
    .int()
    .min(0)
    .or(z.literal('auto'))
    .default('auto')
    .describe(
      'Threads for large requests, 80 MB each once there are such: a number, or auto (one fewer than processors, at most 4).',
    ),
  bodyLimit: z.string().default('25mb').describe('Largest request body.'),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('Least grave log lines to write.'),
});

export type Settings = z.output<typeof settingsSchema> & {
  /** Without a settings file the process is a demonstration on synthetic data. */
  readonly demonstration: boolean;
  /** Where translated libraries are written. */
  readonly cacheDir: string;
  /** Where a release of RxNorm is imported to. */
  readonly rxnormDir?: string;
  /** Translated libraries that came with the build, looked into before anything is translated. */
  readonly builtCacheDir: string;
};

/** The number of threads for large requests: where it is left to the machine, one processor stays for the small ones. */
export const threadsOf = ({ threads }: Pick<Settings, 'threads'>): number =>
  threads === 'auto' ? Math.min(4, Math.max(1, availableParallelism() - 1)) : threads;

export type Environment = Readonly<Record<string, string | undefined>>;

const fromEnvironment = { CAREHOOK_PORT: 'port', CAREHOOK_HOST: 'host', CAREHOOK_DATA: 'dataDir' } as const;

/**
 * The settings from `CAREHOOK_CONFIG` (YAML) and the environment, which wins. Read once, at the composition root.
 *
 * @throws CONFIG_INVALID listing every fault
 */
export const readSettings = (environment: Environment): Settings => {
  const file = environment.CAREHOOK_CONFIG;
  const overrides = Object.entries(fromEnvironment).flatMap(([name, setting]) => {
    const value = environment[name];
    return value ? [[setting, value]] : [];
  });
  const parsed = settingsSchema.safeParse({ ...(file && readConfigFile(file)), ...Object.fromEntries(overrides) });
  if (!parsed.success) {
    const faults = parsed.error.issues
      .map(({ path, message }) => `  ${path.join('.') || 'settings'}: ${message}`)
      .join('\n');
    throw new CarehookError('CONFIG_INVALID', `settings from ${file ?? 'the environment'}:\n${faults}`);
  }
  return Object.freeze({
    ...parsed.data,
    demonstration: !file,
    interactionProviders: parsed.data.interactionProviders.map((name) =>
      name === 'shipped' ? name : resolve(file === undefined ? '.' : dirname(file), name),
    ),
    cacheDir: join(parsed.data.dataDir, 'cache'),
    rxnormDir: join(parsed.data.dataDir, 'rxnorm'),
    builtCacheDir: join(fileURLToPath(new URL('.', import.meta.url)), 'cache'),
  });
};

/** What the example file shows of settings without a default, or with one that depends on the place. */
const exampleValues: Readonly<Record<string, string>> = {
  rulesDir: 'rules',
  siteDir: 'site',
  mostCards: '10',
  dueCards: 'each',
  terminologyServer: 'https://terminology.example/fhir',
};

/** A settings file with every setting, what it means, and its default, all commented out. */
export const exampleSettings = (): string => {
  const lines = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
    const fallback: unknown = exampleValues[name] ?? schema.parse(undefined);
    return [`# ${schema.description}`, `# ${name}: ${stringify(fallback).trim()}`, ''];
  });
  return [
    '# Settings of Carehook. Name this file in CAREHOOK_CONFIG; every setting may be left out.',
    '',
    ...lines,
  ].join('\n');
};

const readConfigFile = (file: string): object => {
  try {
    const value: unknown = parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (thrown) {
    throw new CarehookError('CONFIG_INVALID', `CAREHOOK_CONFIG: expected a YAML file at ${file}: ${messageOf(thrown)}`);
  }
  throw new CarehookError('CONFIG_INVALID', `CAREHOOK_CONFIG: expected settings in ${file}, got none`);
};
