import type { FhirResource } from 'fhir/r4.js';
import type { Evaluation } from '../cql/engine.ts';
import type { PatientRecord } from '../record/record.ts';
import type { Manifest, OrderManifest } from './manifest.ts';

/** What a provider says of one order; the manifest of its rule says what tier and words this gets. */
interface ProvidedAlert {
  /** A problem of the rule's manifest. */
  readonly problem: string;
  /** The draft order that the alert is about. */
  readonly focus: FhirResource;
  readonly with: readonly FhirResource[];
  readonly modifiers: readonly {
    /** A modifier of the problem. */
    readonly id: string;
    /** Null where the data to judge it is missing. */
    readonly holds: boolean | null;
    readonly missing?: string;
    readonly evidence?: readonly FhirResource[];
  }[];
  /** Fill the `{{words}}` of the manifest's texts. */
  readonly facts: Readonly<Record<string, string | number | null>>;
}

interface ProviderQuestion {
  /** The id of one of the provider's rules, whose gate is open for the record. */
  readonly rule: string;
  /** With `exposures`, the patient's and the drafted drugs by RxNorm ingredient, and with `drafts`. */
  readonly record: PatientRecord;
  readonly now: Date;
  readonly timeZone: string;
}

/**
 * Knowledge of interactions from elsewhere, such as a licensed database, beside or in place of the rules of the rules
 * folder. The host does the rest for both alike: gates, tiers, merging, repeats, cards.
 */
export interface InteractionProvider {
  readonly id: string;
  /** Manifests as `rule.yaml` has them; one may speak for thousands of pairs whose words are facts. */
  readonly rules: readonly OrderManifest[];
  /** The alerts of one rule; thrown errors make that rule unknown and no other. */
  alerts(question: ProviderQuestion): Promise<readonly ProvidedAlert[]>;
}

/** The name of the provider that comes with the project. */
export const shippedProvider = 'shipped';

/** The rules of the rules folder as a provider: their CQL answers, within one evaluation. */
export const cqlProvider = (
  rules: readonly { readonly manifest: Manifest; readonly library: string }[],
  evaluation: Evaluation,
): Pick<InteractionProvider, 'id' | 'alerts'> => {
  const libraries = new Map(rules.map(({ manifest, library }) => [manifest.id, library]));
  return {
    id: shippedProvider,
    alerts: async ({ rule }) => {
      const alerts = await evaluation.value(libraries.get(rule) ?? '', 'Alerts');
      if (alerts === null) throw new Error('"Alerts" is null: it could not be decided whether there are any');
      return alerts as unknown as readonly ProvidedAlert[];
    },
  };
};
