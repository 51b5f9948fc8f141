import { describe, expect, it } from 'vitest';
import type { CqlValue } from '../../src/cql/engine.ts';
import { type CareValues, judgeCare } from '../../src/rules/judge-care.ts';
import { type CareManifest, manifestSchema } from '../../src/rules/manifest.ts';

const manifest = manifestSchema.parse({
  id: 'test-rule',
  kind: 'reminder',
  title: 'Test',
  version: '1.0.0',
  status: 'draft',
  owner: 'Test',
  review: '2027-05-31',
  hooks: ['patient-view'],
  clocks: ['hook'],
  source: {
    citation: 'none',
    developer: 'Test',
    funding: 'none',
    released: 'missing',
    revised: 'missing',
    uses: {
      race: false,
      ethnicity: false,
      language: false,
      sexualOrientation: false,
      genderIdentity: false,
      sex: false,
      dateOfBirth: false,
      socialDeterminants: false,
      healthStatusAssessments: false,
    },
  },
  rationale: 'Test',
  ages: 'any',
  tracks: {
    normal: {
      test: { soon: '10 d', due: '30 d', overdue: '60 d', critical: '90 d' },
      visit: { due: '0 d', overdue: '7 d' },
    },
  },
  cards: {},
}) as CareManifest;

const today = '2026-11-21';
const evidence = { resourceType: 'Condition', id: 'c' } as unknown as CqlValue;
const done = { resourceType: 'Procedure', id: 'done' } as unknown as CqlValue;
const pending = { resourceType: 'ServiceRequest', id: 'ordered' } as unknown as CqlValue;

const judge = (values: Partial<CareValues>, on = today) =>
  judgeCare(
    manifest,
    { inPopulation: true, exclusions: null, missing: null, instances: [], facts: null, ...values },
    { source: 'test', patientId: 'p', today: on },
  );
const step = (elements: object, on = today, instance: object = {}) =>
  judge(
    {
      instances: [
        {
          key: null,
          track: 'normal',
          start: null,
          evidence: null,
          steps: [{ step: 'test', ...elements } as CqlValue],
          ...instance,
        },
      ],
    },
    on,
  )[0];

describe('the population', () => {
  it('not in it is not applicable', () => {
    expect(judge({ inPopulation: false })).toMatchObject([{ status: 'not-applicable', key: 'test|p|test-rule|' }]);
  });

  it.each([null, 'true', 1, []])('%j, which cannot be decided, is unknown and never false', (inPopulation) => {
    expect(judge({ inPopulation })).toMatchObject([{ status: 'unknown', reason: 'population could not be decided' }]);
  });

  it('that cannot be decided gives the questions that would decide it', () => {
    const missing = [{ what: 'pack-years', question: 'How many pack-years?' }, { what: 'sex' }];
    expect(judge({ inPopulation: null, missing })).toMatchObject([
      { status: 'unknown', reason: 'How many pack-years?; sex', missing: ['How many pack-years?', 'sex'] },
    ]);
  });
});

describe('an exclusion', () => {
  it('is given with its reason and evidence, before any step is judged', () => {
    const exclusions = [{ reason: 'hospice care', until: null, evidence }];
    const instances = [{ track: 'normal', steps: [{ step: 'test', due: '2020-01-01' }] }];
    expect(judge({ exclusions, instances })).toMatchObject([
      { status: 'excluded', reason: 'hospice care', evidence: [{ id: 'c' }] },
    ]);
  });

  it.each([
    ['2026-11-20', 0],
    ['2026-11-21', 1],
    ['2026-11-22', 1],
    ['2026-11-21T09:00:00.0-05:00', 1],
    // A month may still be going on: what is not known to be over excludes.
    ['2026-11', 1],
  ])('until %s counts through that day', (until, count) => {
    expect(judge({ exclusions: [{ reason: 'pregnancy', until }] })).toHaveLength(count);
  });

  it('that still counts is found among those that are over', () => {
    const exclusions = [
      { reason: 'over', until: '2020-01-01' },
      { reason: 'still', until: null },
    ];
    expect(judge({ exclusions })).toMatchObject([{ status: 'excluded', reason: 'still' }]);
  });
});

