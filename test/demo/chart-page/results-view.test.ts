import type { Observation } from 'fhir/r4.js';
import { expect, test } from 'vitest';
import { resultRows } from '../../../src/demo/chart-page/results-view.ts';

const observation = (text: string, effectiveDateTime: string, elements: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text },
  effectiveDateTime,
  ...elements,
});

test('shows the latest of each kind, newest first, with the one before it', () => {
  const rows = resultRows(
    [
      observation('INR', '2026-10-01', { valueQuantity: { value: 2.6, unit: 'INR' } }),
      observation('Potassium', '2026-10-20', { valueQuantity: { value: 4.1, unit: 'mmol/L' } }),
      observation('INR', '2026-11-01T08:00:00Z', { valueQuantity: { value: 2.4, unit: 'INR' } }),
      observation('INR', '2026-11-02', { status: 'entered-in-error', valueQuantity: { value: 9 } }),
    ],
    5,
  );
  expect(rows).toMatchObject([
    { name: 'INR', value: '2.4 INR', date: '2026-11-01', note: 'before: 2.6 INR, 2026-10-01' },
    { name: 'Potassium', value: '4.1 mmol/L', date: '2026-10-20' },
  ]);
});

test('writes blood pressure as one value, and other values in words', () => {
  const part = (value: number) => ({ code: {}, valueQuantity: { value, unit: 'mmHg' } });
  const rows = resultRows(
    [
      observation('Blood pressure', '2026-01-05', { component: [part(128), part(76)] }),
      observation('FIT', '2026-01-04', { valueQuantity: { comparator: '<', value: 10, code: 'ng/mL' } }),
      observation('Smoking', '2026-01-03', { valueCodeableConcept: { coding: [{ display: 'Never smoked' }] } }),
      observation('Lost', '2026-01-02', { dataAbsentReason: { text: 'Specimen lost' } }),
      observation('Empty', '2026-01-01', {}),
    ],
    9,
  );
  expect(rows.map(({ value }) => value)).toEqual([
    '128/76 mmHg',
    '<10 ng/mL',
    'Never smoked',
    'Specimen lost',
    'no value',
  ]);
});

test('flags by the laboratory’s word, else by its range in the same unit', () => {
  const range = (unit: string) => [{ low: { value: 3.5, unit }, high: { value: 5.1, unit } }];
  const flags = resultRows(
    [
      observation('a', '2026-01-06', { interpretation: [{ coding: [{ code: 'HH' }] }], valueQuantity: { value: 1 } }),
      observation('b', '2026-01-05', {
        interpretation: [{ coding: [{ code: 'N' }] }],
        valueQuantity: { value: 9, unit: 'x' },
        referenceRange: range('x'),
      }),
      observation('c', '2026-01-04', { valueQuantity: { value: 5.2, unit: 'x' }, referenceRange: range('x') }),
      observation('d', '2026-01-03', { valueQuantity: { value: 3.4, unit: 'x' }, referenceRange: range('x') }),
      observation('e', '2026-01-02', { valueQuantity: { value: 5.1, unit: 'x' }, referenceRange: range('x') }),
      observation('f', '2026-01-01', { valueQuantity: { value: 9, unit: 'y' }, referenceRange: range('x') }),
    ],
    9,
  ).map(({ flag }) => flag);
  expect(flags).toEqual(['Very high', undefined, 'High', 'Low', undefined, undefined]);
});
