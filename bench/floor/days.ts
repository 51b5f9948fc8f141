/** Days as `YYYY-MM-DD`, so that `<` compares them. The clinic's zone is five hours behind UTC all year. */
const offset = '-05:00';
const offsetMs = 5 * 3_600_000;

/** The day of a moment at the clinic. */
export const dayOf = (moment: string | undefined): string | undefined =>
  moment === undefined || moment.length <= 10
    ? moment
    : moment.endsWith(offset)
      ? moment.slice(0, 10)
      : new Date(Date.parse(moment) - offsetMs).toISOString().slice(0, 10);

const toDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const addDays = (day: string, days: number): string => toDay(Date.parse(day) + days * 86_400_000);

/** The same day of another year; 28 February where that year has no 29th. */
export const addYears = (day: string, years: number): string => {
  const year = String(Number(day.slice(0, 4)) + years).padStart(4, '0');
  const rest = day.slice(4);
  return rest === '-02-29' && !isLeap(Number(year)) ? `${year}-02-28` : year + rest;
};

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export const yearsBetween = (from: string, to: string): number =>
  Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - (to.slice(5) < from.slice(5) ? 1 : 0);

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
