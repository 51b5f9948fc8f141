import { describe, expect, it } from 'vitest';
import { classesPresent, gateConcerns, gateOpens } from '../../src/rules/gate.ts';
import type { GateClause, OrderManifest } from '../../src/rules/manifest.ts';
import { order, recordOf, resource } from '../support/record.ts';

const classes: Readonly<Record<string, readonly string[]>> = {
  '5640': ['nsaid', 'painkiller'],
  '7258': ['nsaid'],
  '11289': ['vitamin-k-antagonist'],
};
const classesOf = (ingredient: string) => classes[ingredient] ?? [];

const gate = (...clauses: readonly Partial<GateClause>[]) =>
  ({
    gate: clauses.map((clause) => ({ draft: ['nsaid'], with: ['vitamin-k-antagonist'], in: ['active'], ...clause })),
  }) as unknown as OrderManifest;

const draft = (drug: Parameters<typeof order>[0], id = `draft-${drug}`) => order(drug, { id, status: 'draft' });

const ask = (
  manifest: OrderManifest,
  ...[chart, drafts]: Parameters<typeof order>[0] extends never
    ? never
    : [Parameters<typeof recordOf>[0], Parameters<typeof recordOf>[0]]
) => {
  const record = recordOf(chart, { drafts });
  const present = classesPresent(record, classesOf);
  return { concerned: gateConcerns(manifest, present), open: gateOpens(manifest, present, record) };
};

describe('classesPresent', () => {
  it('counts the classes of every exposure by where it comes from', () => {
    const record = recordOf([order('warfarin'), order('naproxenEsomeprazole')], { drafts: [draft('ibuprofen')] });
    const { byFrom, drafts } = classesPresent(record, classesOf);
    expect([...drafts]).toEqual([
      ['nsaid', 1],
      ['painkiller', 1],
    ]);
    expect([...(byFrom.get('active') ?? [])]).toEqual([
      ['vitamin-k-antagonist', 1],
      ['nsaid', 1],
    ]);
    expect(byFrom.get('reported')).toBeUndefined();
  });
});

describe('a gate', () => {
  it('is shut where no draft is of its classes', () => {
    expect(ask(gate({}), [order('warfarin')], [])).toEqual({ concerned: false, open: false });
    expect(ask(gate({}), [order('warfarin')], [draft('omeprazole')])).toEqual({ concerned: false, open: false });
    expect(ask(gate({}), [order('warfarin'), order('ibuprofen')], [])).toEqual({ concerned: false, open: false });
  });

  it('is concerned, and shut, where the draft has no partner', () => {
    expect(ask(gate({}), [], [draft('ibuprofen')])).toEqual({ concerned: true, open: false });
  });

  it('opens where draft and partner are there', () => {
    expect(ask(gate({}), [order('warfarin')], [draft('ibuprofen')])).toEqual({ concerned: true, open: true });
  });

  it('opens where a later clause does', () => {
    const both = gate({}, { draft: ['vitamin-k-antagonist'], with: ['nsaid'] });
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
      expect(ask(gate({ in: [each] }), [...chart], [...drafts])).toEqual({ concerned: true, open: each === place });
  });

  it.each([
    ['allergy', resource('AllergyIntolerance', { id: 'a', subject: undefined, patient: { reference: 'Patient/p' } })],
    ['condition', resource('Condition', { id: 'c' })],
    ['order', resource('ServiceRequest', { id: 's' })],
  ] as const)('on any %s opens where there is one', (place, one) => {
    expect(ask(gate({ in: [place] }), [], [draft('ibuprofen')]).open).toBe(false);
    expect(ask(gate({ in: [place] }), [one], [draft('ibuprofen')]).open).toBe(true);
  });

  it('on any order opens for a second draft', () => {
    expect(ask(gate({ in: ['order'] }), [], [draft('ibuprofen'), draft('omeprazole')]).open).toBe(true);
  });
});
