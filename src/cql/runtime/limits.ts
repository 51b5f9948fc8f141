import { DateTime, Quantity } from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';
import { isTemporal } from './calendar.ts';
import { unexpected } from './kind.ts';
import { greatestPoint, leastPoint, neighbour, type PointType } from './points.ts';

/** The value just before, by the type's own step; null where there is none. */
export const predecessor = (value: unknown, type?: string): unknown => next(value, -1, type);

/** The value just after, by the type's own step; null where there is none. */
export const successor = (value: unknown, type?: string): unknown => next(value, 1, type);

const next = (value: unknown, by: 1 | -1, type: string | undefined): unknown => {
  if (value == null) return null;
  if (!isPoint(value)) throw unexpected(by < 0 ? 'Predecessor' : 'Successor', 'a number, a quantity or a date', value);
  try {
    return neighbour(value, by, type as PointType | undefined) ?? null;
  } catch {
    return null;
  }
};

const isPoint = (value: unknown): boolean =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  isTemporal(value) ||
  value instanceof Quantity ||
  value instanceof Uncertainty;

/**
 * The least value of a type; a DateTime's is on the clock of `offset` (hours).
 *
 * @throws Error for a type that has none
 */
export const minValue = (type: string, offset = 0): unknown => found('minimum', leastPoint, type, offset);

/**
 * The greatest value of a type; a DateTime's is on the clock of `offset` (hours).
 *
 * @throws Error for a type that has none
 */
export const maxValue = (type: string, offset = 0): unknown => found('maximum', greatestPoint, type, offset);

const found = (name: string, of: typeof leastPoint, type: string, offset: number): unknown => {
  const like = type === 'Quantity' ? new Quantity(0, '1') : new DateTime(1, 1, 1, 0, 0, 0, 0, offset);
  const value = of(type as PointType, like);
  if (value === null) throw new Error(`${name}: expected a type that has one, got ${type}`);
  return value;
};
