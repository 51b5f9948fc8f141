import type { AllergyIntolerance, BundleEntry, Coding, FhirResource, Patient } from 'fhir/r4.js';
import { isResource } from '../fhir/bundle.ts';
import { subjectReference } from '../fhir/subject.ts';
import { getOrCompute } from '../get-or-compute.ts';
import type { AllergenTable } from '../terminology/allergens.ts';
import type { AnalyteTable } from '../terminology/analytes.ts';
import type { CodeSet } from '../terminology/code-set.ts';
import type { MedicationTable } from '../terminology/medications.ts';
import { resolveAllergen } from '../terminology/resolve-allergen.ts';
import { type MedicationResolution, resolveMedication } from '../terminology/resolve-medication.ts';
import { codeSystems, drugClassSystem } from '../terminology/systems.ts';
import { createCodeIndex } from './code-index.ts';
import type { CodeSorter } from './code-sorter.ts';
import {
  buildExposures,
  type Exposure,
  type Exposures,
  type MedicationDisagreement,
  type UnresolvedMedication,
} from './exposures.ts';
import {
  bearsMedication,
  createReferenceResolver,
  type MedicationBearer,
  medicationConcept,
  medicationParts,
  type ReferenceResolver,
  withCodings,
  withRelativeReferences,
} from './normalise.ts';
import { withAnalyteUnits } from './observations.ts';
import { plausible } from './plausible.ts';

/** Something that could not be looked at, and the resource types that are less than whole because of it. */
export interface Missing {
  readonly what: string;
  readonly types: readonly string[];
  readonly reason: string;
}

/** One patient's resources, normalised and indexed, with what could not be had. */
export interface PatientRecord {
  readonly source: string;
  readonly patientId: string;
  readonly patient: Patient;
  readonly missing: readonly Missing[];
  readonly drafts: readonly FhirResource[];
  readonly exposures: readonly Exposure[];
  /** Drugs for which no ingredient was found; those of drafts, and those that drafts should be compared with, are worth a card. */
  readonly unresolvedMedications: readonly UnresolvedMedication[];
  /** Drugs whose code and name stand for different ones. */
  readonly disagreements: readonly MedicationDisagreement[];
  /** What an allergy names that stands for nothing known here: no drug, no class of them, and nothing else either. */
  unknownAllergens(allergy: FhirResource): readonly string[];
  ofType(resourceType: string): readonly FhirResource[];
  /** Those of a type with any of the codes at a path (a CodeableConcept, Coding or code, one or many), in record order. */
  withCode(resourceType: string, path: string, codes: CodeSet): readonly FhirResource[];
  /** The same for several sets of codes at once; what is given back tells those of one set by its place among them. */
  withCodes(resourceType: string, path: string, sorter: CodeSorter): (set: number) => readonly FhirResource[];
  /** The resource behind `Type/id`. */
  find(reference: string): FhirResource | undefined;
  /** The resource as it came, before it was normalised. */
  original(resource: FhirResource): FhirResource;
}

export interface RecordInput {
  readonly source: string;
  readonly patientId: string;
  readonly entries: readonly BundleEntry[];
  readonly drafts?: readonly BundleEntry[];
  readonly missing?: readonly Missing[];
  readonly vocabulary: {
    readonly medications: MedicationTable;
    readonly allergens: AllergenTable;
    readonly analytes: AnalyteTable;
  };
  readonly now: Date;
}

/**
 * The record of one patient. Resources of anybody else are dropped and said; undefined when the patient is not among
 * the entries, because nothing can be said of a patient whose age and sex are unknown.
 */
