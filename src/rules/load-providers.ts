import { pathToFileURL } from 'node:url';
import type { Problem } from '../cql/problem.ts';
import { messageOf } from '../errors.ts';
import { type InteractionProvider, shippedProvider } from './interaction-provider.ts';
import { manifestSchema } from './manifest.ts';

export interface LoadedProviders {
  readonly providers: ReadonlyMap<string, InteractionProvider>;
  readonly problems: readonly Problem[];
}

/** Imports the modules that export an interaction provider as their default; "shipped" names none. */
export const loadProviders = async (modules: readonly string[]): Promise<LoadedProviders> => {
  const providers = new Map<string, InteractionProvider>();
  const problems: Problem[] = [];
  for (const file of modules) {
    if (file === shippedProvider) continue;
    try {
      const { default: provider } = (await import(pathToFileURL(file).href)) as { default?: InteractionProvider };
      const read = readProvider(provider);
      if (Array.isArray(read)) problems.push(...read.map((message) => ({ file, message })));
      else providers.set(read.id, read);
    } catch (thrown) {
      problems.push({
        file,
        message: `expected a module whose default export is an interaction provider: ${messageOf(thrown)}`,
      });
    }
  }
  return { providers, problems };
};

/** The provider with its manifests checked and filled with what they leave to the default; else what is wrong with it. */
const readProvider = (provider: InteractionProvider | undefined): InteractionProvider | string[] => {
  if (typeof provider?.id !== 'string' || typeof provider.alerts !== 'function' || !Array.isArray(provider.rules))
    return ['expected a default export with id, rules and alerts(), which is an interaction provider'];
  const faults: string[] = [];
  const rules = provider.rules.flatMap((manifest, i) => {
    const { data, error } = manifestSchema.safeParse(manifest);
    for (const { path, message } of error?.issues ?? []) faults.push(`rules.${[i, ...path].join('.')}: ${message}`);
    if (data && data.kind !== 'order') faults.push(`rules.${i}.kind: expected order, got ${data.kind}`);
    return data?.kind === 'order' ? data : [];
  });
  return faults.length > 0 ? faults : { id: provider.id, rules, alerts: (question) => provider.alerts(question) };
};
