import type { FhirResource } from 'fhir/r4.js';
import { afterAll, describe, expect, it } from 'vitest';
import { createTranslator } from '../../src/cql/translate.ts';
import type { Missing, PatientRecord } from '../../src/record/record.ts';
import { allMapped } from '../../src/rules/census.ts';
import { type EvaluateOptions, evaluate } from '../../src/rules/evaluate.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { loadRuleSet } from '../../src/rules/rule-set.ts';
import { codeSystems, ucum } from '../../src/terminology/systems.ts';
import { testCaches } from '../support/cql.ts';
import { makeRules, orderRule, reminder, removeMadeRules } from '../support/made-rules.ts';
import { now, order, recordOf, resource } from '../support/record.ts';

const lookBack = { Procedure: 'ever', Encounter: 'ever', Observation: 'ever' };
const care = (id: string, cql: string) => ({ id, manifest: reminder(id, { lookBack }), cql });

const alerts = `valueset "Ulcer": 'http://carehook.org/fhir/ValueSet/ulcer'
parameter "Draft Orders" List<FHIR.DomainResource>
context Patient
define "Alerts": "Draft Orders" D
  return Tuple {
    problem: 'bleeding',
    focus: D,
    "with": [MedicationRequest] M return M as FHIR.DomainResource,
    modifiers: { Tuple { id: 'ulcer', holds: exists [Condition: "Ulcer"], evidence: [Condition: "Ulcer"] C return C as FHIR.DomainResource } },
    facts: Tuple { age: AgeInYears() }
  }`;

const dir = makeRules([
  care(
    'always-due',
    `define "In Population": true
define "Last Done": null as Tuple { done Date, doneBy FHIR.DomainResource }
define "Due Date": Today()`,
  ),
  care(
    'by-procedure',
    `define "In Population": AgeInYears() >= 45
define "Exclusions": [Condition] C return Tuple { reason: 'a condition', until: null as Date, evidence: C as FHIR.DomainResource }
define "Procedures": [Procedure] P return Tuple { done: date from (P.performed as FHIR.dateTime).value, doneBy: P as FHIR.DomainResource } sort by done
define "Last Done": Last("Procedures")
define "Due Date": Coalesce("Last Done".done + 1 year, Today() - 1 day)
define "Facts": Tuple { age: AgeInYears() }`,
  ),
  care(
    'by-a1c',
    `define "In Population": true
define "High": [Observation] O where (O.value as FHIR.Quantity) >= 9 '%'
define "Last Done": First("High" O return Tuple { done: date from (O.effective as FHIR.dateTime).value, doneBy: O as FHIR.DomainResource })
define "Due Date": "Last Done".done + 3 months
define "Facts": Tuple { a1c: First("High" O return ToString((O.value as FHIR.Quantity).value.value)) }`,
  ),
  care(
    'by-visit',
    `define "In Population": exists [Encounter]
define "Last Done": null as Tuple { done Date, doneBy FHIR.DomainResource }
define "Due Date": Today()`,
  ),
  care(
    'failing',
    `define "In Population": (singleton from ([Condition])) is not null
define "Last Done": null as Tuple { done Date, doneBy FHIR.DomainResource }
define "Due Date": Today()`,
  ),
  care(
    'undecided',
    `define "In Population": null as Boolean
define "Missing": { Tuple { what: 'pack-years', question: 'How many pack-years?' } }
define "Last Done": null as Tuple { done Date, doneBy FHIR.DomainResource }
define "Due Date": Today()`,
  ),
  { family: 'interactions', id: 'nsaid-warfarin', manifest: orderRule('nsaid-warfarin'), cql: alerts },
  {
    family: 'interactions',
    id: 'wrong-problem',
    manifest: orderRule('wrong-problem'),
    cql: alerts.replace("'bleeding'", "'fever'"),
  },
]);
const translator = createTranslator();
const ruleSet = await loadRuleSet({ dir, cacheDirs: testCaches, translator }).finally(() => translator.close());
afterAll(removeMadeRules);

const rulesOf = (ids: readonly string[]) =>
  ids.map((id) => {
    const rule = ruleSet.rules.find(({ manifest }) => manifest.id === id);
    if (!rule) throw new Error(`there is no rule ${id}`);
    return rule;
  });
const judge = (record: PatientRecord, ids: readonly string[], options: Partial<EvaluateOptions> = {}) =>
  evaluate(ruleSet, { record, rules: rulesOf(ids), now, timeZone: 'America/New_York', census: allMapped, ...options });
const judgeOne = async (record: PatientRecord, id: string): Promise<Finding> => {
  const findings = await judge(record, [id]);
  expect(findings).toHaveLength(1);
  return findings[0] as Finding;
};
const statuses = (findings: readonly Finding[]) => findings.map(({ rule, status }) => `${rule}: ${status}`);
const lacking = (...types: readonly string[]): { missing: readonly Missing[] } => ({
  missing: types.map((type) => ({ what: type, types: [type], reason: 'not supplied' })),
});

