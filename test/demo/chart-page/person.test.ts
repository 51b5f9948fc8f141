import { expect, test } from 'vitest';
import { ageAt, personOf } from '../../../src/demo/chart-page/person.ts';

test.each([
  ['1974-11-21', '2026-11-21', '52 years'],
  ['1974-11-22', '2026-11-21', '51 years'],
  ['2024-12-01', '2026-11-21', '23 months'],
  ['2024-11-21', '2026-11-21', '2 years'],
  ['1970', '2026-11-21', 'about 56 years'],
  ['2027-01-01', '2026-11-21', 'age not known'],
  ['soon', '2026-11-21', 'age not known'],
])('born %s, on %s: %s', (birthDate, today, age) => {
  expect(ageAt(birthDate, today)).toBe(age);
});

test('takes the official name and the medical record number, and the age at death', () => {
  const person = personOf(
    {
      resourceType: 'Patient',
      name: [{ text: 'Bob' }, { use: 'official', given: ['Robert', 'Lee'], family: 'Roe' }],
      identifier: [{ value: 'other' }, { type: { coding: [{ code: 'MR' }] }, value: 'MRN-1' }],
      gender: 'male',
      birthDate: '1950-01-01',
      deceasedDateTime: '2020-06-01T10:00:00Z',
    },
    '2026-11-21',
  );
  expect(person).toEqual({
    name: 'Robert Lee Roe',
    age: '70 years',
    sex: 'male',
    born: '1950-01-01',
    record: 'MRN-1',
    died: '2020-06-01',
  });
});

test('says what is not known of a patient', () => {
  const person = personOf({ resourceType: 'Patient', id: 'p' }, '2026-11-21');
  expect(person).toMatchObject({ name: 'Patient p', age: 'age not known', sex: 'sex not known', born: 'not known' });
});
