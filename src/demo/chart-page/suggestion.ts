import type { Resource } from 'fhir/r4.js';
import type { CdsAction } from './cds-card.ts';
import { asDraft, type Draft, referenceOf, signed } from './drafts.ts';
import type { TransactionEntry } from './ehr-client.ts';

/** What accepting a suggestion does: to the drafts, and as one transaction to the FHIR server. */
export interface Plan {
  readonly drafts: readonly Draft[];
  readonly drafted: number;
  readonly entries: readonly TransactionEntry[];
}

interface Situation {
  /** The hook whose card suggests it. */
  readonly hook: string;
  readonly drafts: readonly Draft[];
  readonly drafted: number;
}

/**
 * All actions of a suggestion together (CDS Hooks 2.0, Suggestion: they are AND-ed). While orders are composed, what is
 * created is a draft and what is deleted may be one; when a chart is opened there is no composer, so the clinician's click
 * signs what is created. Undefined for an action that names nothing to act on: then none is done.
 */
export const planSuggestion = (actions: readonly CdsAction[], situation: Situation): Plan | undefined => {
  let plan: Plan | undefined = { drafts: situation.drafts, drafted: situation.drafted, entries: [] };
  for (const action of actions) plan = plan && step(plan, action, situation.hook);
  return plan;
};

const step = (plan: Plan, action: CdsAction, hook: string): Plan | undefined => {
  if (action.type === 'delete') {
    const targets = [action.resourceId ?? []].flat();
    const allNamed =
      targets.length > 0 && targets.every((target) => /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(target));
    return allNamed ? targets.reduce(remove, plan) : undefined;
  }
  const resource = action.resource as Resource | undefined;
  if (resource === undefined || !/^[A-Z][A-Za-z]+$/.test(resource.resourceType)) return undefined;
  return action.type === 'create' ? create(plan, resource, hook) : update(plan, resource);
};

const remove = (plan: Plan, target: string): Plan => {
  const drafts = plan.drafts.filter((draft) => referenceOf(draft) !== target);
  return drafts.length < plan.drafts.length
    ? { ...plan, drafts }
    : { ...plan, entries: [...plan.entries, { method: 'DELETE', url: target }] };
};

const create = (plan: Plan, resource: Resource, hook: string): Plan => {
  const url = resource.resourceType;
  if (!hook.startsWith('order-'))
    return { ...plan, entries: [...plan.entries, { method: 'POST', url, resource: signed(resource) }] };
  const drafted = plan.drafted + 1;
  return { ...plan, drafted, drafts: [...plan.drafts, asDraft(resource, `draft-${drafted}`)] };
};

const update = (plan: Plan, resource: Resource): Plan | undefined => {
  const { id, resourceType } = resource;
  if (id === undefined) return undefined;
  const target = `${resourceType}/${id}`;
  return plan.drafts.some((draft) => referenceOf(draft) === target)
    ? { ...plan, drafts: plan.drafts.map((draft) => (referenceOf(draft) === target ? asDraft(resource, id) : draft)) }
    : { ...plan, entries: [...plan.entries, { method: 'PUT', url: target, resource }] };
};
