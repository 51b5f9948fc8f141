import type { Observation } from 'fhir/r4.js';
import { amountOf, type Chart, hasProblem, isFinal, isIn, momentOf, ordered, takenInLastYear } from './chart.ts';
import { dayOf } from './days.ts';

const loinc = 'http://loinc.org';

const componentOf = ({ component }: Observation, wanted: string) =>
  amountOf(
    component?.find(({ code }) => code.coding?.some(({ system, code }) => system === loinc && code === wanted))
      ?.valueQuantity,
  )?.value;

export const hypertensionControl = (chart: Chart) => {
  const { age, codes, observations, yearAgo, today } = chart;
  const highDays = new Set<string>();
  let last: { readonly at: number; readonly text: string } | undefined;
  for (const observation of observations) {
    if (!isIn(observation.code, codes['blood-pressure']) || !isFinal(observation)) continue;
    const moment = momentOf(observation);
    const day = dayOf(moment);
    if (moment === undefined || day === undefined || day < yearAgo || day > today) continue;
    const systolic = componentOf(observation, '8480-6');
    const diastolic = componentOf(observation, '8462-4');
    if (systolic === undefined || diastolic === undefined) continue;
    if (systolic >= 140 || diastolic >= 90) highDays.add(day);
    const at = Date.parse(moment);
    if (!last || at >= last.at) last = { at, text: `${Math.trunc(systolic)}/${Math.trunc(diastolic)}` };
  }
  const isUncontrolled = age >= 18 && highDays.size >= 2 && hasProblem(chart, codes.hypertension);
  return {
    'Is Uncontrolled': isUncontrolled,
    'Needs a Drug':
      isUncontrolled && !ordered(chart, codes.antihypertensive).some((request) => takenInLastYear(request, chart)),
    'Last Reading Text': last?.text ?? null,
  };
};
