import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Elm } from '../../src/cql/elm.ts';
import { type CqlSource, fhirHelpers, translateLibraries } from '../../src/cql/libraries.ts';
import { formatProblem } from '../../src/cql/problem.ts';
import { createTranslator } from '../../src/cql/translate.ts';

const folder = fileURLToPath(new URL('../rules', import.meta.url));

/** Where the benches keep ELM from run to run; its keys are hashes of the content. */
export const benchCaches: readonly [string] = [join(tmpdir(), `carehook-bench-${userInfo().username}`)];

/** The CQL of the bench, the shared library among it. */
export const benchSources = (): readonly CqlSource[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.cql'))
    .sort()
    .map((name) => ({
      file: `bench/rules/${name}`,
      name: name.slice(0, -4),
      text: readFileSync(join(folder, name), 'utf8'),
    }));

/**
 * ELM by library name, FHIRHelpers among it.
 *
 * @throws Error naming every fault
 */
export const elmOf = async (sources: readonly CqlSource[]): Promise<ReadonlyMap<string, Elm>> => {
  const translator = createTranslator();
  try {
    const { libraries, problems } = await translateLibraries([fhirHelpers(), ...sources], {
      cacheDirs: benchCaches,
      translator,
    });
    if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
    return libraries;
  } finally {
    translator.close();
  }
};

/** The definitions of a library, those that are no functions. */
export const definitionsOf = (elm: Elm | undefined): readonly string[] =>
  (elm?.library.statements?.def ?? [])
    .filter(({ name, type }) => type !== 'FunctionDef' && name !== 'Patient')
    .map(({ name }) => name);

/** The definitions of each rule that somebody acts on; the floor gives these, and the engines are timed on them. */
export const outcomes: Readonly<Record<string, readonly string[]>> = {
  AnticoagulantNsaid: ['Is Overlapping', 'Days Together', 'Longest Overlap'],
  ColorectalScreening: ['Is Due', 'Due Date'],
  DepressionFollowUp: ['Missed', 'Latest Score', 'Is Due'],
  DiabetesControl: ['Latest HbA1c', 'Advice'],
  HypertensionControl: ['Is Uncontrolled', 'Needs a Drug', 'Last Reading Text'],
  InfluenzaVaccination: ['Is Due', 'Vaccinations of the Last Year'],
  KidneyTrend: ['Stage', 'Is Declining', 'Diagnosis Is Missing'],
  OsteoporosisScreening: ['Is Due', 'Note'],
  SmokingStatus: ['Is Smoker', 'Is Due', 'Words'],
  StatinUse: ['Is Due', 'Reason', 'Latest Statin'],
};
