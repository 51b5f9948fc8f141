import type { CodeableConcept, Coding, FhirResource, Reference } from 'fhir/r4.js';
import { getOrCompute } from '../get-or-compute.ts';
import { bearsMedication, medicationConcept } from '../record/normalise.ts';
import { isRxNorm } from '../terminology/medications.ts';
import { resolveMedication } from '../terminology/resolve-medication.ts';
import { canonicalSystem, codeKey } from '../terminology/systems.ts';
import { type CodedType, codedElements, isCodedType } from './coded-elements.ts';
import { createValueSetHints, type ValueSetHint } from './value-set-hints.ts';
import { type Vocabulary, valueSetBase } from './vocabulary.ts';

/** A code that no rule can see, and how often it stands in the data. */
export interface UnknownCode {
  readonly code: string;
  /** The name most often given with it; absent where there is none that more than one patient's record has. */
  readonly display?: string;
  readonly count: number;
  readonly patients: number;
  /** What the name stands for by itself: a drug's ingredients, or the value sets that have a code of the same name. */
  readonly resolvesTo?: string;
  /** Value sets that it may belong in, because names share words: suggestions, to be checked by somebody who knows. */
  readonly suggestions: readonly (Omit<ValueSetHint, 'url'> & { readonly valueSet: string })[];
}

export interface UnknownCodes {
  readonly resourceType: string;
  readonly system: string;
  /** Whether any value set, drug class or the medication table has codes of the system. */
  readonly systemKnown: boolean;
  readonly uses: number;
  /** The most frequent first. */
  readonly codes: readonly UnknownCode[];
}

export interface TypeCount {
  readonly resourceType: string;
  readonly concepts: number;
  /** With a code that some value set or the medication table has. */
  readonly known: number;
  /** In words alone, which are not shown: they may be about one patient. */
  readonly withoutCode: number;
}

export interface CodeAudit {
  /** Counts the codes of a resource; `patient` only tells patients apart, and is not given back. */
  add(resource: FhirResource, patient: string | undefined): void;
  report(): { readonly types: readonly TypeCount[]; readonly unknown: readonly UnknownCodes[] };
}

interface Tally {
  count: number;
  readonly patients: Set<string>;
  readonly names: Map<
    string,
    { count: number; readonly ofCode: boolean; readonly patient: string | undefined; several: boolean }
  >;
}

/** More names of one code than these are free text. */
const mostNames = 50;

/**
 * Counts the codes of a site's data that no value set, drug class or the medication table has. A concept that has a known
 * code beside others is known: the rules see it.
 */
