import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Case, differences, loadCases } from '../../src/rules/cases.ts';
import type { Finding } from '../../src/rules/finding.ts';

const due = {
  key: 'k',
  rule: 'r',
  evidence: [],
  missing: ['Condition: not supplied'],
  facts: { age: '66' },
  status: 'due',
  step: 'test',
  due: '2026-11-21',
  overdue: '2027-05-21',
  critical: false,
} as const satisfies Finding;

const alert = {
  ...due,
  status: 'alert',
  problem: 'bleeding',
  indicator: 'warning',
  focus: { resourceType: 'MedicationRequest' },
  with: [],
  applied: [{ id: 'steroid', label: 'a steroid' }],
  notJudged: [{ id: 'kidney', label: 'kidney disease', missing: 'no creatinine' }],
} as unknown as Finding;

const unknown = { ...due, status: 'unknown', reason: 'MedicationRequest: not supplied' } as unknown as Finding;

const differ = (expected: Case['expect'], ...findings: readonly Finding[]) => differences(expected, findings);

describe('differences', () => {
  it('are none where all that is named agrees, and nothing else is compared', () => {
    expect(differ({ status: 'due' }, due)).toEqual([]);
    expect(differ({ status: 'due', step: 'test', due: '2026-11-21', critical: false }, due)).toEqual([]);
    expect(differ([{ status: 'due' }, { status: 'alert' }], due, alert)).toEqual([]);
  });

  it('say the status expected and got', () => {
    expect(differ({ status: 'met' }, due)).toEqual(['status: expected "met", got "due"']);
  });

  it('say the day expected and got', () => {
    expect(differ({ status: 'due', due: '2026-11-22' }, due)).toEqual(['due: expected "2026-11-22", got "2026-11-21"']);
  });

  it('count the findings', () => {
    expect(differ({ status: 'due' })).toEqual(['expected 1 findings, got 0: ']);
    expect(differ({ status: 'due' }, due, alert)).toEqual(['expected 1 findings, got 2: due, alert']);
    expect(differ([], due)).toEqual(['expected 0 findings, got 1: due']);
  });

  it('give the reason that a finding gave where something else differs', () => {
    expect(differ({ status: 'due' }, unknown)).toEqual([
      'status: expected "due", got "unknown"',
      'reason given: MedicationRequest: not supplied',
    ]);
  });

  it('compare the reason by a part of its words', () => {
    expect(differ({ status: 'unknown', reason: 'not supplied' }, unknown)).toEqual([]);
    expect(differ({ status: 'unknown', reason: 'no time' }, unknown)).toHaveLength(1);
  });

  it('compare what was missing by a part of the words of any', () => {
    expect(differ({ status: 'due', missing: 'Condition' }, due)).toEqual([]);
    expect(differ({ status: 'due', missing: 'Procedure' }, due)).toHaveLength(1);
  });

  it('compare modifiers by their ids, all of them and in order', () => {
    expect(differ({ status: 'alert', applied: ['steroid'], notJudged: ['kidney'] }, alert)).toEqual([]);
    expect(differ({ status: 'alert', applied: [] }, alert)).toEqual(['applied: expected [], got ["steroid"]']);
    expect(differ({ status: 'alert', applied: ['steroid', 'age'] }, alert)).toHaveLength(1);
  });

  it('compare the facts that are named; null expects that there is none', () => {
    expect(differ({ status: 'due', facts: { age: '66', lastDone: null } }, due)).toEqual([]);
    expect(differ({ status: 'due', facts: { age: null } }, due)).toHaveLength(1);
    expect(differ({ status: 'due', facts: { lastDone: '2020-01-01' } }, due)).toHaveLength(1);
  });
});

describe('loadCases', () => {
  const dir = mkdtempSync(join(tmpdir(), 'carehook-cases-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const load = (name: string, text: string) => {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'cases.yaml'), text);
    return loadCases(dir, name);
  };
  const one = `  - name: 'due: never'\n    patient: { birthDate: '1960-01-01' }\n    expect: { status: due }\n`;

  it('reads cases with their defaults', async () => {
    const { cases, problems } = await load('good', `now: '2026-11-21T10:00:00-05:00'\ncases:\n${one}`);
    expect(problems).toEqual([]);
    expect(cases).toMatchObject({
      timeZone: 'America/New_York',
      cases: [{ name: 'due: never', record: [], drafts: [], missing: [] }],
    });
  });

  it('reads a file that repeats an anchor as often as it likes', async () => {
    const shared = `shared:\n  rx: &rx { system: s }\n  warfarin: &warfarin { resourceType: MedicationRequest, code: *rx }\n`;
    const many = Array.from({ length: 150 }, () => `${one}    record: [*warfarin, *warfarin]\n`).join('');
    const { cases, problems } = await load('anchors', `now: '2026-11-21T10:00:00-05:00'\n${shared}cases:\n${many}`);
    expect(problems).toEqual([]);
    expect(cases?.cases).toHaveLength(150);
  });

  it('places a fault by line and column', async () => {
    const { problems } = await load(
      'bad',
      `now: '2026-11-21T10:00:00-05:00'\ncases:\n${one.replace('due }', 'dew }')}`,
    );
    expect(problems).toMatchObject([{ file: join('bad', 'cases.yaml'), line: 5 }]);
  });

  it('misses a file that is not there', async () => {
    expect(await loadCases(dir, 'none')).toEqual({
      problems: [{ file: join('none', 'cases.yaml'), message: 'expected this file, found none' }],
    });
  });
});
