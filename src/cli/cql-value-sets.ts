import type { Bundle, FhirResource, ValueSet as FhirValueSet } from 'fhir/r4.js';
import type { Elm } from '../cql/elm.ts';
import { fhirValueSets } from '../cql/fhir-value-sets.ts';
import type { CqlSource } from '../cql/libraries.ts';
import { type Problem, startOf } from '../cql/problem.ts';
import type { ValueSets } from '../cql/value-sets.ts';
import { entriesOf, isResource } from '../fhir/bundle.ts';
import { filesBelow } from './cql-files.ts';
import { readJson } from './read-bundle.ts';

/**
 * The value sets of a file or folder of FHIR ValueSet resources, single or in Bundles; other resources are passed over.
 *
 * @throws CONFIG_INVALID when there are no such files, or one is not JSON
 */
export const readValueSets = (path: string): ValueSets =>
  fhirValueSets(
    filesBelow(path, 'value-sets', ['json']).flatMap((file) => {
      const value = readJson(file, 'a ValueSet or a Bundle of them');
      return isResource(value)
        ? entriesOf(value as Bundle | FhirResource).flatMap(({ resource }) =>
            resource?.resourceType === 'ValueSet' ? [resource as FhirValueSet] : [],
          )
        : [];
    }),
  );

/** The value sets that libraries name and that are not there, or whose codes cannot be known. */
export const unusableValueSets = (
  libraries: ReadonlyMap<string, Elm>,
  sources: ReadonlyMap<string, CqlSource>,
  valueSets: ValueSets,
): readonly Problem[] =>
  [...libraries].flatMap(([key, { library }]) =>
    (library.valueSets?.def ?? []).flatMap(({ name, id, version, locator }): Problem[] => {
      const canonical = typeof version === 'string' ? `${id}|${version}` : id;
      const found = valueSets.get(canonical);
      if (found && found.notExpandable === undefined) return [];
      const what = found?.notExpandable ?? `${canonical} is not among the value sets`;
      return [{ file: sources.get(key)?.file ?? key, ...startOf(locator), message: `valueset "${name}": ${what}` }];
    }),
  );
