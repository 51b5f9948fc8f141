import { type Chart, daysPerformed, isIn } from './chart.ts';
import { dayOf } from './days.ts';

export const influenzaVaccination = (chart: Chart) => {
  const { codes, immunizations, today, yearAgo, now, patient } = chart;
  const year = Number(today.slice(0, 4));
  const seasonStart = `${today >= `${year}-07-01` ? year : year - 1}-07-01`;
  const days = immunizations.flatMap(({ status, vaccineCode, occurrenceDateTime }) =>
    status === 'completed' && isIn(vaccineCode, codes['influenza-vaccine']) ? (dayOf(occurrenceDateTime) ?? []) : [],
  );
  days.push(...daysPerformed(chart, codes['influenza-vaccination']));
  let inLastYear = 0;
  let last = '';
  for (const day of days) {
    if (day >= yearAgo && day <= today) inLastYear++;
    if (day > last) last = day;
  }
  const sixMonthsOld = new Date(patient.birthDate as string);
  sixMonthsOld.setUTCMonth(sixMonthsOld.getUTCMonth() + 6);
  return {
    'Is Due': sixMonthsOld.getTime() <= now && last < seasonStart,
    'Vaccinations of the Last Year': inLastYear,
  };
};
