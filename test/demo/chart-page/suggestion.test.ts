import { expect, test } from 'vitest';
import { asDraft } from '../../../src/demo/chart-page/drafts.ts';
import { planSuggestion } from '../../../src/demo/chart-page/suggestion.ts';

const order = (elements: { readonly id?: string; readonly status?: string; readonly note?: object } = {}) => ({
  resourceType: 'MedicationRequest' as const,
  status: 'draft',
  ...elements,
});
const drafts = [asDraft(order(), 'draft-1'), asDraft(order(), 'draft-2')];
const composing = { hook: 'order-select', drafts, drafted: 2 };
const opening = { hook: 'patient-view', drafts, drafted: 2 };

test('deletes a draft, and what is no draft on the FHIR server', () => {
  const plan = planSuggestion(
    [
      { type: 'delete', description: '', resourceId: 'MedicationRequest/draft-1' },
      { type: 'delete', description: '', resourceId: ['MedicationRequest/warfarin'] },
    ],
    composing,
  );
  expect(plan?.drafts.map(({ id }) => id)).toEqual(['draft-2']);
  expect(plan?.entries).toEqual([{ method: 'DELETE', url: 'MedicationRequest/warfarin' }]);
});

test('creates a draft of its own id while orders are composed', () => {
  const plan = planSuggestion([{ type: 'create', description: '', resource: order({ id: 'theirs' }) }], composing);
  expect(plan?.drafted).toBe(3);
  expect(plan?.drafts.at(-1)).toMatchObject({ id: 'draft-3', resource: { id: 'draft-3', status: 'draft' } });
  expect(plan?.entries).toEqual([]);
});

test('creates a signed order on the FHIR server when a chart is opened', () => {
  const plan = planSuggestion([{ type: 'create', description: '', resource: order() }], opening);
  expect(plan?.drafts).toBe(drafts);
  expect(plan?.entries).toMatchObject([{ method: 'POST', url: 'MedicationRequest', resource: { status: 'active' } }]);
});

test('updates a draft in its place, and what is no draft on the FHIR server', () => {
  const changed = order({ id: 'draft-2', note: [{ text: 'lower' }] });
  const theirs = order({ id: 'warfarin', status: 'stopped' });
  const plan = planSuggestion(
    [
      { type: 'update', description: '', resource: changed },
      { type: 'update', description: '', resource: theirs },
    ],
    composing,
  );
  expect(plan?.drafts.map(({ resource }) => resource)).toEqual([drafts[0]?.resource, changed]);
  expect(plan?.entries).toEqual([{ method: 'PUT', url: 'MedicationRequest/warfarin', resource: theirs }]);
});

test.each([
  { type: 'create', description: '' },
  { type: 'create', description: '', resource: { resourceType: '../Patient' } },
  { type: 'update', description: '', resource: { resourceType: 'Task' } },
  { type: 'delete', description: '' },
  { type: 'delete', description: '', resourceId: 'http://elsewhere.example/Task/1' },
  { type: 'delete', description: '', resourceId: ['Task/1', '../..'] },
] as const)('does nothing at all where an action names nothing to act on: %j', (action) => {
  const good = { type: 'delete', description: '', resourceId: 'MedicationRequest/draft-1' } as const;
  expect(planSuggestion([good, action as never], composing)).toBeUndefined();
});
