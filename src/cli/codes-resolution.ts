import type { AllergyIntolerance, FhirResource } from 'fhir/r4.js';
import type { Settings } from '../config.ts';
import { CarehookError } from '../errors.ts';
import { bearsMedication, type MedicationBearer, medicationConcept, medicationParts } from '../record/normalise.ts';
import type { Vocabulary } from '../rules/vocabulary.ts';
import { resolveAllergen } from '../terminology/resolve-allergen.ts';
import { resolveMedication } from '../terminology/resolve-medication.ts';
import { withoutQuotes } from './codes-audit.ts';
import { filesBelow } from './cql-files.ts';
import { unitsOf } from './cql-units.ts';
import { loadRules } from './load-rules.ts';

export interface CodesResolutionOptions {
  readonly data: string;
  /** How many of the names that nothing was found for are shown. */
  readonly top: number;
}

/**
 * Prints by which step the drugs and the allergies of a site's data were resolved, which stayed unresolved, and where code
 * and name are different drugs. Names and counts only: no patient is named.
 */
export const codesResolution = async (settings: Settings, { data, top }: CodesResolutionOptions): Promise<void> => {
  if (!(Number.isInteger(top) && top > 0))
    throw new CarehookError('CONFIG_INVALID', `--top: expected a number from 1, got "${top}"`);
  const { vocabulary } = await loadRules(settings);
  const { drugs, allergies } = await resolutionOf(data, vocabulary, (message) =>
    process.stderr.write(`${withoutQuotes(message)}\n`),
  );
  process.stdout.write(`${[...lines('drugs', drugs, top), '', ...lines('allergies', allergies, top)].join('\n')}\n`);
};

/** How often each step resolved, and how often each name stayed without a meaning or has two. */
export interface Resolutions {
  readonly steps: ReadonlyMap<string, number>;
  readonly unresolved: ReadonlyMap<string, number>;
  readonly disagreements: ReadonlyMap<string, number>;
}

/** Resolves every drug and every allergy of the files of a folder as a record would. */
export const resolutionOf = async (
  data: string,
  vocabulary: Vocabulary,
  onError: (message: string) => void,
): Promise<{ readonly drugs: Resolutions; readonly allergies: Resolutions }> => {
  const drugs = createTally();
  const allergies = createTally();
  const medications = new Map<string, FhirResource>();
  const referring: MedicationBearer[] = [];
  const find = (reference: string) => medications.get(reference);
  const addDrug = (bearer: MedicationBearer) => {
    const parts = medicationParts(bearer, find);
    const resolution = resolveMedication(medicationConcept(bearer, find), vocabulary.medications, parts);
    if (resolution.status !== 'resolved')
      drugs.add(resolution.status, resolution.status === 'unresolved' ? [resolution.label] : []);
    else
      drugs.add(
        `by ${resolution.by}${resolution.medication.oneOf ? ', one of several' : ''}`,
        resolution.unknownParts,
        resolution.disagreement && `${resolution.label}: its code is ${resolution.disagreement.code}`,
      );
  };
  for await (const { entries } of unitsOf(filesBelow(data, 'data', ['json', 'ndjson']), onError))
    for (const resource of entries.map((entry) => entry.resource as FhirResource))
      if (resource.resourceType === 'Medication') medications.set(`Medication/${resource.id}`, resource);
      else if (resource.resourceType === 'AllergyIntolerance') {
        const { code } = resource as AllergyIntolerance;
        const { by, kinds, unknown } = resolveAllergen(code, vocabulary.medications, vocabulary.allergens);
        allergies.add(unknown.length > 0 ? 'unresolved' : (kinds[0] ?? `drug by ${by}`), unknown);
      } else if (bearsMedication(resource)) {
        // A Medication may stand in a later file.
        if (resource.medicationReference && !resource.medicationReference.reference?.startsWith('#'))
          referring.push(resource);
        else addDrug(resource);
      }
  for (const bearer of referring) addDrug(bearer);
  return { drugs, allergies };
};

const createTally = () => {
  const steps = new Map<string, number>();
  const unresolved = new Map<string, number>();
  const disagreements = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    steps,
    unresolved,
    disagreements,
    add: (step: string, unknown: readonly string[], disagreement?: string) => {
      count(steps, step);
      for (const name of unknown) count(unresolved, name);
      if (disagreement !== undefined) count(disagreements, disagreement);
    },
  };
};

const lines = (what: string, { steps, unresolved, disagreements }: Resolutions, top: number): readonly string[] => {
  const all = [...steps.values()].reduce((sum, each) => sum + each, 0);
  const counted = (counts: ReadonlyMap<string, number>) => [...counts].toSorted(([, a], [, b]) => b - a);
  const list = (title: string, counts: ReadonlyMap<string, number>): readonly string[] =>
    counts.size === 0
      ? []
      : [
          `  ${title}${counts.size > top ? `, the ${top} most frequent of ${counts.size}` : ''}:`,
          ...counted(counts)
            .slice(0, top)
            .map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`),
        ];
  return [
    `${all} ${what}`,
    ...counted(steps).map(
      ([step, count]) => `  ${step.padEnd(24)}${String(count).padStart(8)}  ${((100 * count) / all).toFixed(1)} %`,
    ),
    ...list('not resolved', unresolved),
    ...list('code and name are different drugs', disagreements),
  ];
};
