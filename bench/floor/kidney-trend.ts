import { type Chart, hasProblem, measured } from './chart.ts';
import { addDays } from './days.ts';

const stages = [
  [90, 'G1'],
  [60, 'G2'],
  [45, 'G3a'],
  [30, 'G3b'],
  [15, 'G4'],
] as const;

export const kidneyTrend = (chart: Chart) => {
  const { codes, yearAgo, today } = chart;
  const results = measured(chart, codes.egfr);
  const latest = results.at(-1);
  const before = latest && results.findLast(({ at }) => at < latest.at);
  const change = before && Math.round((1000 * (latest.value.value - before.value.value)) / before.value.value) / 10;
  const low = results.filter(({ value }) => value.value < 60);
  const lastLow = low.at(-1);
  const isLowTwice =
    lastLow !== undefined &&
    low.some(({ onDay }) => onDay >= yearAgo && onDay <= today && addDays(onDay, 90) <= lastLow.onDay);
  return {
    Stage: latest ? (stages.find(([from]) => latest.value.value >= from)?.[1] ?? 'G5') : null,
    'Is Declining': change !== undefined && change <= -25,
    'Diagnosis Is Missing': isLowTwice && !hasProblem(chart, codes['chronic-kidney-disease']),
  };
};
