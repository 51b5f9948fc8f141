import { randomUUID } from 'node:crypto';
import { relativeReference } from '../fhir/reference.ts';
import type { Facts, Finding } from '../rules/finding.ts';
import type { Manifest, SuggestionText } from '../rules/manifest.ts';
import type { Card } from './response-schema.ts';

export interface SuggestionContext {
  readonly patientId: string;
  readonly userId?: string | undefined;
  readonly now: Date;
}

/** What a rule's manifest offers to do about a finding, as far as its facts call for it and every part can be offered. */
export const suggestionsOf = (
  manifest: Manifest,
  finding: Finding,
  facts: Facts,
  context: SuggestionContext,
): NonNullable<Card['suggestions']> =>
  manifest.suggestions
    .filter(
      ({ if: needed, unless }) => (!needed || facts[needed] !== undefined) && (!unless || facts[unless] === undefined),
    )
    .flatMap((suggestion) => {
      const actions = suggestion.actions.flatMap((action) => toAction(action, finding, context));
      // A suggestion of which one part cannot be offered would do something else than it says.
      return actions.length === suggestion.actions.length && actions.length > 0
        ? [
            {
              label: suggestion.label,
              uuid: randomUUID(),
              ...(suggestion.recommended && { isRecommended: true as const }),
              actions,
            },
          ]
        : [];
    });

type Action = NonNullable<Card['suggestions']>[number]['actions'][number];

const toAction = (
  action: SuggestionText['actions'][number],
  finding: Finding,
  { patientId, userId, now }: SuggestionContext,
): readonly Action[] => {
  if (action.type === 'create') {
    const requester = userId && /^Practitioner(Role)?\//.test(userId) ? { requester: { reference: userId } } : {};
    const resource = {
      ...action.resource,
      subject: { reference: `Patient/${patientId}` },
      authoredOn: now.toISOString(),
      ...requester,
    };
    return [
      {
        type: 'create',
        description: action.description,
        resource: resource as Extract<Action, { type: 'create' | 'update' }>['resource'],
      },
    ];
  }
  if (finding.status !== 'alert') return [];
  const target = action.resource === 'focus' ? finding.focus : finding.with[0];
  // Better the card without the suggestion than no card: some drafts have ids that FHIR does not allow.
  return target?.id && relativeReference(`${target.resourceType}/${target.id}`)
    ? [{ type: 'delete', description: action.description, resourceId: `${target.resourceType}/${target.id}` }]
    : [];
};
