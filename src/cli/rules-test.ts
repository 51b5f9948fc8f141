import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import type { Settings } from '../config.ts';
import { createCompiledEngine } from '../cql/compiled.ts';
import { parseModelInfo, readModelInfoXml } from '../cql/model-info.ts';
import { formatProblem } from '../cql/problem.ts';
import { messageOf } from '../errors.ts';
import { differences, loadCases, runCase } from '../rules/cases.ts';
import { createCoverage } from '../rules/coverage.ts';
import { libraryCasesFile, loadLibraryCases, runLibraryCase } from '../rules/library-cases.ts';
import type { CheckedRules, RuleSet } from '../rules/rule-set.ts';
import { asShipped, createRulesReader } from './check-rules.ts';

/** Runs the cases and prints what differs, and the clauses that no case reaches; the exit code is 1 when there are any. */
export const rulesTest = async (settings: Settings, ids: readonly string[], stay: boolean): Promise<void> => {
  const reader = createRulesReader(asShipped(settings), { withCases: true });
  const test = async (chosen: readonly string[]): Promise<void> => {
    const started = performance.now();
    const { passed, text } = await testReport(settings, await reader.read(), chosen);
    process.stdout.write(`${text}${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    process.exitCode = passed ? 0 : 1;
  };
  await test(ids);
  if (!stay) {
    reader.close();
    return;
  }
  reader.warm();
  // One run at a time; changes that come while it runs are tested together after it.
  let running = Promise.resolve();
  const changed = new Set<string>();
  watch(settings.rulesDir, { ignoreInitial: true, ignored: (path) => path.includes('/schema/') }).on(
    'all',
    (_, path) => {
      changed.add(relative(settings.rulesDir, path));
      if (changed.size > 1) return;
      running = running.then(async () => {
        const touched = ids.length > 0 ? ids : (rulesOf(changed) ?? []);
        changed.clear();
        process.stdout.write('\n');
        await test(touched).catch((thrown) => process.stdout.write(`${messageOf(thrown)}\n`));
      });
    },
  );
  process.stdout.write(`watching ${settings.rulesDir}\n`);
};

/** The rules whose folders alone have changed; undefined where something has that all may read. */
const rulesOf = (paths: Iterable<string>): readonly string[] | undefined => {
  const ids = new Set<string>();
  for (const path of paths) {
    const [family = '', id, file] = path.split(sep);
    if (file === undefined || id === undefined || family === 'vocabulary') return undefined;
    ids.add(id);
  }
  return [...ids];
};

const testReport = async (
  { rulesDir, cacheDir, builtCacheDir }: Settings,
  read: CheckedRules,
  ids: readonly string[],
): Promise<{ readonly passed: boolean; readonly text: string }> => {
  const { ruleSet, problems, folder, libraries, vocabulary } = read;
  if (!ruleSet)
    return {
      passed: false,
      text: `${problems.map(formatProblem).join('\n')}\n${problems.length} faults, nothing was tested; `,
    };

  const coverage = createCoverage();
  const cacheDirs = [cacheDir, builtCacheDir] as const;
  const engine = await createCompiledEngine({
    libraries,
    model: parseModelInfo(readModelInfoXml()),
    valueSets: vocabulary.valueSets,
    trace: coverage.trace,
    cacheDirs,
  });
  const traced: RuleSet = { ...ruleSet, engine };
  const chosen = folder.rules.filter(({ manifest }) => ids.length === 0 || ids.includes(manifest.id));
  const chosenLibraries = folder.libraryCases.filter(({ of }) => ids.length === 0 || ids.includes(of));
  const lines: string[] = [];
  let cases = 0;
  let failed = 0;
  for (const { folder: path, manifest } of chosen) {
    const rule = traced.rules.find((each) => each.manifest.id === manifest.id);
    const loaded = await loadCases(rulesDir, path);
    lines.push(...loaded.problems.map(formatProblem));
    failed += loaded.problems.length;
    for (const one of loaded.cases?.cases ?? []) {
      cases += 1;
      if (!rule || !loaded.cases) continue;
      const differing = await runCase(traced, rule, loaded.cases, one).then(
        (findings) => differences(one.expect, findings),
        (thrown) => [messageOf(thrown)],
      );
      if (differing.length === 0) continue;
      failed += 1;
      lines.push(`${path}/cases.yaml  ${one.name}`, ...differing.map((line) => `    ${line}`));
    }
  }
  for (const files of chosenLibraries) {
    const loaded = await loadLibraryCases(rulesDir, files);
    lines.push(...loaded.problems.map(formatProblem));
    failed += loaded.problems.length;
    if (!loaded.cases) continue;
    for (const one of loaded.cases.cases) {
      cases += 1;
      const differing = await runLibraryCase({ engine, vocabulary }, files, loaded.cases, one).catch((thrown) => [
        messageOf(thrown),
      ]);
      if (differing.length === 0) continue;
      failed += 1;
      lines.push(`${libraryCasesFile(files)}  ${one.name}`, ...differing.map((line) => `    ${line}`));
    }
  }
  // A part of the rules cannot reach what only the others use of the shared libraries.
  const shared = folder.shared.filter(({ name }) => ids.length === 0 || ids.includes(name));
  const sources = [...chosen.map(({ library }) => library), ...shared];
  const unreached = coverage.unreached(sources, libraries);
  const { reached, all } = coverage.count(sources, libraries);
  const tested = [
    ...(chosen.length > 0 || chosenLibraries.length === 0 ? [`${chosen.length} rules`] : []),
    ...(chosenLibraries.length > 0 ? [`${chosenLibraries.length} shared libraries`] : []),
  ];
  lines.push(
    ...unreached.map(formatProblem),
    `${[...tested, `${cases} cases`].join(', ')}, ${failed} failed, ${reached} of ${all} clauses reached; `,
  );
  return { passed: failed === 0 && unreached.length === 0 && cases > 0, text: lines.join('\n') };
};
