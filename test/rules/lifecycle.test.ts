import type { FhirResource } from 'fhir/r4.js';
import { afterAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/cql/problem.ts';
import { createTranslator } from '../../src/cql/translate.ts';
import { buildRecord } from '../../src/record/record.ts';
import { allMapped } from '../../src/rules/census.ts';
import { evaluate } from '../../src/rules/evaluate.ts';
import { withSwitches } from '../../src/rules/lifecycle.ts';
import { checkRuleSet, loadRuleSet } from '../../src/rules/rule-set.ts';
import { noSite, overlaySchema, type Site } from '../../src/rules/site.ts';
import { testCaches } from '../support/cql.ts';
import { makeRules, reminder, removeMadeRules } from '../support/made-rules.ts';

const translator = createTranslator();
afterAll(() => {
  translator.close();
  removeMadeRules();
});

const cql = `valueset "Ulcer": 'http://carehook.org/fhir/ValueSet/ulcer'
parameter "Start Age" Integer default 40
parameter "Interval" System.Quantity default 2 years
context Patient
define "In Population": AgeInYears() >= "Start Age"
define "Exclusions": [Condition: "Ulcer"] C return Tuple { reason: 'ulcer', until: null as Date, evidence: C as FHIR.DomainResource }
define "Last Done": Tuple { done: Date(2025, 1, 1), doneBy: null as FHIR.DomainResource }
define "Due Date": Date(2025, 1, 1) + "Interval"`;
const cards = { due: { indicator: 'info', summary: 'Due', detail: 'Now' } };
const dir = makeRules([{ id: 'c-d', manifest: reminder('c-d', { cards }), cql }]);
const now = new Date('2026-11-21T10:00:00-05:00');

const load = (site: Partial<Site> = {}, demonstration = false) =>
  loadRuleSet({ dir, cacheDirs: testCaches, translator, site: { ...noSite, ...site }, demonstration });
const overlay = (rule: object, codes: object = {}) => ({
  overlay: overlaySchema.parse({ rules: { 'c-d': rule }, codes }),
});
const standing = async (...args: Parameters<typeof load>) => (await load(...args)).rules[0]?.standing;
const contentOf = async (site: Partial<Site> = {}) => (await load(site)).rules[0]?.content ?? '';
const signedBy = (content: string) => ({ signatures: { 'c-d': { name: 'Dr. A', date: '2026-11-01', content } } });

const judge = async (site: Partial<Site>, birthDate = '1980-01-01') => {
  const ruleSet = await load(site);
  const condition = {
    resourceType: 'Condition' as const,
    id: 'c',
    subject: { reference: 'Patient/p' },
    code: { coding: [{ system: 'http://local.example', code: 'U1' }] },
  };
  const record = buildRecord({
    source: 'test',
    patientId: 'p',
    entries: [{ resource: { resourceType: 'Patient', id: 'p', birthDate } as FhirResource }, { resource: condition }],
    vocabulary: ruleSet.vocabulary,
    now,
  });
  if (!record) throw new Error('no record');
  return (
    await evaluate(ruleSet, { record, rules: ruleSet.rules, now, timeZone: 'America/New_York', census: allMapped })
  )[0];
};

describe('a rule at a site', () => {
  it('speaks unsigned in the demonstration only', async () => {
    expect(await standing({}, true)).toEqual({ voice: 'speaks' });
    expect(await standing()).toEqual({ voice: 'shadow', because: 'not signed for this site' });
  });

  it('speaks when it is signed as it is', async () => {
    expect(await standing(signedBy(await contentOf()))).toEqual({
      voice: 'speaks',
      signed: { name: 'Dr. A', date: '2026-11-01' },
    });
  });

  it.each([
    ['a setting', overlay({ settings: { 'Start Age': 50 } })],
    ['a window', overlay({ tracks: { normal: { test: { overdue: '9 mo' } } } })],
    ['a word', overlay({ texts: { due: { summary: 'Due now' } } })],
    ['a local code', overlay({}, { ulcer: { 'http://local.example': { U1: 'Ulcer' } } })],
  ])('loses its signature with %s of the overlay', async (_, changed) => {
    const signature = signedBy(await contentOf());
    expect(await standing({ ...changed, ...signature })).toEqual({
      voice: 'shadow',
      because: 'changed since Dr. A signed it on 2026-11-01',
    });
    expect(await standing({ ...changed, ...signedBy(await contentOf(changed)) })).toMatchObject({ voice: 'speaks' });
  });

  it('loses its signature when a number that it reads is converted in another way', async () => {
    const withFactor = (factor: number) =>
      makeRules(
        [
          {
            id: 'c-d',
            manifest: reminder('c-d', { cards }),
            cql: cql.replace('valueset', `valueset "K": 'http://carehook.org/fhir/ValueSet/potassium'\nvalueset`),
          },
        ],
        {
          'vocabulary/analytes/potassium.yaml': `id: potassium\ntitle: K\nkind: analyte\nsource: test\nunit: mmol/L\nunits: { mg/dL: ${factor} }\ncodes:\n  LOINC: { '2823-3': K }\n`,
        },
      );
    const contents = [];
    for (const factor of [0.2558, 0.2558, 0.26]) {
      const { rules } = await loadRuleSet({ dir: withFactor(factor), cacheDirs: testCaches, translator, site: noSite });
      contents.push(rules[0]?.content);
    }
    expect(contents[1]).toBe(contents[0]);
    expect(contents[2]).not.toBe(contents[0]);
  });

  it('is off where the overlay or a switch says so, signed or not', async () => {
    const signature = signedBy(await contentOf());
    const switches = { off: { 'c-d': { reason: 'too many', since: '2026-11-01T00:00:00Z' } } };
    expect(await standing({ ...signature, ...overlay({ off: 'not wanted' }) })).toEqual({
      voice: 'off',
      because: 'not wanted',
    });
    expect(await standing({ ...signature, switches })).toEqual({ voice: 'off', because: 'too many' });
  });

  it('goes off in a running service and comes back, each under an id of its own', async () => {
    const ruleSet = await load({}, true);
    const off = withSwitches(ruleSet, { off: { 'c-d': { reason: 'too many', since: 'now' } } });
    expect(off.rules[0]?.standing).toMatchObject({ voice: 'off', because: 'too many' });
    expect(off.id).not.toBe(ruleSet.id);
    expect(withSwitches(ruleSet, { off: {} })).toBe(ruleSet);
  });
});

describe('a rule that leaves something to another', () => {
  const pair = makeRules([
    { id: 'c-d', manifest: reminder('c-d', { needs: ['e-f'] }) },
    { id: 'e-f', manifest: reminder('e-f') },
  ]);
  const both = (site: Partial<Site> = {}, demonstration = false) =>
    loadRuleSet({ dir: pair, cacheDirs: testCaches, translator, site: { ...noSite, ...site }, demonstration });
  const voices = ({ rules }: Awaited<ReturnType<typeof both>>) => rules.map(({ standing: { voice } }) => voice);

  it('speaks only while the other does', async () => {
    const [own, other] = (await both()).rules.map(({ content }) => content);
    const signed = (content = '') => ({ name: 'Dr. A', date: '2026-11-01', content });
    const alone = await both({ signatures: { 'c-d': signed(own) } });
    expect(voices(alone)).toEqual(['shadow', 'shadow']);
    expect(alone.rules[0]?.standing.because).toBe('needs e-f to speak too');
    expect(voices(await both({ signatures: { 'c-d': signed(own), 'e-f': signed(other) } }))).toEqual([
      'speaks',
      'speaks',
    ]);
  });

  it('falls silent when the other is switched off', async () => {
    const off = { 'e-f': { reason: 'too many', since: 'now' } };
    expect(voices(withSwitches(await both({}, true), { off }))).toEqual(['shadow', 'off']);
  });
});

describe('an overlay', () => {
  it('sets numbers and lengths of time that the CQL reads', async () => {
    expect(await judge({})).toMatchObject({ status: 'met', due: '2027-01-01' });
    expect(await judge(overlay({ settings: { 'Start Age': 50 } }))).toMatchObject({ status: 'not-applicable' });
    expect(await judge(overlay({ settings: { Interval: '1 year' } }))).toMatchObject({
      status: 'overdue',
      due: '2026-01-01',
    });
  });

  it('changes windows and leaves the others', async () => {
    const changed = overlay({ settings: { Interval: '1 year' }, tracks: { normal: { test: { overdue: '12 mo' } } } });
    expect(await judge(changed)).toMatchObject({ status: 'due', overdue: '2027-01-01' });
  });

  it('adds local codes to value sets', async () => {
    expect(await judge(overlay({}, { ulcer: { 'http://local.example': { U1: 'Ulcer' } } }))).toMatchObject({
      status: 'excluded',
    });
  });

  it.each([
    [
      'codes that stand in the set under another name',
      { ulcer: { 'http://hl7.org/fhir/sid/icd-10-cm': { 'K25.0': 'Colonoscopy' } } },
      'codes.ulcer: K25.0 stands in the value set already as "Acute gastric ulcer", got "Colonoscopy"; leave it out, or look whether it is the code that is meant',
    ],
    [
      'codes of a local system in a drug class',
      { nsaid: { 'http://local.example': { L1: 'ibuprofen' } } },
      'codes.nsaid: expected ingredients of RxNorm (RXNORM) in a drug class, got codes of "http://local.example": a local code of a drug names no ingredient',
    ],
    [
      'products in a drug class',
      { nsaid: { RXNORM: { 197806: 'ibuprofen 600 MG Oral Tablet' } } },
      'codes.nsaid: expected an ingredient of RxNorm, got the product 197806, of 5640',
    ],
  ])('is refused with %s', async (_, codes, words) => {
    const site = { ...noSite, ...overlay({}, codes) };
    const { problems } = await checkRuleSet({ dir, cacheDirs: testCaches, translator, site });
    expect(problems.map(formatProblem)).toEqual([`overlay.yaml ${words}`]);
  });

  it('may name a code that stands in the set already as it is, and adds ingredients to drug classes', async () => {
    const site = {
      ...noSite,
      ...overlay(
        {},
        { ulcer: { ICD10CM: { 'K25.0': 'acute gastric ulcer' } }, nsaid: { RXNORM: { 11289: 'warfarin' } } },
      ),
    };
    const { problems, vocabulary } = await checkRuleSet({ dir, cacheDirs: testCaches, translator, site });
    expect(problems).toEqual([]);
    expect(vocabulary.classesOf('11289')).toEqual(['nsaid', 'vitamin-k-antagonist']);
  });

  it('that names what there is not is refused, a line each', async () => {
    const site = {
      ...noSite,
      overlay: overlaySchema.parse({
        rules: {
          'x-y': {},
          'c-d': { settings: { Age: 1 }, texts: { never: {} }, tracks: { other: {}, normal: { step: {} } } },
        },
        codes: { ulcers: {} },
      }),
    };
    const { problems } = await checkRuleSet({ dir, cacheDirs: testCaches, translator, site });
    expect(problems.map(formatProblem)).toEqual([
      'overlay.yaml codes: expected the id of a value set or drug class, got "ulcers"; the nearest is ulcer',
      'overlay.yaml rules: expected one of c-d, got "x-y"',
      'overlay.yaml rules.c-d.settings: expected one of Start Age, Interval, got "Age"',
      'overlay.yaml rules.c-d.texts: expected one of due, got "never"',
      'overlay.yaml rules.c-d.tracks: expected one of normal, got "other"',
      'overlay.yaml rules.c-d.tracks.normal: expected one of test, got "step"',
    ]);
  });
});
