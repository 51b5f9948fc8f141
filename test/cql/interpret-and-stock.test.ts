import { FHIRWrapper, PatientSource } from 'cql-exec-fhir';
import { Code, CodeService, DateTime, Executor, Interval, Library, Quantity, Ratio, Repository } from 'cql-execution';
import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { CqlValue } from '../../src/cql/engine.ts';
import { createInterpreter } from '../../src/cql/interpret.ts';
import { mendSorting } from '../../src/cql/sort.ts';
import type { PatientRecord } from '../../src/record/record.ts';
import { type Case, loadCases } from '../../src/rules/cases.ts';
import { loadRulesFolder } from '../../src/rules/load.ts';
import { loadVocabulary } from '../../src/rules/vocabulary.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { elmOf, model } from '../support/cql.ts';
import { recordOf, resource } from '../support/record.ts';
import { rulesDir } from '../support/rule-set.ts';

// Stock reads a DateTime without offset in the machine's zone, as it is today: both get one without summer time.
const zone = 'Etc/GMT+5';
process.env.TZ = zone;

const { shared, rules } = await loadRulesFolder(rulesDir);
const { vocabulary } = await loadVocabulary(rulesDir);
const libraries = await elmOf([...shared, ...rules.map(({ library }) => library)]);

const ours = createInterpreter({ libraries, model, valueSets: vocabulary.valueSets });

const repository = new Repository(Object.fromEntries(libraries) as never);
/** Stock's one known fault, sorting dates as text, is mended on both sides (test/cql/interpret.test.ts shows the difference). */
const mended = (library: Library): Library => {
  mendSorting(library);
  for (const included of Object.values(library.includes as Record<string, Library>)) mended(included);
  return library;
};
const stockLibraries = new Map(
  rules.map(({ library: { name } }) => [name, mended(new Library(libraries.get(name) as never, repository))]),
);
const codeService = new CodeService(
  Object.fromEntries([...vocabulary.valueSets].map(([url, { codes }]) => [url, { '': codes }])) as never,
);
const fhir = FHIRWrapper.FHIRv401();

const stockParameters = (record: PatientRecord, library: string) => {
  const at = (text: string | undefined) => (text === undefined ? null : DateTime.parse(text.replace(/Z$/, '+00:00')));
  const rxnorm = ({ code, name }: { code: string; name: string }) =>
    new Code(code, codeSystems.RXNORM, undefined, name);
  const all = {
    'Draft Orders': record.drafts.map((draft) => fhir.wrap(draft)),
    Exposures: record.exposures.map((exposure) => ({
      resource: fhir.wrap(exposure.resource),
      from: exposure.from,
      setting: exposure.setting,
      name: exposure.name,
      product: rxnorm(exposure.product),
      ingredient: rxnorm(exposure.ingredient),
      route: exposure.route,
      prn: exposure.prn,
      start: at(exposure.start),
      stop: at(exposure.stop),
    })),
  };
  // An executor hands its parameters to every library that it includes.
  return /Exposures/.test(JSON.stringify(libraries.get(library)?.library.includes ?? {})) ? all : {};
};

const definitionsOf = (library: string) =>
  (libraries.get(library)?.library.statements?.def ?? [])
    .filter(({ name, type }) => type !== 'FunctionDef' && name !== 'Patient')
    .map(({ name }) => name);

const stock = async (record: PatientRecord, types: readonly string[], library: string, now: Date) => {
  const source = PatientSource.FHIRv401();
  source.loadBundles([
    {
      resourceType: 'Bundle',
      entry: [...new Set(['Patient', ...types])].flatMap((type) =>
        record.ofType(type).map((each) => ({ resource: each })),
      ),
    },
  ]);
  const executor = new Executor(
    stockLibraries.get(library) as Library,
    codeService,
    stockParameters(record, library) as never,
  );
  const results = await executor.exec(source, DateTime.fromJSDate(now, -5));
  return results.patientResults[record.patientId] as Record<string, unknown>;
};

/** A value of stock's without its classes, as ours come. */
const plain = (value: unknown): unknown => {
  if (value == null) return null;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  const { _json: json } = value as { _json?: unknown };
  if (json !== undefined) return json;
  if (value instanceof Quantity) return { value: value.value, unit: value.unit ?? '1' };
  if (value instanceof Ratio) return { numerator: plain(value.numerator), denominator: plain(value.denominator) };
  if (value instanceof Interval) return { low: plain(value.low), high: plain(value.high) };
  if (value instanceof Code) return { code: value.code, system: value.system ?? null, display: value.display ?? null };
  if ('isDateTime' in value || 'isDate' in value) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
};

