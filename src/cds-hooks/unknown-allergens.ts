import type { AllergyIntolerance, CodeableConcept, FhirResource } from 'fhir/r4.js';
import { bearsMedication } from '../record/normalise.ts';
import type { PatientRecord } from '../record/record.ts';
import type { Rule, RuleSet } from '../rules/rule-set.ts';
import { hasCode } from '../terminology/code-set.ts';

/**
 * Names of drug allergies that drafts of drugs could not be compared with, because neither a drug, a class of drugs nor a
 * code of the vocabulary stands for them. None where no rule of the service reads allergies.
 *
 * @param read resources that findings rest on: a rule has understood these, by their words if need be
 */
export const unknownAllergens = (
  record: PatientRecord,
  rules: readonly Rule[],
  { vocabulary }: RuleSet,
  read: ReadonlySet<FhirResource>,
): readonly string[] => {
  const reads = rules.some(({ requirements }) => requirements.some(({ type }) => type === 'AllergyIntolerance'));
  if (!reads || !record.drafts.some(bearsMedication)) return [];
  const isKnown = ({ coding }: CodeableConcept): boolean =>
    [coding ?? []]
      .flat()
      .some(
        (each) =>
          each != null && [...vocabulary.valueSets.values()].some((set) => hasCode(set, each.system, each.code)),
      );
  const names = record.ofType('AllergyIntolerance').flatMap((resource) => {
    const allergy = resource as AllergyIntolerance;
    return counts(allergy) && !read.has(resource) && !isKnown(allergy.code ?? {})
      ? record.unknownAllergens(resource)
      : [];
  });
  return [...new Set(names)];
};

/** Active, not refuted, and of a drug as far as it says; one without category may be. */
const counts = ({ clinicalStatus, verificationStatus, category }: AllergyIntolerance): boolean => {
  const codes = [clinicalStatus, verificationStatus].flatMap((status) =>
    (status?.coding ?? []).map(({ code }) => code),
  );
  if (codes.some((code) => /^(inactive|resolved|refuted|entered-in-error)$/.test(code ?? ''))) return false;
  const categories = [category ?? []].flat();
  return categories.length === 0 || categories.some((each) => each === 'medication' || each === 'biologic');
};
