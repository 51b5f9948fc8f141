import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Elm } from '../../src/cql/elm.ts';
import { readModelInfoXml } from '../../src/cql/model-info.ts';
import { createTranslator, translatorStamp } from '../../src/cql/translate.ts';
import type { ConformanceTest } from './conformance-tests.ts';
import { benchCaches } from './rules.ts';

/** The ELM of one test, a library of its own, or what the translator has against it. */
export type TranslatedTest = { readonly library: string; readonly elm: Elm } | { readonly refused: string };

/** The definitions of a test's library: what it gives, and whether that is what it should give. */
export const definition = { value: 'Value', same: 'Same' } as const;

/** Intervals are compared in CQL: only there are `Interval[1, 3]` and `Interval[1, 4)` the same. */
const isComparedInCql = ({ output, invalid }: ConformanceTest): boolean =>
  !invalid && output !== undefined && output.includes('Interval');

const batchSize = 40;
/** Part of the key under which the ELM is kept; counts the changes in how tests become libraries. */
const batchStamp = 2;

/** Translates every test; many at once, and the halves of a batch that has a fault until the test with the fault is alone. */
export const translateTests = async (tests: readonly ConformanceTest[]): Promise<readonly TranslatedTest[]> => {
  const key = createHash('sha256')
    .update(translatorStamp)
    .update(JSON.stringify([tests, batchSize, batchStamp]))
    .digest('hex');
  const file = join(benchCaches[0], `conformance-${key.slice(0, 20)}.json`);
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as TranslatedTest[];

  const translator = createTranslator();
  const modelInfoXml = readModelInfoXml();
  const translate = async (from: number, to: number, compares = true): Promise<readonly TranslatedTest[]> => {
    const text = `library Batch\n${tests
      .slice(from, to)
      .map((test, i) => definitionsText(test, i, compares))
      .join('')}`;
    const { elm, fault } = await translator
      .translate({ name: 'Batch', sources: { Batch: text }, modelInfoXml })
      .then((json) => ({ elm: JSON.parse(json) as Elm, fault: errorIn(JSON.parse(json) as Elm) }))
      .catch((thrown: Error) => ({ elm: undefined, fault: thrown.message }));
    if (elm && fault === undefined)
      return tests
        .slice(from, to)
        .map((_, i) => ({ library: `Test${from + i}`, elm: alone(elm, i, `Test${from + i}`) }));
    if (to - from === 1)
      // An uncertain number is no interval to the translator: what the test gives can still be looked at.
      return compares ? translate(from, to, false) : [{ refused: fault ?? 'no ELM' }];
    const middle = (from + to) >> 1;
    return [...(await translate(from, middle)), ...(await translate(middle, to))];
  };
  try {
    const translated: TranslatedTest[] = [];
    for (let from = 0; from < tests.length; from += batchSize)
      translated.push(...(await translate(from, Math.min(from + batchSize, tests.length))));
    await mkdir(benchCaches[0], { recursive: true });
    await writeFile(file, JSON.stringify(translated));
    return translated;
  } finally {
    translator.close();
  }
};

const definitionsText = (test: ConformanceTest, i: number, compares: boolean): string =>
  `define "${i} ${definition.value}":\n${test.expression}\n${
    compares && isComparedInCql(test)
      ? `define "${i} ${definition.same}":\n(${test.expression}\n) ~ (${test.output}\n)\n`
      : ''
  }`;

/** The library with the definitions of one test, under their own names. */
const alone = ({ library }: Elm, i: number, id: string): Elm => ({
  library: {
    ...library,
    identifier: { id },
    statements: {
      def: (library.statements?.def ?? [])
        .filter(({ name }) => name.startsWith(`${i} `))
        .map((each) => ({ ...each, name: each.name.slice(`${i} `.length) })),
    },
  },
});

const errorIn = ({ library }: Elm): string | undefined => {
  const errors = (library.annotation ?? []).filter(
    ({ type, errorSeverity }) => type === 'CqlToElmError' && errorSeverity === 'error',
  );
  const told = errors.find(({ errorType }) => errorType !== 'internal') ?? errors[0];
  return told && String(told.message);
};
