import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { FhirResource } from 'fhir/r4.js';
import { parse } from 'yaml';
import { createCompiledEngine } from '../src/cql/compiled.ts';
import type { Elm } from '../src/cql/elm.ts';
import type { CqlEngine } from '../src/cql/engine.ts';
import { createInterpreter } from '../src/cql/interpret.ts';
import { createPlainRecord } from '../src/cql/plain-record.ts';
import { createStockEngine } from '../src/cql/stock.ts';
import { messageOf } from '../src/errors.ts';
import { definition, type TranslatedTest, translateTests } from './support/conformance-elm.ts';
import { type ConformanceTest, readConformanceTests } from './support/conformance-tests.ts';
import { model } from './support/engines.ts';
import { readLiteral } from './support/literal.ts';
import { printJson, printTable } from './support/print.ts';
import { benchCaches } from './support/rules.ts';

const reasonsFile = fileURLToPath(new URL('conformance-reasons.yaml', import.meta.url));

type Verdict = 'right' | 'wrong' | 'error';

interface Judged {
  readonly verdict: Verdict;
  /** What came, in words. */
  readonly came: string;
}

type CreateEngine = (libraries: ReadonlyMap<string, Elm>) => Promise<CqlEngine> | CqlEngine;

/**
 * `npm run bench conformance DIR [--list]`: the conformance expressions of HL7 (a folder of XML files) with every engine.
 * Ends with 1 where the compiled engine gets one wrong that conformance-reasons.yaml does not name, or right that it does.
 */
export const bench = async (args: readonly string[]): Promise<void> => {
  const [dir] = args.filter((each) => !each.startsWith('--'));
  if (dir === undefined) {
    process.stderr.write('conformance: expected the folder of the XML files, which is not part of this project\n');
    return;
  }
  // The tests suppose the zone of the one who runs them; a DateTime without offset is in UTC here.
  process.env.TZ = 'UTC';
  const tests = readConformanceTests(dir);
  const translated = await translateTests(tests);
  const valueSets = new Map();
  const engines: Readonly<Record<string, CreateEngine>> = {
    compiled: (libraries) => createCompiledEngine({ libraries, model, valueSets, cacheDirs: benchCaches }),
    interpreted: (libraries) => createInterpreter({ libraries, model, valueSets }),
    stock: (libraries) => createStockEngine({ libraries, valueSets }),
  };
  const judged = new Map<string, readonly Judged[]>();
  for (const [name, create] of Object.entries(engines)) judged.set(name, await judgeAll(tests, translated, create));

  const names = [...judged.keys()];
  const count = (name: string, verdict: Verdict, file?: string) =>
    (judged.get(name) ?? []).filter(
      (each, i) => each.verdict === verdict && (file ?? tests[i]?.file) === tests[i]?.file,
    ).length;
  const figures = (file?: string) =>
    names.map((name) =>
      [count(name, 'right', file), count(name, 'wrong', file), count(name, 'error', file)].join(' / '),
    );
  printTable('right / wrong / error', [
    ['', 'expressions', ...names],
    ...[...new Set(tests.map(({ file }) => file))].map((file) => [
      file,
      tests.filter((each) => each.file === file).length,
      ...figures(file),
    ]),
    ['all', tests.length, ...figures()],
  ]);
  if (args.includes('--list'))
    tests.forEach(({ name, expression, output, invalid }, i) => {
      const faulty = names.filter((each) => judged.get(each)?.[i]?.verdict !== 'right');
      if (faulty.length === 0) return;
      const came = faulty.map((each) => `  ${each}: ${judged.get(each)?.[i]?.came}`).join('\n');
      process.stdout.write(`${name}: ${expression}\n  expected: ${invalid ? 'an error' : output}\n${came}\n`);
    });
  const unexplained = checkReasons(tests, judged.get('compiled') ?? []);
  for (const each of unexplained) process.stderr.write(`${each}\n`);
  if (unexplained.length > 0) process.exitCode = 1;
  printJson({
    bench: 'conformance',
    expressions: tests.length,
    refused: translated.filter((each) => 'refused' in each).length,
    ...Object.fromEntries(names.map((name) => [name, count(name, 'right')])),
    unexplained: unexplained.length,
  });
};

