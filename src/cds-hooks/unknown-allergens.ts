import type { AllergyIntolerance, CodeableConcept, FhirResource } from 'fhir/r4.js';
import { bearsMedication } from '../record/normalise.ts';
import type { PatientRecord } from '../record/record.ts';
import type { Rule, RuleSet } from '../rules/rule-set.ts';
import { hasCode } from '../terminology/code-set.ts';
import { isRxNorm } from '../terminology/medications.ts';
import { conceptText } from './evidence.ts';

/**
 * Names of drug allergies that drafts of drugs could not be compared with, because neither an ingredient nor a code of the
 * vocabulary stands for them. None where no rule of the service reads allergies.
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
    [coding ?? []].flat().some((each) => {
      if (each == null) return false;
      if (isRxNorm(each.system) && vocabulary.medications.byCode(each.code ?? '')) return true;
      return [...vocabulary.valueSets.values()].some((set) => hasCode(set, each.system, each.code));
    });
  const names = record.ofType('AllergyIntolerance').flatMap((resource) => {
    const allergy = resource as AllergyIntolerance;
    const name = conceptText(allergy.code);
    return counts(allergy) && !read.has(resource) && !saysNone.test(name) && !isKnown(allergy.code ?? {}) ? [name] : [];
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

/** An entry that says that there is no allergy is none; words that a rule reads for a class are no riddle. */
const saysNone = /^\s*(no known|nkd?a\b|none\b|penicillins?\s*$|pcn\s*$)/i;