const condition = (id: string) => resource('Condition', { id });
const procedure = (performedDateTime: string) => resource('Procedure', { id: performedDateTime, performedDateTime });
const draft = (drug: 'ibuprofen' | 'omeprazole' = 'ibuprofen') => order(drug, { id: `draft-${drug}`, status: 'draft' });

describe('a care rule', () => {
  it('is judged by the clinic’s day', async () => {
    expect(await judgeOne(recordOf([]), 'always-due')).toMatchObject({
      status: 'due',
      due: '2026-11-21',
      overdue: '2027-05-21',
      key: 'test|p|always-due|test',
    });
    const late = await judge(recordOf([]), ['always-due'], { now: new Date('2026-11-22T04:59:00Z') });
    expect(late).toMatchObject([{ due: '2026-11-21' }]);
  });

  it('gives what was done as evidence, with the facts of the rule', async () => {
    const finding = await judgeOne(recordOf([procedure('2024-01-01'), procedure('2026-05-01')]), 'by-procedure');
    expect(finding).toMatchObject({
      status: 'met',
      evidence: [{ id: '2026-05-01' }],
      facts: { age: '66', lastDone: '2026-05-01' },
    });
  });

  it('compares results in one unit, and gives as evidence what the laboratory sent', async () => {
    const a1c = (value: number) =>
      resource('Observation', {
        id: `a1c-${value}`,
        effectiveDateTime: '2026-08-01',
        code: { coding: [{ system: codeSystems.LOINC, code: '4548-4' }] },
        valueQuantity: { value, unit: 'mmol/mol', system: ucum, code: 'mmol/mol' },
      });
    const high = a1c(75);
    expect(await judgeOne(recordOf([a1c(74), high]), 'by-a1c')).toMatchObject({
      due: '2026-11-01',
      facts: { a1c: '9.01' },
      evidence: [high],
    });
    expect(await judgeOne(recordOf([a1c(74)]), 'by-a1c')).toMatchObject({ status: 'unknown', evidence: [] });
  });

  it('is not applicable outside its population, and excluded with the evidence', async () => {
    const young = recordOf([], { patient: { birthDate: '2000-01-01' } });
    expect(await judgeOne(young, 'by-procedure')).toMatchObject({ status: 'not-applicable' });
    expect(await judgeOne(recordOf([condition('c')]), 'by-procedure')).toMatchObject({
      status: 'excluded',
      reason: 'a condition',
      evidence: [{ id: 'c' }],
    });
  });

  it.each([
    ['deceasedBoolean', { deceasedBoolean: true }, 'not-applicable'],
    ['deceasedDateTime', { deceasedDateTime: '2026-01-01' }, 'not-applicable'],
    ['deceasedBoolean false', { deceasedBoolean: false }, 'due'],
  ])('of a patient with %s is %s', async (_, patient, status) => {
    expect(await judgeOne(recordOf([], { patient }), 'always-due')).toMatchObject({ status });
  });

  it('whose population cannot be decided is unknown, with the question', async () => {
    expect(await judgeOne(recordOf([]), 'undecided')).toMatchObject({
      status: 'unknown',
      reason: 'How many pack-years?',
      missing: ['How many pack-years?'],
    });
  });
});

describe('a rule that fails', () => {
  const record = recordOf([condition('a'), condition('b')]);

  it('is unknown with the place of the failure, and takes no other down', async () => {
    const findings = await judge(record, ['always-due', 'failing', 'by-visit', 'nsaid-warfarin']);
    expect(statuses(findings)).toEqual([
      'always-due: due',
      'failing: unknown',
      'by-visit: not-applicable',
      'nsaid-warfarin: not-applicable',
    ]);
    expect(findings[1]).toMatchObject({
      reason: expect.stringMatching(/^Failing\."In Population" at \d+:\d+-\d+:\d+: /),
      key: 'test|p|failing|',
    });
  });

  it('because its alerts do not fit its manifest is unknown too', async () => {
    const chart = [order('warfarin')];
    const findings = await judge(recordOf(chart, { drafts: [draft()] }), ['wrong-problem', 'nsaid-warfarin']);
    expect(statuses(findings)).toEqual(['wrong-problem: unknown', 'nsaid-warfarin: alert']);
  });

  it('because the record cannot be read makes every rule unknown, and rejects nothing', async () => {
    const broken: PatientRecord = {
      ...recordOf([]),
      get drafts(): never {
        throw new RangeError('Invalid time value');
      },
    };
    const findings = await judge(broken, ['always-due', 'nsaid-warfarin']);
    expect(statuses(findings)).toEqual(['always-due: unknown', 'nsaid-warfarin: unknown']);
    expect(findings[0]).toMatchObject({ reason: 'Invalid time value' });
  });
});

describe('past the deadline', () => {
  it('a rule is not begun and is unknown; those before it stand', async () => {
    const times = [0, 10, 20];
    const findings = await judge(recordOf([]), ['always-due', 'by-visit', 'undecided'], {
      deadline: 15,
      elapsed: () => times.shift() ?? 30,
    });
    expect(statuses(findings)).toEqual(['always-due: due', 'by-visit: not-applicable', 'undecided: unknown']);
    expect(findings[2]).toMatchObject({ reason: 'there was no time left to evaluate it' });
  });

  it('nothing is judged when there was no time at all', async () => {
    const findings = await judge(recordOf([]), ['always-due', 'by-visit'], { deadline: 0, elapsed: () => 0 });
    expect(statuses(findings)).toEqual(['always-due: unknown', 'by-visit: unknown']);
  });
});

