import { afterAll, describe, expect, it } from 'vitest';
import { createTranslator } from '../../src/cql/translate.ts';
import { allMapped } from '../../src/rules/census.ts';
import { evaluate } from '../../src/rules/evaluate.ts';
import { type ExpandedCodes, withExpansion, withoutCodes } from '../../src/rules/expansion.ts';
import { loadRuleSet } from '../../src/rules/rule-set.ts';
import { imageOf, linkRuleSet } from '../../src/rules/rule-set-image.ts';
import { hasCode } from '../../src/terminology/code-set.ts';
import { codeSystems } from '../../src/terminology/systems.ts';
import { testCaches } from '../support/cql.ts';
import { makeRules, reminder, removeMadeRules } from '../support/made-rules.ts';
import { now, recordOf, resource } from '../support/record.ts';

const translator = createTranslator();
afterAll(() => {
  translator.close();
  removeMadeRules();
});

const ulcers = `valueset "Ulcer": 'http://carehook.org/fhir/ValueSet/ulcer'
context Patient
define "Last Done": null as Tuple { done Date, doneBy FHIR.DomainResource }
define "Due Date": Today()
`;
const dir = makeRules(
  [
    {
      id: 'of-all',
      cql: `${ulcers}define "In Population": true
define "Exclusions": [Condition: "Ulcer"] C return Tuple { reason: 'ulcer', until: null as Date, evidence: C as FHIR.DomainResource }`,
    },
    { id: 'of-ulcers', cql: `${ulcers}define "In Population": exists [Condition: "Ulcer"]` },
    { id: 'of-none', manifest: reminder('of-none') },
  ].map((rule) => ({ manifest: reminder(rule.id), ...rule })),
);

const system = codeSystems.ICD10CM;
const expanded = (elements: Partial<ExpandedCodes> = {}): ReadonlyMap<string, ExpandedCodes> =>
  new Map([['ulcer', { url: 'http://tx/1', codes: [], ...elements }]]);
const had = expanded({ asked: '2026-11-01T00:00:00Z', codes: [{ system, code: 'K25.9', display: 'Gastric ulcer' }] });
const never = expanded({ problem: 'HTTP 503' });
const load = (codes?: ReadonlyMap<string, ExpandedCodes>) =>
  loadRuleSet({ dir, cacheDirs: testCaches, translator, ...(codes && { expanded: codes }) });

const judge = async (codes: ReadonlyMap<string, ExpandedCodes>, code?: string) => {
  const loaded = await load(codes);
  // As a thread for large requests has it.
  const ruleSet = await linkRuleSet(structuredClone(imageOf(loaded)));
  const record = recordOf(code ? [resource('Condition', { id: 'c', code: { coding: [{ system, code }] } })] : []);
  const findings = await evaluate(ruleSet, {
    record,
    rules: ruleSet.rules,
    now,
    timeZone: 'America/New_York',
    census: allMapped,
  });
  return Object.fromEntries(findings.map((finding) => [finding.rule, finding]));
};

describe('a value set that was expanded', () => {
  it('has the codes of the expansion beside its own', async () => {
    const { vocabulary } = await load(had);
    const set = vocabulary.valueSets.get('http://carehook.org/fhir/ValueSet/ulcer');
    expect(set && [hasCode(set, system, 'K25.0'), hasCode(set, system, 'K25.9')]).toEqual([true, true]);
    expect(await judge(had, 'K25.9')).toMatchObject({
      'of-all': { status: 'excluded' },
      'of-ulcers': { status: 'due' },
    });
  });

  it('makes another rule set by its codes, and the same when it is only older', async () => {
    const id = async (codes: ReadonlyMap<string, ExpandedCodes>) => (await load(codes)).id;
    const of = (code: string, asked: string) => expanded({ asked, codes: [{ system, code, display: code }] });
    expect(await id(of('K25.9', '2026-11-02T00:00:00Z'))).toBe(await id(of('K25.9', '2026-11-01T00:00:00Z')));
    expect(await id(of('K25.9', '2026-11-02T00:00:00Z'))).not.toBe(await id(of('K25.8', '2026-11-02T00:00:00Z')));
  });

  it('is signed for by its address and not by its codes, which the server may change', async () => {
    const content = async (codes?: ReadonlyMap<string, ExpandedCodes>) =>
      (await load(codes)).rules.find(({ manifest }) => manifest.id === 'of-all')?.content;
    expect(await content(never)).toBe(await content(had));
    expect(await content()).not.toBe(await content(had));
    expect(await content(expanded({ url: 'http://tx/2' }))).not.toBe(await content(had));
  });

  it('but never answered for makes unknown what rests on absence, with the reason', async () => {
    const reason = 'the value set "Ulcer": known in part only: HTTP 503';
    expect(await judge(never)).toMatchObject({
      'of-all': { status: 'unknown', reason },
      'of-ulcers': { status: 'unknown', reason },
      'of-none': { status: 'due', missing: [] },
    });
    // What was found stands on its own.
    expect(await judge(never, 'K25.0')).toMatchObject({ 'of-all': { status: 'excluded', missing: [reason] } });
  });

  it('is as good as whole while an old copy is used', async () => {
    const old = expanded({
      asked: '2026-01-01T00:00:00Z',
      problem: 'HTTP 503',
      codes: [{ system, code: 'K25.9', display: 'x' }],
    });
    expect(await judge(old)).toMatchObject({ 'of-all': { status: 'due', missing: [] } });
  });
});

describe('the codes of an expansion', () => {
  const own = [{ system: codeSystems.RXNORM, code: '1', display: 'one' }];
  it('come after the set’s own, none twice, the system by whichever address', () => {
    const more = [
      { system: 'urn:oid:2.16.840.1.113883.6.88', code: '1', display: 'uno' },
      { system, code: '2', display: 'two' },
    ];
    expect(withExpansion(own, 'codes', more)).toEqual({
      codes: [...own, { system, code: '2', display: 'two' }],
      leftOut: 0,
    });
  });

  it('are only RxNorm’s in a drug class, whose members are found by code alone', () => {
    expect(withExpansion(own, 'drug-class', [{ system, code: '2', display: 'two' }])).toEqual({
      codes: own,
      leftOut: 1,
    });
    expect(withoutCodes({ url: 'u', codes: [] }, 1).problem).toContain('1 codes were left out');
    expect(withoutCodes({ url: 'u', codes: [], problem: 'HTTP 503' }, 0)).toEqual({ url: 'u', problem: 'HTTP 503' });
  });
});