export const createCodeAudit = (vocabulary: Vocabulary): CodeAudit => {
  const { medications, drugClasses } = vocabulary;
  const known = new Set<string>();
  const knownSystems = new Set<string>();
  for (const { codes } of vocabulary.valueSets.values())
    for (const { system, code } of codes) {
      known.add(codeKey(system, code));
      knownSystems.add(canonicalSystem(system) ?? '');
    }
  const isKnown = ({ system, code }: Coding): boolean =>
    known.has(codeKey(system, code)) ||
    (isRxNorm(system) && code !== undefined && medications.byCode(code) !== undefined);

  const types = new Map<string, { concepts: number; known: number; withoutCode: number }>();
  const groups = new Map<string, Map<string, Map<string, Tally>>>();

  const addConcept = (
    resourceType: CodedType,
    { coding, text }: CodeableConcept,
    patient: string | undefined,
  ): void => {
    const count = getOrCompute(types, resourceType, () => ({ concepts: 0, known: 0, withoutCode: 0 }));
    count.concepts += 1;
    const codings = [coding ?? []].flat().filter((each) => each?.code !== undefined);
    if (codings.length === 0) count.withoutCode += 1;
    if (codings.some(isKnown)) {
      count.known += 1;
      return;
    }
    for (const { system, code = '', display } of codings) {
      const bySystem = getOrCompute(groups, resourceType, () => new Map<string, Map<string, Tally>>());
      const byCode = getOrCompute(bySystem, canonicalSystem(system) ?? '', () => new Map<string, Tally>());
      const tally = getOrCompute(byCode, code, (): Tally => ({ count: 0, patients: new Set(), names: new Map() }));
      tally.count += 1;
      if (patient !== undefined) tally.patients.add(patient);
      const name = oneLine(display ?? text);
      if (!name || (tally.names.size >= mostNames && !tally.names.has(name))) continue;
      const named = getOrCompute(tally.names, name, () => ({
        count: 0,
        ofCode: display !== undefined,
        patient,
        several: false,
      }));
      named.count += 1;
      if (named.patient !== patient) named.several = true;
    }
  };

  return {
    add: (resource, patient) => {
      const { resourceType } = resource;
      if (!isCodedType(resourceType)) return;
      for (const concept of conceptsOf(resource, resourceType)) addConcept(resourceType, concept, patient);
    },
    report: () => {
      const sets = [...vocabulary.valueSets.values()];
      const isClass = (url: string) => drugClasses.has(url.slice(valueSetBase.length));
      const hintsOf = {
        drug: createValueSetHints(sets.filter(({ url }) => isClass(url))),
        other: createValueSetHints(sets.filter(({ url }) => !isClass(url))),
      };
      const setsByName = new Map<string, Set<string>>();
      for (const { url, codes } of sets)
        for (const { display } of codes)
          getOrCompute(setsByName, display.toLowerCase(), () => new Set<string>()).add(url.slice(valueSetBase.length));

      const resolved = (resourceType: string, display: string): string | undefined => {
        if (!namesDrugs(resourceType))
          return [...(setsByName.get(display.toLowerCase()) ?? [])].join(', ') || undefined;
        const resolution = resolveMedication({ text: display }, medications);
        return resolution.status === 'resolved'
          ? resolution.medication.ingredients.map(({ name }) => name).join(', ')
          : undefined;
      };
      const toUnknown = (resourceType: string, code: string, { count, patients, names }: Tally): UnknownCode => {
        const display = commonestName(names);
        const resolvesTo = display === undefined ? undefined : resolved(resourceType, display);
        const hints = display === undefined ? [] : hintsOf[namesDrugs(resourceType) ? 'drug' : 'other'](display);
        return {
          code,
          ...(display !== undefined && { display }),
          count,
          patients: patients.size,
          ...(resolvesTo !== undefined && { resolvesTo }),
          suggestions: hints.map(({ url, ...hint }) => ({ valueSet: url.slice(valueSetBase.length), ...hint })),
        };
      };
      const unknown = [...groups].flatMap(([resourceType, bySystem]) =>
        [...bySystem].map(([system, byCode]) => ({
          resourceType,
          system,
          systemKnown: knownSystems.has(system) || isRxNorm(system),
          uses: [...byCode.values()].reduce((sum, { count }) => sum + count, 0),
          codes: [...byCode]
            .sort(([a, { count: inA }], [b, { count: inB }]) => inB - inA || a.localeCompare(b))
            .map(([code, tally]) => toUnknown(resourceType, code, tally)),
        })),
      );
      return {
        types: [...types]
          .map(([resourceType, count]) => ({ resourceType, ...count }))
          .sort((a, b) => a.resourceType.localeCompare(b.resourceType)),
        unknown: unknown.sort(
          (a, b) => b.uses - a.uses || a.resourceType.localeCompare(b.resourceType) || a.system.localeCompare(b.system),
        ),
      };
    },
  };
};

/** A text on one line, without what a terminal would obey. */
const oneLine = (text: unknown): string => (typeof text === 'string' ? text.replace(/[\s\p{Cc}]+/gu, ' ').trim() : '');

/** The name most often given with a code. What stands beside the code as text is shown only when two patients have it. */
const commonestName = (names: Tally['names']): string | undefined =>
  [...names]
    .filter(([, { ofCode, several }]) => ofCode || several)
    .sort(([a, inA], [b, inB]) => inB.count - inA.count || a.localeCompare(b))[0]?.[0];

const namesDrugs = (resourceType: string): boolean =>
  resourceType.startsWith('Medication') || resourceType === 'AllergyIntolerance';

const conceptsOf = (resource: FhirResource, resourceType: CodedType): readonly CodeableConcept[] => {
  // A Medication that the resource refers to is a resource of its own, and counted as one.
  const value: unknown = bearsMedication(resource)
    ? medicationConcept(
        { ...resource, medicationReference: ownReference(resource.medicationReference) },
        () => undefined,
      )
    : (resource as unknown as Readonly<Record<string, unknown>>)[codedElements[resourceType]];
  return [value ?? []].flat().filter((each): each is CodeableConcept => typeof each === 'object' && each !== null);
};

const ownReference = (reference: Reference | undefined): Reference =>
  reference?.reference?.startsWith('#') ? { reference: reference.reference } : {};
