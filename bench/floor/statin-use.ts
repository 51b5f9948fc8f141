import type { MedicationRequest } from 'fhir/r4.js';
import { type Chart, hasProblem, measured, ordered } from './chart.ts';

export const statinUse = (chart: Chart) => {
  const { age, codes } = chart;
  const reasonOf = () => {
    if (hasProblem(chart, codes['atherosclerotic-disease'])) return 'atherosclerotic disease';
    if (measured(chart, codes.ldl).some(({ value }) => value.unit === 'mg/dL' && value.value >= 190))
      return 'LDL of 190 mg/dL or more';
    return age >= 40 && age <= 75 && hasProblem(chart, codes.diabetes) ? 'diabetes' : null;
  };
  let latest: MedicationRequest | undefined;
  for (const request of ordered(chart, codes.statin))
    if (request.status === 'active' && (!latest || time(request) > time(latest))) latest = request;
  const reason = reasonOf();
  return { 'Is Due': reason !== null && !latest, Reason: reason, 'Latest Statin': latest?.id ?? null };
};

const time = ({ authoredOn }: MedicationRequest): number => Date.parse(authoredOn ?? '');