/** Where the list of reasons and what the engine gets wrong are not the same, in words. */
const checkReasons = (tests: readonly ConformanceTest[], judged: readonly Judged[]): readonly string[] => {
  const reasons: Readonly<Record<string, string>> = existsSync(reasonsFile)
    ? (parse(readFileSync(reasonsFile, 'utf8')) ?? {})
    : {};
  const names = new Set(tests.map(({ name }) => name));
  return [
    ...Object.keys(reasons)
      .filter((name) => !names.has(name))
      .map((name) => `${name}: has a reason and is no test`),
    ...tests.flatMap(({ name }, i) => {
      const right = judged[i]?.verdict === 'right';
      if (right !== Object.hasOwn(reasons, name)) return [];
      return right
        ? [`${name}: right, and has a reason why it is not`]
        : [`${name}: ${judged[i]?.came}, without a reason`];
    }),
  ];
};

const judgeAll = async (
  tests: readonly ConformanceTest[],
  translated: readonly TranslatedTest[],
  create: CreateEngine,
): Promise<readonly Judged[]> => {
  const libraries = new Map(translated.flatMap((each) => ('elm' in each ? [[each.library, each.elm] as const] : [])));
  const engines = await createApart(libraries, create);
  return Promise.all(
    tests.map(async (test, i): Promise<Judged> => {
      const one = translated[i] as TranslatedTest;
      if ('refused' in one)
        return { verdict: test.invalid ? 'right' : 'error', came: `refused by the translator: ${one.refused}` };
      const engine = engines.get(one.library) as CqlEngine | Error;
      if (engine instanceof Error) return { verdict: test.invalid ? 'right' : 'error', came: engine.message };
      return judge(test, one, engine);
    }),
  );
};

/** Engines over as many libraries as go together; a library that no engine takes has its error. */
const createApart = async (
  libraries: ReadonlyMap<string, Elm>,
  create: CreateEngine,
): Promise<ReadonlyMap<string, CqlEngine | Error>> => {
  try {
    const engine = await create(libraries);
    return new Map([...libraries.keys()].map((name) => [name, engine]));
  } catch (thrown) {
    const all = [...libraries];
    if (all.length === 1) return new Map([[all[0]?.[0] ?? '', new Error(messageOf(thrown))]]);
    const middle = all.length >> 1;
    return new Map([
      ...(await createApart(new Map(all.slice(0, middle)), create)),
      ...(await createApart(new Map(all.slice(middle)), create)),
    ]);
  }
};

const patient: FhirResource = { resourceType: 'Patient', id: 'p', birthDate: '1980-01-01' };
const now = new Date('2026-11-21T10:00:00Z');

const judge = async (
  test: ConformanceTest,
  { library, elm }: Extract<TranslatedTest, { elm: Elm }>,
  engine: CqlEngine,
): Promise<Judged> => {
  const record = createPlainRecord('p', [patient]);
  if (!record) throw new Error('the record has no patient');
  const evaluation = engine.evaluate({ record, now, timeZone: 'UTC' });
  try {
    const value = await evaluation.value(library, definition.value);
    const came = (JSON.stringify(value) ?? 'undefined').slice(0, 200);
    if (test.output === undefined) return { verdict: 'wrong', came };
    const right = elm.library.statements?.def.some(({ name }) => name === definition.same)
      ? (await evaluation.value(library, definition.same)) === true
      : isDeepStrictEqual(comparable(value), comparable(readLiteral(test.output)));
    return { verdict: right ? 'right' : 'wrong', came };
  } catch (thrown) {
    return { verdict: test.invalid ? 'right' : 'error', came: messageOf(thrown) };
  }
};

/** Numbers of any kind alike; a time with or without its T; elements that are null left out. */
const comparable = (value: unknown): unknown => {
  // A Long that a number cannot hold comes as text.
  if (typeof value === 'string' && /^-?\d{16,}$/.test(value)) return Number(value);
  if (typeof value === 'string') return value.replace(/^T(?=\d\d(:|$))/, '').replace(/(T[\d:.]+)Z$/, '$1+00:00');
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      // The output of one test has the code of a Concept where its list of codes should be.
      .map(([key, item]) => [key, comparable(key === 'codes' ? [item].flat() : item)]),
  );
};
