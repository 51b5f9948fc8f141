import type { CodeableConcept } from 'fhir/r4.js';
import { type Chart, type Codes, isFinal, isIn, momentOf } from './chart.ts';
import { addYears, dayOf } from './days.ts';

const question: Codes = new Map([['http://loinc.org', new Set(['72166-2'])]]);

export const smokingStatus = ({ age, codes, observations, today }: Chart) => {
  let latest: { readonly at: number; readonly onDay: string; readonly answer: CodeableConcept } | undefined;
  for (const observation of observations) {
    const { code, valueCodeableConcept: answer } = observation;
    if (answer === undefined || !isIn(code, question) || !isFinal(observation)) continue;
    const moment = momentOf(observation);
    if (moment === undefined) continue;
    const at = Date.parse(moment);
    if (!latest || at >= latest.at) latest = { at, onDay: dayOf(moment) as string, answer };
  }
  return {
    'Is Smoker': isIn(latest?.answer, codes['tobacco-user']),
    'Is Due': age >= 13 && !(latest && latest.onDay >= addYears(today, -2)),
    Words: latest?.answer.text ?? latest?.answer.coding?.[0]?.display ?? 'unknown',
  };
};
