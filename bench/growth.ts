import { rmSync } from 'node:fs';
import type { FhirResource, MedicationRequest } from 'fhir/r4.js';
import { createTranslator } from '../src/cql/translate.ts';
import { buildRecord } from '../src/record/record.ts';
import { allMapped } from '../src/rules/census.ts';
import { evaluate } from '../src/rules/evaluate.ts';
import { loadRuleSet, type RuleSet } from '../src/rules/rule-set.ts';
import { codeSystems } from '../src/terminology/systems.ts';
import { benchValueSets } from './rules/value-sets.ts';
import { benchNow, benchPatient, benchZone, generateChart } from './support/chart.ts';
import { type Asked, answersOf, createEngines } from './support/engines.ts';
import { makeInteractionRules } from './support/interaction-rules.ts';
import { type Contestant, measure } from './support/measure.ts';
import { printJson, printTable, rounded } from './support/print.ts';
import { benchCaches, benchSources, elmOf, outcomes } from './support/rules.ts';

/**
 * How the cost of compiled rules grows: with rules, with the codes of a value set, with resources, and with rules loaded
 * that do not concern an order.
 */
export const bench = async (): Promise<void> => {
  const figures = {
    perRuleMs: await withRules(),
    valueSetRatio: await withCodes(),
    resourceSlopeRatio: await withResources(),
    rules500Ratio: await withRulesLoaded(),
  };
  printJson({ bench: 'growth', ...figures });
};

type Input = readonly FhirResource[];

const inputsOf = (count: number, records: number): (() => readonly Input[]) => {
  const texts = Array.from({ length: records }, (_, i) => JSON.stringify(generateChart(benchPatient, count, i + 1)));
  return () => texts.map((text) => JSON.parse(text) as Input);
};

const copies = 5;

/** The ten rules under five names each, over 1,000 resources; milliseconds for one rule more. */
const withRules = async (): Promise<number> => {
  const sources = benchSources();
  const named = (name: string, copy: number) => (copy === 0 ? name : `${name}${copy}`);
  const replicated = Array.from({ length: copies }, (_, copy) =>
    sources
      .filter(({ name }) => copy === 0 || name in outcomes)
      .map(({ file, name, text }) => ({
        file,
        name: named(name, copy),
        text: text.replace(`library ${name}`, `library ${named(name, copy)}`),
      })),
  ).flat();
  const { compiled } = await createEngines({ libraries: await elmOf(replicated), valueSets: benchValueSets() });
  const rules = Array.from({ length: copies }, (_, copy) =>
    Object.entries(outcomes).map(([name, definitions]) => [named(name, copy), definitions] as const),
  ).flat();
  const counts = [1, 2, 5, 10, 20, 30, 40, 50];
  const contestants = counts.map((count): Contestant<Input> => {
    const asked: Asked = Object.fromEntries(rules.slice(0, count));
    return { name: String(count), run: (resources) => answersOf(compiled, resources, asked), times: 10, rounds: 9 };
  });
  const figures = await measure(contestants, inputsOf(1000, 2));
  const points = counts.map((count) => [count, figures[count] ?? Number.NaN] as const);
  const perRule = slope(points.filter(([count]) => count >= 10));
  printTable('rules, 1,000 resources', [
    ['rules', 'CPU ms'],
    ...points.map(([count, ms]) => [count, rounded(ms, 3)]),
    ['one more, from ten on', rounded(perRule, 4)],
  ]);
  return rounded(perRule, 4);
};

/** The ten rules with value sets of ten and of 100,000 codes each. */
const withCodes = async (): Promise<number> => {
  const libraries = await elmOf(benchSources());
  const sizes = [10, 1000, 100_000];
  const contestants: Contestant<Input>[] = [];
  for (const size of sizes) {
    const { compiled } = await createEngines({ libraries, valueSets: benchValueSets(size) });
    const run = (resources: Input) => answersOf(compiled, resources, outcomes);
    contestants.push({ name: String(size), run, times: 10, rounds: 9 });
  }
  const figures = await measure(contestants, inputsOf(1000, 2));
  printTable('codes in each of 26 value sets, ten rules, 1,000 resources', [
    ['codes', 'CPU ms'],
    ...sizes.map((size) => [size, rounded(figures[size] ?? Number.NaN, 3)]),
  ]);
  return ratio(figures, '100000', '10');
};

