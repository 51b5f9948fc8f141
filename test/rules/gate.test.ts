import { describe, expect, it } from 'vitest';
import { createGates } from '../../src/rules/gate.ts';
import type { GateClause, Manifest } from '../../src/rules/manifest.ts';
import { createCodeSet } from '../../src/terminology/code-set.ts';
import { order, recordOf, resource } from '../support/record.ts';

const classes: Readonly<Record<string, readonly string[]>> = {
  '5640': ['nsaid', 'painkiller'],
  '7258': ['nsaid'],
  '11289': ['vitamin-k-antagonist'],
};
const cvx = 'http://hl7.org/fhir/sid/cvx';
const vaccine = { system: cvx, code: '03', display: 'MMR' };
const url = 'http://carehook.org/fhir/ValueSet/mmr-vaccine';
const vocabulary = {
  classesOf: (ingredient: string) => classes[ingredient] ?? [],
  drugClasses: new Set(['nsaid', 'painkiller', 'vitamin-k-antagonist']),
  valueSets: new Map([[url, { url, title: 'MMR', codes: [vaccine], ...createCodeSet([vaccine]) }]]),
};

const rule = (...clauses: readonly Partial<GateClause>[]) => ({
  manifest: {
    id: 'it',
    kind: 'order',
    gate: clauses.map((clause) => ({ draft: ['nsaid'], with: ['vitamin-k-antagonist'], in: ['active'], ...clause })),
  } as unknown as Manifest,
});

const draft = (drug: Parameters<typeof order>[0], id = `draft-${drug}`) => order(drug, { id, status: 'draft' });

type Resources = Parameters<typeof recordOf>[0];

const ask = (asked: ReturnType<typeof rule>, chart: Resources, drafts: Resources) => {
  const { concerned, open } = createGates([asked], vocabulary).of(recordOf(chart, { drafts }));
  return { concerned: concerned.has('it'), open: open.has('it') };
};

describe('a gate', () => {
  it('is shut where no draft is of its classes', () => {
    expect(ask(rule({}), [order('warfarin')], [])).toEqual({ concerned: false, open: false });
    expect(ask(rule({}), [order('warfarin')], [draft('omeprazole')])).toEqual({ concerned: false, open: false });
    expect(ask(rule({}), [order('warfarin'), order('ibuprofen')], [])).toEqual({ concerned: false, open: false });
  });

  it('is concerned, and shut, where the draft has no partner', () => {
    expect(ask(rule({}), [], [draft('ibuprofen')])).toEqual({ concerned: true, open: false });
  });

  it('opens where draft and partner are there', () => {
    expect(ask(rule({}), [order('warfarin')], [draft('ibuprofen')])).toEqual({ concerned: true, open: true });
  });

  it('opens where a later clause does', () => {
    const both = rule({}, { draft: ['vitamin-k-antagonist'], with: ['nsaid'] });
    expect(ask(both, [order('ibuprofen')], [draft('warfarin')])).toEqual({ concerned: true, open: true });
  });

  it.each([
    ['draft', [], [draft('ibuprofen'), draft('warfarin')]],
    ['active', [order('warfarin')], [draft('ibuprofen')]],
    ['held', [order('warfarin', { status: 'on-hold' })], [draft('ibuprofen')]],
    ['recent', [order('warfarin', { status: 'stopped' })], [draft('ibuprofen')]],
    ['reported', [{ ...order('warfarin'), resourceType: 'MedicationStatement' } as never], [draft('ibuprofen')]],
  ] as const)('looks for the partner among what is %s, and there only', (place, chart, drafts) => {
    for (const each of ['draft', 'active', 'held', 'recent', 'reported'] as const)
      expect(ask(rule({ in: [each] }), [...chart], [...drafts])).toEqual({ concerned: true, open: each === place });
  });

  it.each([
    ['allergy', resource('AllergyIntolerance', { id: 'a', subject: undefined, patient: { reference: 'Patient/p' } })],
    ['condition', resource('Condition', { id: 'c' })],
    ['order', resource('ServiceRequest', { id: 's' })],
  ] as const)('on any %s opens where there is one', (place, one) => {
    expect(ask(rule({ in: [place] }), [], [draft('ibuprofen')]).open).toBe(false);
    expect(ask(rule({ in: [place] }), [one], [draft('ibuprofen')]).open).toBe(true);
  });

  it('on any order opens for a second draft', () => {
    expect(ask(rule({ in: ['order'] }), [], [draft('ibuprofen'), draft('omeprazole')]).open).toBe(true);
  });

  it('of any draft is concerned by every draft, one without a known drug too', () => {
    const any = rule({ draft: 'any', with: undefined, in: ['allergy'] });
    expect(ask(any, [], [resource('ServiceRequest', { id: 's', status: 'draft' })]).concerned).toBe(true);
    expect(ask(any, [order('ibuprofen')], []).concerned).toBe(false);
  });

  it('of the same ingredient opens where another order has it, and not for the draft alone', () => {
    const same = rule({ draft: 'any', with: 'same-ingredient', in: ['active', 'draft'] });
    expect(ask(same, [order('warfarin')], [draft('ibuprofen')]).open).toBe(false);
    expect(ask(same, [order('ibuprofen')], [draft('ibuprofen')]).open).toBe(true);
    expect(ask(same, [], [draft('ibuprofen', 'one'), draft('ibuprofen', 'another')]).open).toBe(true);
    expect(ask(same, [order('ibuprofen', { status: 'stopped' })], [draft('ibuprofen')]).open).toBe(false);
  });

  it.each(['medicationCodeableConcept', 'code', 'vaccineCode'])(
    'of codes is concerned by a draft with one as its %s',
    (path) => {
      const vaccines = rule({ draft: ['mmr-vaccine'], with: undefined, in: ['allergy'] });
      const concept = (code: string) => ({ coding: [{ system: cvx, code }] });
      const ordering = (code: string) =>
        resource('ServiceRequest', { id: 's', status: 'draft', [path]: concept(code) });
      expect(ask(vaccines, [], [ordering('03')]).concerned).toBe(true);
      expect(ask(vaccines, [], [ordering('08')]).concerned).toBe(false);
    },
  );
});
