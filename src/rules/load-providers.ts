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
      const faults = faultsOf(provider);
      problems.push(...faults.map((message) => ({ file, message })));
      if (provider && faults.length === 0) providers.set(provider.id, provider);
    } catch (thrown) {
      problems.push({
        file,
        message: `expected a module whose default export is an interaction provider: ${messageOf(thrown)}`,
      });
    }
  }
  return { providers, problems };
};

const faultsOf = (provider: InteractionProvider | undefined): readonly string[] => {
  if (typeof provider?.id !== 'string' || typeof provider.alerts !== 'function' || !Array.isArray(provider.rules))
    return ['expected a default export with id, rules and alerts(), which is an interaction provider'];
  return provider.rules.flatMap((manifest, i) => {
    const read = manifestSchema.safeParse(manifest);
    if (!read.success)
      return read.error.issues.map(({ path, message }) => `rules.${[i, ...path].join('.')}: ${message}`);
    return read.data.kind === 'order' ? [] : [`rules.${i}.kind: expected order, got ${read.data.kind}`];
  });
};
