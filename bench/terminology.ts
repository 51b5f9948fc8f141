import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FhirResource } from 'fhir/r4.js';
import { buildRecord } from '../src/record/record.ts';
import { loadVocabulary } from '../src/rules/vocabulary.ts';
import { linesOf } from '../src/terminology/medication-files.ts';
import { codeSystems } from '../src/terminology/systems.ts';
import { benchNow, benchPatient, generateChart } from './support/chart.ts';
import { measureRound } from './support/measure.ts';
import { percentile, printJson, printTable, rounded } from './support/print.ts';

const rulesDir = fileURLToPath(new URL('../rules', import.meta.url));
const loader = fileURLToPath(new URL('support/load-medications.ts', import.meta.url));
const loads = 7;
const resources = 1000;

/**
 * Loading the tables of drugs and allergens, each time in a fresh process (the aims: 300 ms, 60 MB), also those of the data
 * folder that is given; and the drugs and allergies of a record of 1,000 resources, all of which are drugs in the worst case
 * (the aim: 5 ms).
 */
export const bench = async ([rxnormDir]: readonly string[]): Promise<void> => {
  const loaded = Array.from({ length: loads }, () => load(rxnormDir));
  const median = (read: (each: Loaded) => number) => percentile(loaded.map(read), 0.5);
  const loadMs = median(({ ms }) => ms);
  const loadMB = median(({ megabytes }) => megabytes);

  const { vocabulary } = await loadVocabulary(rulesDir, { rxnormDir });
  const products = [...linesOf(vocabulary.image.medications.medications)].map(([, [code = '', , name = '']]) => ({
    code,
    name,
  }));
  const product = (i: number) => products[(i * 37) % products.length] as (typeof products)[number];
  const order = (medicationCodeableConcept: object, i: number) =>
    ({
      resourceType: 'MedicationRequest',
      id: `m${i}`,
      status: i % 3 === 0 ? 'active' : 'completed',
      intent: 'order',
      subject: { reference: `Patient/${benchPatient}` },
      medicationCodeableConcept,
    }) as FhirResource;
  const orders = (concept: (i: number) => object) => () => [
    { resourceType: 'Patient', id: benchPatient } as FhirResource,
    ...Array.from({ length: resources }, (_, i) => order(concept(i), i)),
  ];
  const records: readonly (readonly [string, () => readonly FhirResource[]])[] = [
    ['a chart', () => generateChart(benchPatient, resources)],
    [
      'nothing but drugs by code and name',
      orders((i) => ({ coding: [{ system: codeSystems.RXNORM, code: product(i).code, display: product(i).name }] })),
    ],
    ['nothing but drugs in words', orders((i) => ({ text: `${product(i).name}, take ${i % 4} daily` }))],
  ];
  const resolve = (chart: readonly FhirResource[]) => {
    const record = buildRecord({
      source: 'bench',
      patientId: benchPatient,
      entries: chart.map((resource) => ({ resource })),
      vocabulary,
      now: benchNow,
    });
    return [record?.exposures, record?.ofType('AllergyIntolerance')];
  };
  const milliseconds = [];
  // A service is warm: the first round is not counted.
  for (const [name, make] of records) {
    await measureRound(resolve, () => [make()], 30);
    milliseconds.push([name, await measureRound(resolve, () => [make()], 30)] as const);
  }
  printTable('terminology', [
    ['', 'CPU ms', 'MB'],
    [`loading, median of ${loads}`, rounded(loadMs, 0), rounded(loadMB, 1)],
    ...milliseconds.map(([name, ms]) => [`${resources} resources: ${name}`, rounded(ms)]),
  ]);
  printJson({
    bench: 'terminology',
    loadMs: rounded(loadMs, 0),
    loadMB: rounded(loadMB, 1),
    resolveMs: Object.fromEntries(milliseconds.map(([name, ms]) => [name, rounded(ms)])),
  });
};

interface Loaded {
  readonly ms: number;
  readonly megabytes: number;
}

const load = (rxnormDir: string | undefined): Loaded =>
  JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', loader, rulesDir, ...(rxnormDir === undefined ? [] : [rxnormDir])], {
      encoding: 'utf8',
    }),
  );
