import type { Elm } from '../cql/elm.ts';
import type { Missing } from '../record/record.ts';
import { type DataRequirement, dataRequirements, exposureRequirements, modifierTypes } from './data-requirements.ts';
import { definitionsOf, entryPoints } from './entry-points.ts';
import { includedLibraries } from './explain.ts';
import { standingOf } from './lifecycle.ts';
import type { RuleFolder } from './load.ts';
import type { OrderManifest } from './manifest.ts';
import type { Rule } from './rule-set.ts';
import { contentHash, type Site } from './site.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The rule of a rule folder, with what its library reads. */
export const toRule = (
  { family, manifest, library }: RuleFolder,
  libraries: ReadonlyMap<string, Elm>,
  vocabulary: Vocabulary,
): Omit<Rule, 'standing' | 'content'> => {
  const { required, optional } = entryPoints[manifest.kind];
  const definitions = definitionsOf(libraries.get(library.name));
  const read = [...required, ...optional].filter((name) => definitions.has(name));
  const requirementsOf = (names: readonly string[]) =>
    dataRequirements(libraries, vocabulary.valueSets, library.name, names);
  return {
    family,
    manifest,
    library: library.name,
    definitions,
    requirements: requirementsOf(read).map((requirement) => {
      const lookBack = manifest.lookBack[requirement.type];
      return lookBack === undefined || lookBack === 'ever' ? requirement : { ...requirement, lookBack };
    }),
    partlyKnown: partlyKnown(library.name, requirementsOf(['In Population']), { libraries, vocabulary }),
    populationTypes: new Set(requirementsOf(['In Population']).map(({ type }) => type)),
    modifierTypes: modifierTypes(libraries, vocabulary.valueSets, library.name),
  };
};

/** The family of rules that providers from elsewhere add to or replace. */
export const interactions = 'interactions';

/** The rule of a provider from elsewhere: it is given the record's drugs, and reads what else it will of the record. */
export const providedRule = (provider: string, manifest: OrderManifest, site: Site, demonstration: boolean): Rule => {
  const content = contentHash([provider, manifest]);
  return {
    family: interactions,
    manifest,
    library: '',
    provider,
    definitions: new Set(),
    requirements: exposureRequirements,
    partlyKnown: { any: [], population: [] },
    populationTypes: new Set(),
    modifierTypes: new Map(),
    standing: standingOf({ manifest }, content, site, demonstration),
    content,
  };
};

/** The value sets of a rule's libraries that a terminology server should complete and never has. */
const partlyKnown = (
  library: string,
  ofPopulation: readonly DataRequirement[],
  {
    libraries,
    vocabulary: { expansions, valueSets },
  }: { readonly libraries: ReadonlyMap<string, Elm>; readonly vocabulary: Vocabulary },
): Rule['partlyKnown'] => {
  const unknown = new Map(
    [...expansions].flatMap(([url, { asked, problem }]) =>
      asked === undefined
        ? [
            [
              url,
              {
                what: `the value set "${valueSets.get(url)?.title}"`,
                types: [],
                reason: `known in part only: ${problem}`,
              },
            ],
          ]
        : [],
    ) satisfies [string, Missing][],
  );
  if (unknown.size === 0) return { any: [], population: [] };
  const read = includedLibraries(library, libraries).flatMap((name) =>
    (libraries.get(name)?.library.valueSets?.def ?? []).map(({ id }) => id),
  );
  const among = (urls: Iterable<string | undefined>) =>
    [...new Set(urls)].flatMap((url) => unknown.get(url ?? '') ?? []);
  return { any: among(read), population: among(ofPopulation.map(({ valueSet }) => valueSet)) };
};
