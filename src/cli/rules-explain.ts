import type { FhirResource } from 'fhir/r4.js';
import type { Settings } from '../config.ts';
import { createCompiledEngine } from '../cql/compiled.ts';
import { parseModelInfo, readModelInfoXml } from '../cql/model-info.ts';
import { toPlain } from '../cql/plain.ts';
import { formatProblem } from '../cql/problem.ts';
import { CarehookError } from '../errors.ts';
import { createLog } from '../log.ts';
import { buildRecord } from '../record/record.ts';
import { createCensus } from '../rules/census.ts';
import { evaluate } from '../rules/evaluate.ts';
import { createTrail, type ExplainedClause, explainLibrary, includedLibraries } from '../rules/explain.ts';
import type { Finding } from '../rules/finding.ts';
import { openCensus } from './census-file.ts';
import { createRulesReader } from './check-rules.ts';
import { momentOf, readBundle, relativeEntries } from './read-bundle.ts';

export interface ExplainOptions {
  readonly patient: string;
  readonly drafts?: string;
  readonly now?: string;
}

/** Prints what a rule says of a patient's Bundle, and clause by clause why; ids stand for the patient. */
export const rulesExplain = async (
  settings: Settings,
  id: string,
  { patient: file, drafts, now: moment }: ExplainOptions,
): Promise<void> => {
  const now = momentOf(moment);
  const reader = createRulesReader(settings);
  const {
    ruleSet,
    problems,
    folder,
    libraries,
    settings: parameters,
    sources,
    vocabulary,
  } = await reader.read().finally(reader.close);
  if (!ruleSet) throw new CarehookError('RULES_INVALID', problems.map(formatProblem).join('\n'));
  const rule = ruleSet.rules.find(({ manifest }) => manifest.id === id);
  if (!rule)
    throw new CarehookError(
      'CONFIG_INVALID',
      `expected one of the rules ${folder.rules.map(({ manifest }) => manifest.id).join(', ')}, got "${id}"`,
    );

  const entries = relativeEntries(readBundle(file));
  const patient = entries
    .map(({ resource }) => resource as FhirResource)
    .find(({ resourceType }) => resourceType === 'Patient');
  const record =
    patient?.id === undefined
      ? undefined
      : buildRecord({
          source: 'explain',
          patientId: patient.id,
          entries,
          drafts: drafts === undefined ? [] : relativeEntries(readBundle(drafts)),
          vocabulary,
          now,
        });
  if (!record) throw new CarehookError('CONFIG_INVALID', `${file}: expected a Patient with an id`);

  const trail = createTrail();
  const engine = await createCompiledEngine({
    libraries,
    cacheDirs: [settings.cacheDir, settings.builtCacheDir],
    model: parseModelInfo(readModelInfoXml()),
    valueSets: vocabulary.valueSets,
    settings: parameters,
    trace: (library, localId, value, resources) => trail.trace(library, localId, toPlain(value), resources),
  });
  // It is read and not written: a patient who is explained is none that the service has seen.
  const { isMapped } = await openCensus(settings, { log: createLog(settings.logLevel) });
  const findings = await evaluate(
    { ...ruleSet, engine },
    { record, rules: [rule], now, timeZone: settings.timeZone, census: createCensus(isMapped) },
  );
  const used = new Set(includedLibraries(rule.library, libraries));
  const explained = sources
    .filter(({ name }) => used.has(name) && name !== 'FHIRHelpers')
    .toSorted((a, b) => Number(b.name === rule.library) - Number(a.name === rule.library))
    .flatMap((source) => {
      const elm = libraries.get(source.name);
      return elm ? explainLibrary(source, elm, trail) : [];
    });
  process.stdout.write(`${[...findings.map(findingLine), '', ...clauseLines(explained)].join('\n')}\n`);
};

const findingLine = (finding: Finding): string => {
  const said = finding.status === 'alert' ? `${finding.indicator} alert, ${finding.problem}` : finding.status;
  const dates = 'due' in finding ? `, due ${finding.due}, overdue ${finding.overdue}` : '';
  const reason = 'reason' in finding ? `: ${finding.reason}` : '';
  const missing = finding.missing.length > 0 ? `\n  missing: ${finding.missing.join('; ')}` : '';
  return `${finding.rule}: ${said}${dates}${reason}${missing}`;
};

const clauseLines = (clauses: readonly ExplainedClause[]): readonly string[] => {
  const width = Math.min(72, Math.max(0, ...clauses.map(({ text, depth }) => text.length + depth * 2)));
  let file = '';
  return clauses.flatMap((clause) => {
    const heading = clause.file === file ? [] : [...(file === '' ? [] : ['']), clause.file];
    file = clause.file;
    const { depth, text, value, read, line } = clause;
    const evidence = read.length === 0 ? '' : `  ← ${read.slice(0, 3).join(', ')}${read.length > 3 ? ', …' : ''}`;
    return [
      ...heading,
      `${String(line).padStart(5)}  ${`${'  '.repeat(depth)}${text}`.padEnd(width)}  ${value}${evidence}`,
    ];
  });
};
