import { type Chart, daysPerformed, isFinal, isIn } from './chart.ts';
import { addYears, dayOf, yearsBetween } from './days.ts';

export const osteoporosisScreening = (chart: Chart) => {
  const { age, codes, patient, reports, today } = chart;
  const isConcerned = (patient.gender === 'female' && age >= 65) || (patient.gender === 'male' && age >= 70);
  if (!isConcerned) return { 'Is Due': false, Note: null };
  let last = '';
  for (const day of daysPerformed(chart, codes['dxa-scan'])) if (day > last) last = day;
  for (const report of reports) {
    if (!isIn(report.code, codes['dxa-scan']) || !(isFinal(report) || report.status === 'appended')) continue;
    const day = dayOf(report.effectiveDateTime);
    if (day !== undefined && day > last) last = day;
  }
  return {
    'Is Due': last < addYears(today, -5),
    Note: last === '' ? 'never scanned' : `scanned ${yearsBetween(last, today)} years ago`,
  };
};
