import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterpreter } from '../../src/cql/interpret.ts';
import { type CqlSource, fhirHelpers, translateLibraries } from '../../src/cql/libraries.ts';
import { parseModelInfo, readModelInfoXml } from '../../src/cql/model-info.ts';
import { formatProblem } from '../../src/cql/problem.ts';
import { createTranslator } from '../../src/cql/translate.ts';
import type { ValueSet, ValueSets } from '../../src/cql/value-sets.ts';
import { createCodeSet } from '../../src/terminology/code-set.ts';

/** Where the global set-up left the ELM of the shipped libraries, FHIRHelpers among them; read, never written. */
const shippedCache = fileURLToPath(new URL('../../.carehook/cache', import.meta.url));

/** Where tests keep the ELM of their own libraries from run to run; its keys are hashes of their content. */
export const testCaches: readonly [string, ...string[]] = [
  join(tmpdir(), `carehook-test-${userInfo().username}`),
  shippedCache,
];

export const model = parseModelInfo(readModelInfoXml());

export const source = (name: string, text: string): CqlSource => ({ file: `${name}.cql`, name, text });

/** A library over FHIR with the given definitions. */
export const fhirLibrary = (name: string, body: string, includes: readonly string[] = []): CqlSource =>
  source(
    name,
    [
      `library ${name}`,
      `using FHIR version '4.0.1'`,
      `include FHIRHelpers version '4.0.1'`,
      ...includes.map((each) => `include ${each} called ${each}`),
      body,
    ].join('\n'),
  );

/** ELM of libraries that must be without faults, FHIRHelpers among them. */
export const elmOf = async (sources: readonly CqlSource[]) => {
  const translator = createTranslator();
  try {
    const { libraries, problems } = await translateLibraries([fhirHelpers(), ...sources], {
      cacheDirs: testCaches,
      translator,
    });
    if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
    return libraries;
  } finally {
    translator.close();
  }
};

/** Value sets by the last part of their URL, from lists of system and code. */
export const valueSets = (
  sets: Readonly<Record<string, readonly (readonly [system: string, code: string])[]>>,
): ValueSets =>
  new Map(
    Object.entries(sets).map(([id, codes]): [string, ValueSet] => {
      const url = `http://test/${id}`;
      const list = codes.map(([system, code]) => ({ system, code, display: code }));
      return [url, { url, title: id, codes: list, ...createCodeSet(list) }];
    }),
  );

export const interpreterOf = async (
  sources: readonly CqlSource[],
  sets: ValueSets = new Map(),
  settings?: Parameters<typeof createInterpreter>[0]['settings'],
) => createInterpreter({ libraries: await elmOf(sources), model, valueSets: sets, ...(settings && { settings }) });
