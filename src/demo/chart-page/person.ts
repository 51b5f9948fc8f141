import type { Patient } from 'fhir/r4.js';
import { hasCode } from './concept.ts';

/** Who the chart is of, as the bar on top of it shows. */
export interface Person {
  readonly name: string;
  readonly age: string;
  readonly sex: string;
  readonly born: string;
  readonly record: string | undefined;
  readonly died: string | undefined;
}

/** `today` is YYYY-MM-DD. */
export const personOf = (patient: Patient, today: string): Person => {
  const { birthDate, gender, deceasedDateTime, deceasedBoolean, identifier } = patient;
  const record = identifier?.find(({ type }) => hasCode(type, 'MR')) ?? identifier?.[0];
  const died = deceasedDateTime ?? (deceasedBoolean ? 'date not known' : undefined);
  return {
    name: nameOf(patient),
    age: birthDate === undefined ? 'age not known' : ageAt(birthDate, died?.slice(0, 10) ?? today),
    sex: gender === undefined ? 'sex not known' : gender,
    born: birthDate ?? 'not known',
    record: record?.value,
    died: died?.slice(0, 10),
  };
};

const nameOf = ({ id, name }: Patient): string => {
  const used = name?.find(({ use }) => use === 'official') ?? name?.[0];
  return used?.text ?? ([...(used?.given ?? []), used?.family].filter(Boolean).join(' ') || `Patient ${id}`);
};

/** Completed years, months under two years; a birth date of a year or month gives an age that may be one less. */
export const ageAt = (birthDate: string, today: string): string => {
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  const [nowYear = 0, nowMonth = 1, nowDay = 1] = today.split('-').map(Number);
  const months = (nowYear - year) * 12 + nowMonth - month - (nowDay < day ? 1 : 0);
  if (!Number.isFinite(months) || months < 0) return 'age not known';
  const age = months < 24 ? `${months} months` : `${Math.floor(months / 12)} years`;
  return birthDate.length === 10 ? age : `about ${age}`;
};