export const buildRecord = (input: RecordInput): PatientRecord | undefined => {
  const { source, patientId, vocabulary, now } = input;
  const { medications, allergens, analytes } = vocabulary;
  const entries = [...input.entries, ...(input.drafts ?? [])];
  const resolveReference = createReferenceResolver(entries);
  const missing: Missing[] = [...(input.missing ?? [])];

  const patient = input.entries
    .map(({ resource }) => resource as FhirResource | undefined)
    .find((resource) => resource?.resourceType === 'Patient' && resource.id === patientId);
  if (patient?.resourceType !== 'Patient') return undefined;
  const owners = new Set([`Patient/${patientId}`, ...linkedPatients(patient, resolveReference)]);
  const { byId, byType, dropped } = sort(input.entries, owners, resolveReference);
  // CQL's Patient is one: the other records of the same person are not further patients.
  byType.set('Patient', [patient]);
  for (const [resourceType, count] of dropped)
    missing.push({ what: `${count} ${resourceType} of another patient`, types: [], reason: 'dropped, not evaluated' });

  const originals = new Map<FhirResource, FhirResource>();
  /** Each resource is normalised once, when it is first asked for. */
  const copies = new Map<FhirResource, FhirResource>();
  const resolutions = new Map<FhirResource, MedicationResolution>();
  const draftsByReference = new Map(
    (input.drafts ?? []).flatMap(({ resource }) =>
      isResource(resource) && resource.id !== undefined ? [[`${resource.resourceType}/${resource.id}`, resource]] : [],
    ),
  );
  const find = (reference: string) => {
    const relative = resolveReference(reference) ?? reference;
    const slash = relative.indexOf('/');
    return byId.get(relative.slice(0, slash))?.get(relative.slice(slash + 1)) ?? draftsByReference.get(relative);
  };

  const normalise = (resource: FhirResource): FhirResource => getOrCompute(copies, resource, () => toNormal(resource));
  const toNormal = (resource: FhirResource): FhirResource => {
    let copy = withRelativeReferences(resource, resolveReference);
    if (bearsMedication(copy)) copy = withIngredients(copy);
    else if (copy.resourceType === 'AllergyIntolerance') copy = withAllergens(copy);
    else if (copy.resourceType === 'Observation') copy = withAnalyteUnits(copy, analytes);
    if (copy !== resource) originals.set(copy, resource);
    return copy;
  };
  const resolve = (bearer: MedicationBearer): MedicationResolution =>
    resolveMedication(medicationConcept(bearer, find), medications, medicationParts(bearer, find));
  const withIngredients = (bearer: MedicationBearer): FhirResource => {
    const concept = medicationConcept(bearer, find);
    const resolution = resolve(bearer);
    const codings = resolution.status === 'resolved' ? resolution.medication.ingredients.map(rxnormCoding) : [];
    const { medicationReference, ...rest } = bearer;
    const copy = { ...rest, medicationCodeableConcept: withCodings(concept ?? {}, codings) } as FhirResource;
    resolutions.set(copy, resolution);
    return copy;
  };

  const unknownAllergens = new Map<FhirResource, readonly string[]>();
  /** An allergy to a product or a brand is one to its ingredients, one to a class has its code; what is no drug stays as it is. */
  const withAllergens = (allergy: AllergyIntolerance): AllergyIntolerance => {
    const { ingredients, classes, unknown } = resolveAllergen(allergy.code, medications, allergens);
    const codings = [...ingredients.map(rxnormCoding), ...classes.map((code) => ({ system: drugClassSystem, code }))];
    const copy = codings.length === 0 ? allergy : { ...allergy, code: withCodings(allergy.code ?? {}, codings) };
    if (unknown.length > 0) unknownAllergens.set(copy, unknown);
    return copy;
  };

  const normalised = new Map<string, readonly FhirResource[]>();
  const asReceived = (resourceType: string): readonly FhirResource[] => byType.get(resourceType) ?? [];
  const evidence = (resources: readonly FhirResource[]): readonly FhirResource[] =>
    plausible(resources, { now, birthDate: patient.birthDate ?? undefined }).map(normalise);
  const ofType = (resourceType: string): readonly FhirResource[] =>
    getOrCompute(normalised, resourceType, () => evidence(asReceived(resourceType)));
  const withAnyCode = createCodeIndex(ofType);
  const withOwnCode = createCodeIndex(asReceived);
  // Of most types only what has the codes need be normalised: copies of one event have the same codes.
  const keepsCodes = (resourceType: string, path: string): boolean =>
    (path === 'code' || path === 'vaccineCode') && resourceType !== 'AllergyIntolerance';
  const withCode: PatientRecord['withCode'] = (resourceType, path, codes) =>
    keepsCodes(resourceType, path)
      ? evidence(withOwnCode(resourceType, path, codes))
      : withAnyCode(resourceType, path, codes);
  const withCodes: PatientRecord['withCodes'] = (resourceType, path, sorter) => {
    const keeps = keepsCodes(resourceType, path);
    const groups = sorter.sort(keeps ? asReceived(resourceType) : ofType(resourceType));
    return (set) => (keeps ? evidence(groups[set] ?? []) : (groups[set] ?? []));
  };

  const drafts = (input.drafts ?? [])
    .map(({ resource }) => resource)
    .filter(isResource)
    .map(normalise);
  const medicationsOfChart = [
    'MedicationRequest',
    'MedicationStatement',
    'MedicationAdministration',
    'MedicationDispense',
  ];
  let built: Exposures | undefined;
  const exposed = () =>
    (built ??= buildExposures({
      chart: medicationsOfChart.flatMap(ofType),
      drafts,
      now,
      resolve: (bearer) => resolutions.get(bearer) ?? resolve(bearer),
    }));

  return {
    source,
    patientId,
    patient,
    missing,
    drafts,
    get exposures() {
      return exposed().exposures;
    },
    get unresolvedMedications() {
      return exposed().unresolved;
    },
    get disagreements() {
      return exposed().disagreements;
    },
    unknownAllergens: (allergy) => unknownAllergens.get(allergy) ?? [],
    ofType,
    withCode,
    withCodes,
    find: (reference) => {
      const found = find(reference);
      return found && normalise(found);
    },
    original: (resource) => originals.get(resource) ?? resource,
  };
};

const rxnormCoding = ({ code, name }: { code: string; name: string }): Coding => ({
  system: codeSystems.RXNORM,
  code,
  display: name,
});

/** Other records of the same person, which this one replaces or refers to (Patient.link). */
const linkedPatients = ({ link }: Patient, resolve: ReferenceResolver): readonly string[] =>
  (link ?? [])
    .filter(({ type }) => type === 'replaces' || type === 'seealso' || type === 'refer')
    .flatMap(({ other }) => (other?.reference === undefined ? [] : (resolve(other.reference) ?? other.reference)));

/** Resources by reference and by type, without those that say they are somebody else's; a repeated resource counts once. */
const sort = (entries: readonly BundleEntry[], owners: ReadonlySet<string>, resolve: ReferenceResolver) => {
  const byId = new Map<string, Map<string, FhirResource>>();
  const byType = new Map<string, FhirResource[]>();
  const dropped = new Map<string, number>();
  for (const { resource } of entries) {
    if (!isResource(resource)) continue;
    const { resourceType, id } = resource;
    const subject = resourceType === 'Patient' ? `Patient/${id}` : subjectReference(resource);
    if (subject !== undefined && !owners.has(subject) && !owners.has(resolve(subject) ?? subject)) {
      dropped.set(resourceType, (dropped.get(resourceType) ?? 0) + 1);
      continue;
    }
    if (id !== undefined) {
      const ofThisType = getOrCompute(byId, resourceType, () => new Map<string, FhirResource>());
      if (ofThisType.has(id)) continue;
      ofThisType.set(id, resource);
    }
    getOrCompute(byType, resourceType, () => []).push(resource);
  }
  return { byId, byType, dropped };
};