// Defect 2 of ehr-clients: what could not be had is read as "no data", and the answer is an all-clear.
describe('where data is missing', () => {
  const missing = 'Procedure: not supplied';

  it('nothing is called due that was not found done', async () => {
    expect(await judgeOne(recordOf([], lacking('Procedure')), 'by-procedure')).toMatchObject({
      status: 'unknown',
      reason: missing,
      missing: [missing],
    });
    const old = [procedure('2020-01-01')];
    expect(await judgeOne(recordOf(old, lacking('Procedure')), 'by-procedure')).toMatchObject({ status: 'unknown' });
  });

  it('nothing is called due that an exclusion might excuse', async () => {
    expect(await judgeOne(recordOf([], lacking('Condition')), 'by-procedure')).toMatchObject({ status: 'unknown' });
  });

  it('what was found stands: done is met, excluded is excluded, and what is missing is named', async () => {
    expect(await judgeOne(recordOf([procedure('2026-05-01')], lacking('Procedure')), 'by-procedure')).toMatchObject({
      status: 'met',
      missing: [missing],
    });
    expect(await judgeOne(recordOf([condition('c')], lacking('Procedure')), 'by-procedure')).toMatchObject({
      status: 'excluded',
    });
  });

  it('nobody is outside a population that the missing data decides', async () => {
    expect(await judgeOne(recordOf([], lacking('Encounter')), 'by-visit')).toMatchObject({ status: 'unknown' });
    const young = { patient: { birthDate: '2000-01-01' } };
    expect(await judgeOne(recordOf([], { ...young, ...lacking('Procedure') }), 'by-procedure')).toMatchObject({
      status: 'not-applicable',
    });
  });

  it('of a type that a rule does not read, the rule is as before', async () => {
    expect(await judgeOne(recordOf([], lacking('Immunization')), 'by-procedure')).toMatchObject({
      status: 'due',
      missing: [],
    });
  });

  it('no order is called free of alerts', async () => {
    const options = { drafts: [draft()], ...lacking('MedicationRequest') };
    expect(await judgeOne(recordOf([], options), 'nsaid-warfarin')).toMatchObject({
      status: 'unknown',
      reason: 'MedicationRequest: not supplied',
    });
  });

  it('an alert that was found stands, and its modifiers that were not found are not judged', async () => {
    const options = { drafts: [draft()], ...lacking('Condition') };
    expect(await judgeOne(recordOf([order('warfarin')], options), 'nsaid-warfarin')).toMatchObject({
      status: 'alert',
      indicator: 'warning',
      applied: [],
      notJudged: [{ id: 'ulcer', missing: 'Condition: not supplied' }],
      missing: ['Condition: not supplied'],
    });
  });
});

describe('an order rule', () => {
  it('alerts where draft and chart meet, with what applies', async () => {
    const ulcer = { code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'K25.0' }] } };
    const chart: FhirResource[] = [order('warfarin'), resource('Condition', { id: 'u', ...ulcer })];
    expect(await judgeOne(recordOf(chart, { drafts: [draft()] }), 'nsaid-warfarin')).toMatchObject({
      status: 'alert',
      indicator: 'critical',
      focus: { id: 'draft-ibuprofen' },
      with: [{ id: 'warfarin' }],
      applied: [{ id: 'ulcer' }],
      evidence: [{ id: 'draft-ibuprofen' }, { id: 'warfarin' }, { id: 'u' }],
      facts: { age: '66' },
    });
  });

  it.each([
    ['no draft is of its classes', [order('warfarin')], [draft('omeprazole')], 'no order it is about'],
    ['there is no draft', [order('warfarin')], [], 'no order it is about'],
    ['its gate stays shut', [], [draft()], 'no alert'],
  ])('is not applicable where %s', async (_, chart, drafts, reason) => {
    expect(await judgeOne(recordOf(chart, { drafts }), 'nsaid-warfarin')).toMatchObject({
      status: 'not-applicable',
      reason,
    });
  });

  it('speaks of a patient who has died as of any other', async () => {
    const record = recordOf([order('warfarin')], { drafts: [draft()], patient: { deceasedBoolean: true } });
    expect(await judgeOne(record, 'nsaid-warfarin')).toMatchObject({ status: 'alert' });
  });
});

it('two evaluations at once do not mix their patients', async () => {
  const a = recordOf([procedure('2026-05-01')], { source: 'a' });
  const b = recordOf([], { source: 'b' });
  const [first, second] = await Promise.all([judge(a, ['by-procedure']), judge(b, ['by-procedure'])]);
  expect([first, second]).toMatchObject([
    [{ status: 'met', key: 'a|p|by-procedure|test' }],
    [{ status: 'due', key: 'b|p|by-procedure|test' }],
  ]);
});
