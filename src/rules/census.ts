/** What one record showed of what completes the matters of rules. */
export interface Sighting {
  /** Tells patients apart while the process lives; it is never written. */
  readonly patient: string;
  /** The ids of the value sets of which the record has a code. */
  readonly valueSets: readonly string[];
}

/**
 * What an installation has ever shown. Where no code of a value set was ever seen, its codes are probably others here, and
 * that nothing is on record says nothing.
 */
export interface Census {
  /** Whether a code of the value set has ever been seen, or somebody who knows says that its codes are used here. */
  isMapped(valueSet: string): boolean;
  note(sighting: Sighting): void;
}

/** For what is no installation: the demonstration, cases of rules. Everything counts as seen. */
export const allMapped: Census = { isMapped: () => true, note: () => {} };

/** A census of a short while, which begins with what was known before. */
export const createCensus = (
  wasMapped: (valueSet: string) => boolean,
): Census & { readonly sightings: readonly Sighting[] } => {
  const sightings: Sighting[] = [];
  const seen = new Set<string>();
  return {
    sightings,
    isMapped: (valueSet) => seen.has(valueSet) || wasMapped(valueSet),
    note: (sighting) => {
      sightings.push(sighting);
      for (const id of sighting.valueSets) seen.add(id);
    },
  };
};
