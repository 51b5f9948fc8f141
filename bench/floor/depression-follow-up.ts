import { type Chart, daysPerformed, isFinal, isIn, momentOf } from './chart.ts';
import { addDays, addYears, dayOf } from './days.ts';

const positiveFrom = 10;

interface Screen {
  readonly id: string | null;
  readonly at: number;
  readonly onDay: string;
  readonly score: number;
}

export const depressionFollowUp = (chart: Chart) => {
  const { age, codes, encounters, observations, today, yearAgo } = chart;
  const twoYearsAgo = addYears(today, -2);
  const screens: Screen[] = [];
  for (const observation of observations) {
    const { id, code, valueInteger: score } = observation;
    if (score === undefined || !isIn(code, codes['depression-screen']) || !isFinal(observation)) continue;
    const moment = momentOf(observation);
    const onDay = dayOf(moment);
    if (moment === undefined || onDay === undefined || onDay < twoYearsAgo || onDay > today) continue;
    screens.push({ id: id ?? null, at: Date.parse(moment), onDay, score });
  }
  screens.sort((a, b) => a.at - b.at);
  const latest = addDays(today, -30);
  const open = screens.filter(({ score, onDay }) => score >= positiveFrom && onDay <= latest);
  const followUps = open.length === 0 ? [] : daysPerformed(chart, codes['depression-follow-up']);
  const missed = open.filter(({ onDay }) => {
    const until = addDays(onDay, 30);
    return !followUps.some((day) => day >= onDay && day <= until);
  });
  const isSeenHere = () =>
    encounters.some(({ status, type, period }) => {
      const day = status === 'finished' ? dayOf(period?.start) : undefined;
      return (
        day !== undefined &&
        day >= twoYearsAgo &&
        day <= today &&
        (type ?? []).some((concept) => isIn(concept, codes['office-visit']))
      );
    });
  return {
    Missed: missed.map(({ id }) => id),
    'Latest Score': screens.at(-1)?.score ?? null,
    'Is Due': age >= 12 && !screens.some(({ onDay }) => onDay >= yearAgo) && isSeenHere(),
  };
};
