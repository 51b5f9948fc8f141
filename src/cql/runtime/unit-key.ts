import ucum from '@lhncbc/ucum-lhc';
import type { Quantity } from 'cql-execution';
import { convertUnit } from 'cql-execution/lib/util/units.js';
import { roundToStep } from './decimal.ts';
import { unitOf } from './quantity.ts';

/** What the UCUM library knows of a unit. */
interface Unit {
  readonly magnitude_: number;
  readonly dim_: { readonly dimVec_: readonly number[] | null } | null;
  /** The name of a conversion that is more than a factor, as of °C. */
  readonly cnv_: string | null;
  /** Such as [iU]: it converts to nothing. */
  readonly isArbitrary_: boolean;
}

const units = ucum.UcumLhcUtils.getInstance() as unknown as {
  getSpecifiedUnit(unit: string, use: string): { readonly unit: Unit | null };
};

interface Measure {
  readonly dimension: string;
  readonly magnitude: number;
  readonly kelvin: boolean;
}

// What is known about units; nothing about patients.
const measures = new Map<string, Measure>();

/** A text that quantities share when they are equal: 1 'g' and 1000 'mg'. */
export const quantityKey = (quantity: Quantity): string => {
  const unit = unitOf(quantity);
  const { dimension, magnitude, kelvin } = measureOf(unit);
  const value = roundToStep(quantity.value as number);
  const base = kelvin ? (convertUnit(value, unit, 'K') ?? value) : value * magnitude;
  // Twelve digits: the magnitudes carry a double's error.
  return `${Number(base.toPrecision(12))} ${dimension}`;
};

const measureOf = (unit: string): Measure => {
  const known = measures.get(unit);
  if (known !== undefined) return known;
  if (measures.size >= 1000) measures.clear();
  const measure = findMeasure(unit);
  measures.set(unit, measure);
  return measure;
};

const calendarMonths: Readonly<Record<string, number>> = { year: 12, years: 12, month: 1, months: 1 };
const calendarUnits: Readonly<Record<string, string>> = {
  week: 'wk',
  weeks: 'wk',
  day: 'd',
  days: 'd',
  hour: 'h',
  hours: 'h',
  minute: 'min',
  minutes: 'min',
  second: 's',
  seconds: 's',
  millisecond: 'ms',
  milliseconds: 'ms',
};

const findMeasure = (unit: string): Measure => {
  const months = calendarMonths[unit];
  if (months !== undefined) return { dimension: 'calendar', magnitude: months, kelvin: false };
  const found = units.getSpecifiedUnit(calendarUnits[unit] ?? unit, 'validate').unit;
  if (found === null || found.isArbitrary_) return { dimension: unit, magnitude: 1, kelvin: false };
  const dimension = found.dim_?.dimVec_?.join() ?? '';
  if (found.cnv_ === null) return { dimension, magnitude: found.magnitude_, kelvin: false };
  const kelvin = convertUnit(1, unit, 'K') !== undefined;
  return { dimension: kelvin ? dimension : unit, magnitude: 1, kelvin };
};
