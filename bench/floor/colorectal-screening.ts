import { type Chart, type Codes, daysPerformed, isFinal, isIn, momentOf } from './chart.ts';
import { addYears, dayOf } from './days.ts';

export const colorectalScreening = (chart: Chart) => {
  const { age, codes, conditions, observations, reports, today } = chart;
  const isConcerned =
    age >= 45 &&
    age <= 75 &&
    !conditions.some(({ code }) => isIn(code, codes['colorectal-cancer'])) &&
    !chart.procedures.some(({ code, status }) => status === 'completed' && isIn(code, codes['total-colectomy']));
  if (!isConcerned) return { 'Is Due': false, 'Due Date': null };

  let until: string | undefined;
  const note = (day: string | undefined, years: number) => {
    if (day === undefined) return;
    const end = addYears(day, years);
    if (until === undefined || end > until) until = end;
  };
  const noteTests = (test: Codes, years: number) => {
    for (const observation of observations)
      if (isIn(observation.code, test) && isFinal(observation)) note(dayOf(momentOf(observation)), years);
  };
  for (const day of daysPerformed(chart, codes.colonoscopy)) note(day, 10);
  noteTests(codes['stool-blood-test'], 1);
  noteTests(codes['stool-dna-test'], 3);
  for (const report of reports)
    if (isIn(report.code, codes['ct-colonography']) && isFinal(report)) note(dayOf(report.effectiveDateTime), 5);
  return { 'Is Due': until === undefined || until < today, 'Due Date': until ?? today };
};
