import { Code, Concept, Quantity, type RetrieveDetails } from 'cql-execution';
import type { FhirResource } from 'fhir/r4.js';
import type { Exposure } from '../record/exposures.ts';
import { type CodeSet, createCodeSet } from '../terminology/code-set.ts';
import type { Strength } from '../terminology/drug.ts';
import { canonicalSystem, codeSystems } from '../terminology/systems.ts';
import { IndexedValueSet } from './code-service.ts';
import type { CqlRecord } from './engine.ts';
import type { ModelObject, ModelTypes } from './model-object.ts';

/** The patient, through whom cql-execution retrieves; each resource is wrapped once an evaluation. */
export const createRecordSource = (record: CqlRecord, types: ModelTypes) => {
  const find = (profile: string, details?: RetrieveDetails): ModelObject[] => {
    const resourceType = (details?.datatype ?? profile).replace(/^.*[}/]/, '');
    const { codes, codeProperty } = details ?? {};
    // What is found is compared with the codes once more, by the addresses that `getCode` gives their systems.
    const listed = Array.isArray(codes) ? codes.flatMap(withCanonicalSystems) : undefined;
    if (details && listed) details.codes = listed;
    const set =
      codes instanceof IndexedValueSet
        ? isIndexed(types.element, resourceType, codeProperty ?? '') && codes.index
        : listed && holdsCodesOnly(types.element, resourceType, codeProperty ?? '') && setOfListed(listed);
    const resources =
      set && codeProperty ? record.withCode(resourceType, codeProperty, set) : record.ofType(resourceType);
    return resources.map(types.resource);
  };
  return Object.assign(types.resource(record.patient), {
    findRecord: (profile: string | null, details?: RetrieveDetails) => find(profile ?? '', details)[0],
    findRecords: (profile: string | null, details?: RetrieveDetails) => find(profile ?? '', details),
  });
};

/** `[Condition: code in { "A", "B" }]` comes as a list of one list. */
const withCanonicalSystems = (code: Code | Concept | null | readonly (Code | null)[]): readonly Code[] => {
  if (code === null) return [];
  if (Array.isArray(code)) return code.flatMap(withCanonicalSystems);
  if (code instanceof Concept) return (code.codes ?? []).flatMap(withCanonicalSystems);
  const { code: value, system, version, display } = code as Code;
  return [new Code(value, canonicalSystem(system), version, display)];
};

/** The record's index knows codes by their system; a bare code, such as Patient.gender, has none and is compared by the retrieve. */
export const isIndexed = (element: ModelTypes['element'], resourceType: string, path: string): boolean =>
  typesOf(element, resourceType, path).some((type) => coded.test(type));

/** Whether there is nothing at a path that a listed code may match and the index does not know, such as a string. */
const holdsCodesOnly = (element: ModelTypes['element'], resourceType: string, path: string): boolean => {
  const types = typesOf(element, resourceType, path);
  return types.length > 0 && types.every((type) => coded.test(type) || type === 'FHIR.Reference');
};

const coded = /^(List<)?FHIR\.(CodeableConcept|Coding)>?$/;

const typesOf = (element: ModelTypes['element'], resourceType: string, path: string): readonly string[] =>
  [element(`FHIR.${resourceType}`, path) ?? []].flat();

/** Undefined where a code has no system, which the index does not tell from one without address. */
const setOfListed = (codes: readonly Code[]): CodeSet | undefined =>
  codes.every(({ system, code }) => system && code)
    ? createCodeSet(codes.map(({ system, code }) => ({ system, code })))
    : undefined;

/** How an engine holds a resource, and a dateTime of FHIR. */
export interface HostTypes {
  resource(resource: FhirResource): unknown;
  dateTime(value: string): unknown;
}

/** The parameters that the host fills, the same for every library that declares them. */
export const hostParameters: Readonly<Record<string, (record: CqlRecord, types: HostTypes) => unknown>> = {
  'Draft Orders': (record, types) => record.drafts.map((draft) => types.resource(draft)),
  Exposures: (record, types) => record.exposures.map((exposure) => exposureTuple(exposure, types)),
};

const exposureTuple = (exposure: Exposure, { resource, dateTime }: HostTypes) => ({
  therapy: exposure.therapy,
  resource: resource(exposure.resource),
  copies: exposure.copies.map(resource),
  from: exposure.from,
  setting: exposure.setting,
  name: exposure.name,
  product:
    exposure.product.code === undefined
      ? null
      : new Code(exposure.product.code, codeSystems.RXNORM, undefined, exposure.product.name),
  ingredient: new Code(exposure.ingredient.code, codeSystems.RXNORM, undefined, exposure.ingredient.name),
  form: exposure.form ?? null,
  route: exposure.route,
  way: exposure.way ?? null,
  strength: exposure.strength === undefined ? null : new Quantity(exposure.strength.value, unitOf(exposure.strength)),
  dailyDose: exposure.dailyDose === undefined ? null : new Quantity(exposure.dailyDose.value, exposure.dailyDose.unit),
  prn: exposure.prn,
  start: exposure.start === undefined ? null : dateTime(exposure.start),
  startIs: exposure.startIs ?? null,
  stop: exposure.stop === undefined ? null : dateTime(exposure.stop),
  stopIs: exposure.stopIs ?? null,
});

const unitOf = ({ unit, per }: Strength): string => (per === undefined ? unit : `${unit}/${per}`);