describe('a step', () => {
  // Counted from 2026-01-01: soon from 2026-01-21, due from 01-31, overdue from 03-02, critical from 04-01.
  const dates = { due: '2026-01-31', overdue: '2026-03-02' };

  it.each([
    ['2026-01-20', 'not-applicable', undefined],
    ['2026-01-21', 'due-soon', false],
    ['2026-01-30', 'due-soon', false],
    ['2026-01-31', 'due', false],
    ['2026-03-01', 'due', false],
    ['2026-03-02', 'overdue', false],
    ['2026-03-31', 'overdue', false],
    ['2026-04-01', 'overdue', true],
  ])('never done is on %s %s', (on, status, critical) => {
    const finding = step({ after: '2026-01-01' }, on);
    expect(finding).toMatchObject(
      status === 'not-applicable'
        ? { status, reason: 'not due before 2026-01-31' }
        : { status, critical, step: 'test', ...dates },
    );
  });

  it.each([
    ['2026-01-20', 'met'],
    ['2026-01-21', 'due-soon'],
    ['2026-01-31', 'due'],
    ['2026-03-02', 'overdue'],
  ])('done once, with a due date that counts on, is on %s %s', (on, status) => {
    expect(step({ due: '2026-01-01', done: '2025-06-01', doneBy: done }, on)).toMatchObject({
      status,
      ...dates,
      evidence: [{ id: 'done' }],
      facts: { lastDone: '2025-06-01' },
    });
  });

  it.each([
    ['2026-01-20', 'not-applicable'],
    ['2026-01-21', 'in-progress'],
    ['2026-01-31', 'in-progress'],
    ['2026-03-02', 'in-progress'],
    ['2026-04-01', 'in-progress'],
  ])('ordered and not yet done is on %s %s', (on, status) => {
    const finding = step({ after: '2026-01-01', pending: [pending] }, on);
    expect(finding?.status).toBe(status);
    if (status === 'in-progress') expect(finding).toMatchObject({ critical: false, ...dates });
  });

  it('that was done after its trigger is met for good, ordered again or not', () => {
    for (const on of ['2026-01-20', '2026-03-02', '2026-12-31'])
      expect(step({ after: '2026-01-01', done: '2026-01-15', pending: [pending] }, on)).toMatchObject({
        status: 'met',
        critical: false,
      });
  });

  it.each(['2026-01', '2026'])('done in %s, the day not known, is met and not overdue', (day) => {
    expect(step({ after: '2026-01-01', done: day }, '2026-12-31')).toMatchObject({ status: 'met' });
  });

  it('without "soon" is due from one day to the next', () => {
    const visit = { step: 'visit', after: '2026-01-01' };
    expect(step(visit, '2025-12-31')?.status).toBe('not-applicable');
    expect(step(visit, '2026-01-01')?.status).toBe('due');
    expect(step(visit, '2026-01-07')?.status).toBe('due');
    expect(step(visit, '2026-01-08')?.status).toBe('overdue');
  });

  it('counts from its due date before the day it follows, and from that before the trigger’s', () => {
    const instance = { start: '2026-03-01' };
    expect(step({ due: '2026-01-01', after: '2026-02-01' }, today, instance)).toMatchObject({ due: '2026-01-31' });
    expect(step({ after: '2026-02-01' }, today, instance)).toMatchObject({ due: '2026-03-03' });
    expect(step({}, today, instance)).toMatchObject({ due: '2026-03-31' });
  });

  it.each([{}, { due: '2026' }, { after: '2026-01' }])('with no day to count from (%j) is unknown', (elements) => {
    expect(step(elements)).toMatchObject({
      status: 'unknown',
      reason: 'the day from which to count is not known',
    });
  });

  it('of a track or a name that the manifest does not have is unknown and names them', () => {
    expect(step({ step: 'scan', after: '2026-01-01' })).toMatchObject({
      status: 'unknown',
      reason: 'the manifest has no windows for normal.scan',
    });
    expect(step({ after: '2026-01-01' }, today, { track: 'high' })).toMatchObject({
      status: 'unknown',
      reason: 'the manifest has no windows for high.test',
    });
  });

  it('counts the days past due from the day after', () => {
    expect(step({ after: '2026-01-01' }, '2026-01-31')).not.toHaveProperty('facts.daysPastDue');
    expect(step({ after: '2026-01-01' }, '2026-02-01')).toHaveProperty('facts.daysPastDue', '1');
    expect(step({ after: '2026-01-01' }, '2026-03-02')).toHaveProperty('facts.daysPastDue', '30');
  });
});

describe('instances', () => {
  const instance = (key: string | null, ...steps: readonly CqlValue[]): CqlValue => ({
    key,
    track: 'normal',
    start: '2026-01-01',
    evidence,
    steps,
  });

  it('give one finding a step, each with a key of its own', () => {
    const instances = [
      instance('Condition/a', { step: 'test' }, { step: 'visit' }),
      instance('Condition/b', { step: 'test' }),
    ];
    const findings = judge({ instances });
    expect(findings.map(({ key }) => decodeURIComponent(key.split('|')[3] ?? ''))).toEqual([
      'Condition/a/test',
      'Condition/a/visit',
      'Condition/b/test',
    ]);
  });

  it('give their evidence and what was done', () => {
    const findings = judge({ instances: [instance('a', { step: 'test', done: '2026-02-01', doneBy: done })] });
    expect(findings).toMatchObject([{ evidence: [{ id: 'c' }, { id: 'done' }] }]);
  });

  it('that are none give no finding', () => {
    expect(judge({ instances: [] })).toEqual([]);
  });

  it('carry the facts and the questions of the rule', () => {
    const findings = judge({
      instances: [instance('a', { step: 'test' })],
      facts: { age: 66 },
      missing: [{ question: 'Pack-years?' }],
    });
    expect(findings).toMatchObject([{ missing: ['Pack-years?'], facts: { age: '66', due: '2026-01-31' } }]);
  });
});
