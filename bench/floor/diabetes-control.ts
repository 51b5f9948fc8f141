import { type Chart, hasProblem, measured, ordered, takenInLastYear } from './chart.ts';

const poorControl = 9;

export const diabetesControl = (chart: Chart) => {
  const { age, codes, now } = chart;
  const results = measured(chart, codes.hba1c);
  const latest = results.at(-1);
  const advise = () => {
    if (age < 18 || age > 85 || !hasProblem(chart, codes.diabetes)) return null;
    const since = new Date(now);
    since.setUTCMonth(since.getUTCMonth() - 6);
    if (!results.some(({ at }) => at >= since.getTime() && at <= now)) return 'Measure HbA1c';
    if (!latest || latest.value.value <= poorControl) return 'Continue';
    return ordered(chart, codes['diabetes-medication']).some((request) => takenInLastYear(request, chart))
      ? 'Intensify treatment'
      : 'Begin treatment';
  };
  return { 'Latest HbA1c': latest ? { onDay: latest.onDay, value: latest.value } : null, Advice: advise() };
};
