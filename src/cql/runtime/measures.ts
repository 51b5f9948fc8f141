import { Quantity } from 'cql-execution';
import { decimalOrNull } from './decimal.ts';
import { unexpected } from './kind.ts';
import { convertValue, unitOf } from './quantity.ts';

export type List = readonly unknown[] | null | undefined;

/** The elements that are not null. */
export const present = (list: List): readonly unknown[] => list?.filter((item) => item != null) ?? [];

interface Measures {
  readonly values: readonly number[];
  /** The unit of quantities; that of the first. */
  readonly unit?: string;
}

/** The numbers of numbers, or of quantities in the unit of the first; undefined where they cannot be put together. */
export const measuresOf = (items: readonly unknown[]): Measures | undefined => {
  const [first] = items;
  if (!(first instanceof Quantity)) {
    if (items.some((item) => item instanceof Quantity)) return undefined;
    return { values: items.map(numberOf) };
  }
  const unit = unitOf(first);
  const values: number[] = [];
  for (const item of items) {
    const value = item instanceof Quantity ? convertValue(item.value as number, unitOf(item), unit) : null;
    if (value === null) return undefined;
    values.push(value);
  }
  return { values, unit };
};

const numberOf = (item: unknown): number => {
  if (typeof item !== 'number' && typeof item !== 'bigint')
    throw unexpected('aggregate', 'numbers or quantities', item);
  return Number(item);
};

/** A figure over numbers, or over quantities in the unit of the first; null of nothing and of what gives no Decimal. */
export const ofMeasures = (list: List, figure: (values: readonly number[]) => number | null): unknown => {
  const items = present(list);
  if (items.length === 0) return null;
  const measures = measuresOf(items);
  if (measures === undefined) return null;
  const result = figure(measures.values);
  const decimal = result === null ? null : decimalOrNull(result);
  return decimal === null || measures.unit === undefined ? decimal : new Quantity(decimal, measures.unit);
};
