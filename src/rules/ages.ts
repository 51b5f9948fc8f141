import type { Manifest } from './manifest.ts';

/** Completed years, as CQL counts them; undefined where the day of birth is not known to the day. */
export const ageInYears = (birthDate: string | undefined, today: string): number | undefined => {
  if (birthDate === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(birthDate)) return undefined;
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  const isLeap = new Date(Date.UTC(Number(today.slice(0, 4)), 1, 29)).getUTCMonth() === 1;
  // Who was born on 29 February has the birthday on the 28th where there is no 29th.
  const birthday = birthDate.endsWith('02-29') && !isLeap ? '02-28' : birthDate.slice(5);
  return today.slice(5) < birthday ? years - 1 : years;
};

/** Whether a rule was written for patients of an age; where this is not known it may have been. */
export const isOfAge = (ages: Manifest['ages'], age: number | undefined): boolean =>
  ages === 'any' || age === undefined || (age >= ages.from && (ages.to === undefined || age <= ages.to));