/** The ten rules over 500 to 20,000 resources: what a resource costs among 20,000 against what it costs among 1,000. */
const withResources = async (): Promise<number> => {
  const { compiled } = await createEngines({ libraries: await elmOf(benchSources()), valueSets: benchValueSets() });
  const each: Record<string, number> = {};
  const rows: (readonly (string | number)[])[] = [];
  for (const count of [500, 1000, 2000, 5000, 10_000, 20_000]) {
    const run = (resources: Input) => answersOf(compiled, resources, outcomes);
    const times = Math.max(3, Math.round(10_000 / count));
    const { ms = Number.NaN } = await measure([{ name: 'ms', run, times, rounds: 7 }], inputsOf(count, 2));
    each[count] = ms / count;
    rows.push([count, rounded(ms, 3), rounded((1000 * ms) / count, 3)]);
  }
  printTable('resources, ten rules', [['resources', 'CPU ms', 'µs a resource'], ...rows]);
  return ratio(each, '20000', '1000');
};

/** order-sign over 1,000 resources with 500 interaction rules loaded, against the five among them that apply. */
const withRulesLoaded = async (): Promise<number> => {
  const contestants: Contestant<Input>[] = [];
  const alerts: number[] = [];
  const input = inputsOf(1000, 2);
  for (const count of [5, 500]) {
    const { ruleSet, draft, chart } = await loadInteractions(count);
    const orders = chart.map((code, i) => order(code, { id: `chart${i}`, status: 'active' }));
    const sign = async (resources: Input) => {
      const record = buildRecord({
        source: 'bench',
        patientId: benchPatient,
        entries: [...resources, ...orders].map((resource) => ({ resource })),
        drafts: [{ resource: order(draft, { id: 'draft', status: 'draft' }) }],
        vocabulary: ruleSet.vocabulary,
        now: benchNow,
      });
      if (!record) throw new Error('the record has no patient');
      return evaluate(ruleSet, {
        record,
        rules: ruleSet.rules,
        now: benchNow,
        timeZone: benchZone,
        census: allMapped,
      });
    };
    const findings = await sign(input()[0] ?? []);
    alerts.push(findings.filter(({ status }) => status === 'alert').length);
    const failed = findings.find(({ status }) => status === 'unknown');
    if (failed) throw new Error(`${failed.rule} is unknown: ${JSON.stringify(failed)}`);
    contestants.push({ name: String(count), run: sign, times: 5, rounds: 9 });
  }
  if (alerts.some((count) => count !== 5)) throw new Error(`expected five alerts each, got ${alerts.join(' and ')}`);
  const figures = await measure(contestants, input);
  printTable('order-sign over 1,000 resources, five alerts', [
    ['interaction rules', 'CPU ms'],
    ...contestants.map(({ name }) => [name, rounded(figures[name] ?? Number.NaN, 3)]),
  ]);
  return ratio(figures, '500', '5');
};

const loadInteractions = async (count: number) => {
  const { dir, draft, chart } = makeInteractionRules(count);
  const translator = createTranslator();
  try {
    const ruleSet: RuleSet = await loadRuleSet({ dir, cacheDirs: benchCaches, translator });
    return { ruleSet, draft, chart };
  } finally {
    translator.close();
    rmSync(dir, { recursive: true });
  }
};

const order = (code: string, elements: Partial<MedicationRequest>): FhirResource => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: `Patient/${benchPatient}` },
  authoredOn: '2026-11-20T10:00:00-05:00',
  medicationCodeableConcept: { coding: [{ system: codeSystems.RXNORM, code }] },
  ...elements,
});

const ratio = (figures: Readonly<Record<string, number>>, of: string, to: string): number =>
  rounded((figures[of] ?? Number.NaN) / (figures[to] ?? Number.NaN));

/** The slope of the straight line nearest to the points. */
const slope = (points: readonly (readonly [x: number, y: number])[]): number => {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(points.map(([each]) => each)), mean(points.map(([, each]) => each))];
  const sum = (term: (point: readonly [number, number]) => number) => points.reduce((a, point) => a + term(point), 0);
  return sum(([px, py]) => (px - x) * (py - y)) / sum(([px]) => (px - x) ** 2);
};
