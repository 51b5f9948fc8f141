import { decimalOrNull, integerOrNull, roundHalfUp } from './decimal.ts';

/** The least Integer that is not less; null where it is out of range. */
export const ceiling = (value: number | null): number | null =>
  value == null ? null : integerOrNull(Math.ceil(value));

/** The greatest Integer that is not greater; null where it is out of range. */
export const floor = (value: number | null): number | null => (value == null ? null : integerOrNull(Math.floor(value)));

/** The Integer before the point; null where it is out of range. */
export const truncate = (value: number | null): number | null =>
  value == null ? null : integerOrNull(Math.trunc(value));

/** The nearest Decimal with so many digits after the point (none when not said), halves away from zero. */
export const round = (value: number | null, precision?: number | null): number | null =>
  value == null ? null : decimalOrNull(roundHalfUp(value, precision ?? 0));
