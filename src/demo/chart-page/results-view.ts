import type { Observation, ObservationComponent, Quantity, Resource } from 'fhir/r4.js';
import type { Row } from './chart-row.ts';
import { dayOf, textOf } from './concept.ts';

/** The latest result of each kind, newest first, with the one before it. */
export const resultRows = (resources: readonly Resource[], most: number): readonly Row[] => {
  const known = (resources as readonly Observation[])
    .filter(({ status }) => /^(final|amended|corrected|preliminary)$/.test(status))
    .toSorted((a, b) => dateOf(b).localeCompare(dateOf(a)));
  const kinds = Map.groupBy(known, ({ code }) => textOf(code) ?? 'no name');
  return [...kinds].slice(0, most).map(([name, [latest, before]]) => ({
    name,
    value: latest && wordsOf(latest),
    flag: latest && flagOf(latest),
    date: dayOf(latest && dateOf(latest)),
    note: before && `before: ${wordsOf(before)}, ${dayOf(dateOf(before)) ?? 'no date'}`,
    past: false,
  }));
};

const dateOf = ({ effectiveDateTime, effectiveInstant, effectivePeriod, issued }: Observation): string =>
  effectiveDateTime ?? effectiveInstant ?? effectivePeriod?.end ?? effectivePeriod?.start ?? issued ?? '';

const wordsOf = (observation: Observation): string => {
  const own = single(observation);
  if (own !== undefined) return own;
  const parts = observation.component ?? [];
  const values = parts.map((part) => single(part) ?? '?');
  const units = new Set(parts.map(({ valueQuantity }) => valueQuantity?.unit ?? ''));
  // Blood pressure, as it is written: 128/76 mmHg.
  if (parts.length === 2 && units.size === 1)
    return `${parts.map(({ valueQuantity }) => valueQuantity?.value ?? '?').join('/')} ${[...units][0]}`.trim();
  return values.join(', ') || textOf(observation.dataAbsentReason) || 'no value';
};

const single = (of: Observation | ObservationComponent): string | undefined => {
  const { valueQuantity, valueCodeableConcept, valueString, valueInteger, valueBoolean, valueDateTime } = of;
  if (valueQuantity !== undefined) return quantityText(valueQuantity);
  const other = textOf(valueCodeableConcept) ?? valueString ?? valueInteger ?? valueBoolean ?? valueDateTime;
  return other === undefined ? undefined : String(other);
};

const quantityText = ({ comparator, value, unit, code }: Quantity): string =>
  `${comparator ?? ''}${value ?? '?'} ${unit ?? code ?? ''}`.trim();

/** High or low by the laboratory's own flag, or by its range in the same unit. */
const flagOf = ({ interpretation, referenceRange, valueQuantity }: Observation): string | undefined => {
  const code = interpretation?.[0]?.coding?.[0]?.code ?? '';
  const told = {
    H: 'High',
    HH: 'Very high',
    L: 'Low',
    LL: 'Very low',
    A: 'Abnormal',
    AA: 'Very abnormal',
    POS: 'Positive',
  }[code];
  if (told !== undefined || code !== '') return told;
  const { value, unit } = valueQuantity ?? {};
  const { low, high } = referenceRange?.[0] ?? {};
  if (value === undefined) return undefined;
  if (high?.value !== undefined && high.unit === unit && value > high.value) return 'High';
  return low?.value !== undefined && low.unit === unit && value < low.value ? 'Low' : undefined;
};