const compare = async (record: PatientRecord, types: readonly string[], library: string, now: Date) => {
  const evaluation = ours.evaluate({ record, now, timeZone: zone });
  const theirs = await stock(record, types, library, now);
  const values: Record<string, CqlValue> = {};
  for (const name of definitionsOf(library)) values[name] = await evaluation.value(library, name);
  expect(values).toEqual(Object.fromEntries(definitionsOf(library).map((name) => [name, plain(theirs[name])])));
};

/** What is stored in UTC is read in the clinic's zone by us and in UTC by stock: both get it as we read it. */
const withoutUtc = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, item) =>
    typeof item === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/.test(item)
      ? new Date(Date.parse(item) - 5 * 3_600_000).toISOString().replace('Z', '-05:00')
      : item,
  );

const recordOfCase = (one: Case, now: Date) => {
  const subject = { subject: { reference: 'Patient/p' } };
  const fill = (each: object, i: number) => ({ id: `r${i}`, ...subject, ...each }) as unknown as FhirResource;
  return recordOf(withoutUtc(one.record.map(fill)), {
    patient: one.patient,
    drafts: withoutUtc(one.drafts.map((draft, i) => fill(draft, one.record.length + i))),
    now,
  });
};

const cases = await Promise.all(
  rules.map(async ({ folder, library }) => ({ folder, library: library.name, ...(await loadCases(rulesDir, folder)) })),
);
/** Stock takes some 70 ms a record: of all cases about twenty-five, spread over the rules. */
const every = Math.ceil(cases.reduce((sum, { cases: file }) => sum + (file?.cases.length ?? 0), 0) / 25);

describe.each(cases)('$folder gives what stock cql-execution gives', ({ library, cases: file }) => {
  for (const one of (file?.cases ?? []).filter((_, i) => i % every === 0))
    it(one.name, async () => {
      const now = new Date(one.now ?? file?.now ?? '');
      const types = one.record.map(({ resourceType }) => resourceType);
      await compare(recordOfCase(one, now), types, library, now);
    });
});

describe('records that are hard to read give what stock cql-execution gives', () => {
  const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
  const colonoscopy = coded(codeSystems.SNOMED, '73761001');
  const stool = coded(codeSystems.LOINC, '29771-3');

  it.each<[string, FhirResource[]]>([
    [
      'partial dates',
      ['2019', '2020-03'].map((performedDateTime, i) =>
        resource('Procedure', { id: `p${i}`, status: 'completed', code: colonoscopy, performedDateTime }),
      ),
    ],
    [
      'mixed offsets',
      ['2026-11-20T23:30:00-08:00', '2026-11-20T23:30:00+09:00', '2026-11-21T03:00:00Z'].map((effectiveDateTime, i) =>
        resource('Observation', {
          id: `o${i}`,
          status: 'final',
          code: stool,
          effectiveDateTime,
          valueCodeableConcept: coded(codeSystems.SNOMED, '10828004'),
        }),
      ),
    ],
    [
      'periods with open ends',
      [
        resource('Procedure', {
          id: 'p',
          status: 'completed',
          code: colonoscopy,
          performedPeriod: { start: '2019-05-01' },
        }),
        resource('Observation', { id: 'o', status: 'final', code: stool, effectivePeriod: { end: '2026-05-01' } }),
      ],
    ],
    [
      'extensions in place of values',
      [
        resource('Observation', {
          id: 'o',
          status: 'final',
          code: stool,
          _effectiveDateTime: { extension: [{ url: 'x', valueCode: 'unknown' }] },
          _valueString: { extension: [] },
        }),
      ],
    ],
    [
      'concepts without codings, and resources without any',
      [
        resource('Procedure', { id: 'p', status: 'completed', code: { text: 'colonoscopy' } }),
        resource('Procedure', { id: 'q' }),
        resource('Observation', { id: 'o' }),
      ],
    ],
  ])('%s', async (_, chart) => {
    const now = new Date('2026-11-21T10:00:00-05:00');
    const record = recordOf(withoutUtc(chart), { now, patient: { birthDate: '1970-02-28' } });
    await compare(
      record,
      chart.map(({ resourceType }) => resourceType),
      'ColorectalCancer',
      now,
    );
  });
});
