import type { Rule, RuleSet } from '../rules/rule-set.ts';
import { type PrefetchTemplate, prefetchTemplates } from './prefetch-templates.ts';
import { hookVersions } from './schema.ts';
import { repeatOptionsOffered } from './shown-alerts.ts';

/** A service at one hook, with the rules that answer there. */
export interface CdsService {
  readonly id: string;
  readonly hook: string;
  readonly title: string;
  readonly description: string;
  readonly mostCards: number;
  /** What nobody should think it checks. */
  readonly notChecked: readonly string[];
  readonly rules: readonly Rule[];
  readonly prefetch: readonly PrefetchTemplate[];
}

/** The services of a rule set, one for each (id, hook). */
export const servicesOf = ({ services, rules }: RuleSet): readonly CdsService[] =>
  services.flatMap(({ hooks, families, ...service }) =>
    hooks.map((hook) => {
      const own = rules.filter(
        ({ family, manifest, standing }) =>
          families.includes(family) &&
          manifest.hooks.includes(hook) &&
          manifest.clocks.includes('hook') &&
          standing.voice !== 'off',
      );
      return { ...service, hook, rules: own, prefetch: prefetchTemplates(own) };
    }),
  );

/** CDS Hooks 3.0.0-ballot, Discovery: clients of 2.0 ignore what it adds. */
const specificationVersion = '3.0.0-ballot';

/** The answer to `GET /cds-services`. */
export const discoveryResponse = (services: readonly CdsService[]) => ({
  services: services.map(({ id, hook, title, description, notChecked, prefetch }) => ({
    hook,
    id,
    title,
    description: notChecked.length > 0 ? `${description} Not checked: ${notChecked.join('; ')}.` : description,
    version: specificationVersion,
    ...(hookVersions[hook] && { hookVersion: hookVersions[hook] }),
    prefetch: Object.fromEntries(prefetch.map(({ key, query }) => [key, query])),
    ...((hook === 'order-select' || hook === 'order-sign') && { extension: repeatOptionsOffered }),
  })),
});
