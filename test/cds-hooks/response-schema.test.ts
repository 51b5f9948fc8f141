import { describe, expect, it } from 'vitest';
import { type Card, cardSchema, responseSchema } from '../../src/cds-hooks/response-schema.ts';

const uuid = '5f0c2a8e-4c56-4f5e-8a57-0a4e6f8b1c2d';
const create = { type: 'create', description: 'Order B', resource: { resourceType: 'ServiceRequest' } };
const suggestion = { label: 'Do', uuid, actions: [create] };
const card = {
  uuid,
  summary: 'Something is due',
  detail: 'It is.',
  indicator: 'info',
  source: { label: 'Carehook', url: 'https://carehook.example/', icon: 'https://carehook.example/icon.png' },
  suggestions: [suggestion],
  selectionBehavior: 'at-most-one',
  overrideReasons: [{ system: 'http://a.example', code: 'b', display: 'C' }],
  links: [{ label: 'More', url: 'https://carehook.example/more', type: 'absolute' }],
} as Card;
const accepts = (changes: object) => cardSchema.safeParse({ ...card, ...changes }).success;
const withAction = (action: object) => accepts({ suggestions: [{ ...suggestion, actions: [action] }] });

describe('a card that leaves', () => {
  it('may have every field of the specification', () => {
    expect(accepts({})).toBe(true);
    expect(responseSchema.safeParse({ cards: [card] }).success).toBe(true);
  });

  it('[CH-5] [CH-47] may be none at all, but no list inside a card may be empty', () => {
    expect(responseSchema.safeParse({ cards: [] }).success).toBe(true);
    for (const name of ['suggestions', 'overrideReasons', 'links']) expect(accepts({ [name]: [] })).toBe(false);
    expect(accepts({ suggestions: [{ ...suggestion, actions: [] }] })).toBe(false);
  });

  it.each(['uuid', 'summary', 'indicator', 'source'])('[CH-50] [CH-51] [CH-52] must have %s', (name) => {
    expect(accepts({ [name]: undefined })).toBe(false);
  });

  it.each(Object.keys(card))('[CH-4] [CH-5] may not have null or "" for %s', (name) => {
    expect(accepts({ [name]: null })).toBe(false);
    expect(accepts({ [name]: '' })).toBe(false);
  });

  it('[CH-50] must have a summary of less than 140 characters', () => {
    expect(accepts({ summary: 'x'.repeat(139) })).toBe(true);
    expect(accepts({ summary: 'x'.repeat(140) })).toBe(false);
  });

  it('[CH-51] must have one of three indicators', () => {
    for (const indicator of ['info', 'warning', 'critical']) expect(accepts({ indicator })).toBe(true);
    for (const indicator of ['hard-stop', 'success', 'WARNING']) expect(accepts({ indicator })).toBe(false);
  });

  it('[CH-55] must say how to choose where it has suggestions', () => {
    expect(accepts({ selectionBehavior: undefined })).toBe(false);
    expect(accepts({ selectionBehavior: 'all' })).toBe(false);
  });

  it('[CH-64] may recommend one suggestion where at most one may be chosen', () => {
    const two = [
      { ...suggestion, isRecommended: true },
      { ...suggestion, isRecommended: true },
    ];
    expect(accepts({ suggestions: two.slice(1) })).toBe(true);
    expect(accepts({ suggestions: two })).toBe(false);
    expect(accepts({ suggestions: two, selectionBehavior: 'any' })).toBe(true);
  });

  it('[CH-59] [CH-72] may link to absolute web addresses only', () => {
    for (const url of ['/more', 'carehook.example', 'javascript:alert(1)', 'ftp://a.example/', '']) {
      expect(accepts({ source: { label: 'x', url } })).toBe(false);
      expect(accepts({ source: { label: 'x', icon: url } })).toBe(false);
      expect(accepts({ links: [{ label: 'x', url, type: 'absolute' }] })).toBe(false);
    }
  });

  it('[CH-72] [CH-73] must say of a link whether it is absolute or SMART, and appContext goes with the latter', () => {
    const link = { label: 'App', url: 'https://app.example/launch' };
    expect(accepts({ links: [link] })).toBe(false);
    expect(accepts({ links: [{ ...link, type: 'smart', appContext: 'x' }] })).toBe(true);
    expect(accepts({ links: [{ ...link, type: 'absolute', appContext: 'x' }] })).toBe(false);
  });

  it('[CH-56] [CH-101] must give override reasons code, system and display', () => {
    for (const name of ['code', 'system', 'display'])
      expect(accepts({ overrideReasons: [{ system: 's', code: 'c', display: 'd', [name]: undefined }] })).toBe(false);
  });

  it('[CH-67] [CH-69] must have actions that create, update or delete, with the whole resource', () => {
    expect(withAction({ ...create, type: 'update' })).toBe(true);
    expect(withAction({ ...create, type: 'replace' })).toBe(false);
    expect(withAction({ ...create, resource: undefined })).toBe(false);
    expect(withAction({ ...create, resourceId: 'ServiceRequest/1' })).toBe(false);
  });

  it('[CH-68] must describe its actions', () => {
    expect(withAction({ ...create, description: undefined })).toBe(false);
  });

  it('[CH-70] must name what it deletes by a relative reference', () => {
    const remove = { type: 'delete', description: 'Cancel', resourceId: 'MedicationRequest/a' };
    expect(withAction(remove)).toBe(true);
    for (const resourceId of [undefined, 'a', 'http://ehr.example/fhir/MedicationRequest/a', 'MedicationRequest/a b'])
      expect(withAction({ ...remove, resourceId })).toBe(false);
    expect(withAction({ ...remove, resource: { resourceType: 'MedicationRequest' } })).toBe(false);
  });

  it('[CH-8] [CH-66] [CH-75] may not have actionSelectionBehavior or system actions', () => {
    expect(accepts({ suggestions: [{ ...suggestion, actionSelectionBehavior: 'all' }] })).toBe(false);
    expect(responseSchema.safeParse({ cards: [], systemActions: [] }).success).toBe(false);
  });
});
