import type { FhirResource } from 'fhir/r4.js';
import { wordsOf } from '../terminology/lexicon.ts';
import { dosagesOf } from './dosages.ts';

/** Whether any dosage is to be taken as needed, by what is coded or by its directions; a chart may say so in words only. */
export const isAsNeeded = (resource: FhirResource): boolean =>
  dosagesOf(resource).some(
    ({ asNeededBoolean, asNeededCodeableConcept, text, patientInstruction }) =>
      asNeededBoolean || asNeededCodeableConcept || [text, patientInstruction].some(saysAsNeeded),
  );

const saysAsNeeded = (directions: unknown): boolean => {
  if (typeof directions !== 'string') return false;
  const words = wordsOf(directions).join(' ').replaceAll(elseAsNeeded, '');
  return asNeeded.test(words);
};

const asNeeded = /\b(?:(?:as|if|when|whenever|where) (?:needed|required|necessary)|prn|p r n)\b/;

/** What is denied, and what is no taking: the dose is adjusted as needed, the clinic is called if needed. */
const elseAsNeeded =
  /\b(?:(?:not|non|never|no)(?: (?:to be )?(?:take|taken|use|used|just|only|for))?|(?:adjust|titrat|increas|decreas|refill|call|follow|monitor|check|recheck)\w*(?: \w+){0,3}?) (?:(?:as|if|when) (?:needed|required|necessary)|prn|p r n)\b/g;
