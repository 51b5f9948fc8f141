import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { AlertFinding, Finding } from '../../src/rules/finding.ts';
import type { OrderManifest } from '../../src/rules/manifest.ts';
import type { OncPair } from '../../src/rules/onc-lists.ts';
import type { Rule } from '../../src/rules/rule-set.ts';
import { settleAlerts } from '../../src/rules/settle-alerts.ts';
import { alertOf, unknownOf } from '../support/findings.ts';
import { order, recordOf } from '../support/record.ts';

const classes: Readonly<Record<string, readonly string[]>> = {
  '5640': ['nsaid'],
  '7258': ['nsaid'],
  '11289': ['vitamin-k-antagonist'],
  '283742': ['proton-pump-inhibitor'],
};
const vocabulary = { classesOf: (ingredient: string) => classes[ingredient] ?? [] } as never;

const record = recordOf([order('warfarin'), order('omeprazole')], {
  drafts: [
    order('ibuprofen', { id: 'draft', status: 'draft' }),
    order('naproxenEsomeprazole', { id: 'both', status: 'draft' }),
  ],
});
const exposureTo = (id: string): FhirResource => {
  const found = record.exposures.find(({ resource }) => resource.id === id);
  if (!found) throw new Error(`no exposure to ${id}`);
  return found.resource;
};

const alert = (rule: string, elements: Partial<AlertFinding> = {}): AlertFinding =>
  alertOf(rule, { focus: exposureTo('draft'), with: [exposureTo('warfarin')], ...elements });

const gate = [{ draft: ['nsaid'], with: ['vitamin-k-antagonist'], in: ['active' as const] }];
const rule = (id: string, manifest: Partial<OrderManifest> = {}, standing: Partial<Rule['standing']> = {}) =>
  ({
    manifest: { id, kind: 'order', yieldsTo: {}, exceptions: {}, gate, ...manifest },
    standing: { voice: 'speaks', ...standing },
  }) as Rule;

const pair: OncPair = { id: 'nsaid-warfarin', number: 1, one: ['nsaid'], another: ['vitamin-k-antagonist'] };

const settle = (findings: readonly Finding[], rules: readonly Rule[], nonInterruptive: readonly OncPair[] = []) =>
  settleAlerts(findings, { ruleSet: { vocabulary, nonInterruptive }, rules, record });
const rulesOf = (findings: readonly Finding[]) => findings.map((finding) => finding.rule);
const shownAs = (findings: readonly Finding[]) =>
  findings.map((finding) => finding.status === 'alert' && finding.presentation);

describe('a rule that yields to one that knows more of a class', () => {
  const general = rule('general', { yieldsTo: { special: ['nsaid'] } });
  const special = rule('special');

  it('says nothing of a draft of the class, whether or not the other found anything', () => {
    expect(rulesOf(settle([alert('general')], [general, special]))).toEqual([]);
    expect(rulesOf(settle([alert('general'), alert('special')], [general, special]))).toEqual(['special']);
  });

  it('speaks where the other is not served here, is in shadow, or could not be judged', () => {
    expect(rulesOf(settle([alert('general')], [general]))).toEqual(['general']);
    expect(rulesOf(settle([alert('general')], [general, rule('special', {}, { voice: 'shadow' })]))).toEqual([
      'general',
    ]);
    expect(rulesOf(settle([alert('general'), unknownOf('special')], [general, special]))).toEqual([
      'general',
      'special',
    ]);
  });

  it('speaks where it cannot be told what the alert is about', () => {
    const elsewhere = { focus: { resourceType: 'MedicationRequest', id: 'elsewhere' } as FhirResource };
    expect(rulesOf(settle([alert('general', elsewhere)], [general, special]))).toEqual(['general']);
  });

  it('speaks of an ingredient that the other does not know, in a product of which it knows another', () => {
    const both = { focus: exposureTo('both') };
    expect(rulesOf(settle([alert('general', both)], [general, special]))).toEqual(['general']);
    expect(rulesOf(settle([alert('general', { ...both, ingredient: '283742' })], [general, special]))).toEqual([
      'general',
    ]);
    expect(rulesOf(settle([alert('general', { ...both, ingredient: '7258' })], [general, special]))).toEqual([]);
  });
});

describe('a pair that must never interrupt', () => {
  const excepted = { exceptions: { 'nsaid-warfarin': 'a reason' } };

  it('is shown in passing, in either order and whatever its tier', () => {
    expect(shownAs(settle([alert('it')], [rule('it')], [pair]))).toEqual(['passive']);
    expect(shownAs(settle([alert('it', { indicator: 'critical' })], [rule('it')], [pair]))).toEqual(['passive']);
    const turned = { ...pair, one: pair.another, another: pair.one };
    expect(shownAs(settle([alert('it')], [rule('it')], [turned]))).toEqual(['passive']);
  });

  it('interrupts where the rule names the exception and is signed, and only then', () => {
    const signed = { signed: { name: 'Dr Okoye', date: '2026-11-01' } };
    expect(shownAs(settle([alert('it')], [rule('it', excepted, signed)], [pair]))).toEqual(['interrupt']);
    expect(shownAs(settle([alert('it')], [rule('it', excepted)], [pair]))).toEqual(['passive']);
    expect(shownAs(settle([alert('it')], [rule('it', {}, signed)], [pair]))).toEqual(['passive']);
  });

  it('interrupts where the product holds the pair, and the rule is about its other ingredient', () => {
    const both = alert('it', { focus: exposureTo('both') });
    expect(shownAs(settle([both], [rule('it')], [pair]))).toEqual(['passive']);
    const ofOther = rule('it', {
      gate: [{ draft: ['proton-pump-inhibitor'], with: ['vitamin-k-antagonist'], in: ['active'] }],
    });
    expect(shownAs(settle([both], [ofOther], [pair]))).toEqual(['interrupt']);
  });

  it('does not keep another pair of the same alert from interrupting', () => {
    const withBoth = alert('it', { with: [exposureTo('warfarin'), exposureTo('omeprazole')] });
    expect(shownAs(settle([withBoth], [rule('it')], [pair]))).toEqual(['interrupt']);
    expect(shownAs(settle([alert('it', { with: [] })], [rule('it')], [pair]))).toEqual(['interrupt']);
  });
});
