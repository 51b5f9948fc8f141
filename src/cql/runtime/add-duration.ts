import { Date as CqlDate, DateTime, type Quantity } from 'cql-execution';
import { convertToCQLDateUnit } from 'cql-execution/lib/util/units.js';
import {
  dateTimeAt,
  dayMs,
  dayNumber,
  dayOf,
  daysInMonth,
  type Field,
  hourMs,
  isTime,
  lastMs,
  localMs,
  precisionOf,
  type Temporal,
} from './calendar.ts';
import { unexpected } from './kind.ts';

/**
 * A date or time moved on by a length of time; null where the result is out of range. Years and months keep the day where
 * the month has it and end with the month where it has not; of anything longer than a second only whole ones count.
 *
 * @throws Error when the quantity is no length of time
 */
export const addDuration = <T extends Temporal>(value: T, quantity: Quantity): T | null =>
  move(value, quantity.value, timeUnit(quantity));

/** A date or time moved back by a length of time, as `addDuration` moves it on. */
export const subtractDuration = <T extends Temporal>(value: T, quantity: Quantity): T | null =>
  move(value, -quantity.value, timeUnit(quantity));

type TimeUnit = Field | 'week';

/** By CQL's names, one and many. */
const timeUnits: ReadonlyMap<string, TimeUnit> = new Map(
  (['year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'] as const).flatMap((unit) => [
    [unit, unit],
    [`${unit}s`, unit],
  ]),
);

/** The unit of time of a quantity, by its CQL or UCUM name. */
export const timeUnit = (quantity: Quantity): TimeUnit => {
  const unit = quantity.unit as string | null | undefined;
  const known = unit == null ? undefined : (timeUnits.get(unit) ?? timeUnits.get(convertToCQLDateUnit(unit) ?? ''));
  if (known === undefined) throw unexpected('Add', 'a quantity in a unit of time', quantity);
  return known;
};

const inMs: Readonly<Partial<Record<TimeUnit, number>>> = {
  week: 7 * dayMs,
  day: dayMs,
  hour: hourMs,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};

/** A date or time moved by so many units; null where the result is out of range. */
export const move = <T extends Temporal>(value: T, amount: number, unit: TimeUnit): T | null => {
  const precision = precisionOf(value);
  if (precision === undefined || amount === 0) return value;
  const count = unit === 'second' ? Math.trunc(amount * 1000) / 1000 : Math.trunc(amount);
  // What the value leaves open is at its earliest when time is added and at its latest when time is taken away.
  const open = unit === 'week' || value[unit as keyof Temporal] == null;
  const from = open && count < 0 ? lastMs(value) : localMs(value);
  const months = unit === 'year' ? count * 12 : unit === 'month' ? count : undefined;
  const to = months === undefined ? from + Math.round(count * (inMs[unit] ?? 1)) : plusMonths(from, months);
  return at(to, precision, value);
};

const firstDay = dayNumber(1, 1, 1);
const lastDay = dayNumber(9999, 12, 31);
const dayOfTimes = dayNumber(0, 1, 1);

const at = <T extends Temporal>(ms: number, precision: Field, like: T): T | null => {
  const days = Math.floor(ms / dayMs);
  if (isTime(like) ? days !== dayOfTimes : days < firstDay || days > lastDay) return null;
  if (like instanceof DateTime) return dateTimeAt(ms, precision, like.timezoneOffset) as T;
  const { year, month, day } = dayOf(days);
  return new CqlDate(year, precision === 'year' ? null : month, precision === 'day' ? day : null) as T;
};

/** A moment so many months on or back; a day that its month lacks becomes the month's last. */
const plusMonths = (ms: number, months: number): number => {
  const days = Math.floor(ms / dayMs);
  const { year, month, day } = dayOf(days);
  const index = year * 12 + month - 1 + months;
  const toYear = Math.floor(index / 12);
  const toMonth = index - toYear * 12 + 1;
  return dayNumber(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth))) * dayMs + (ms - days * dayMs);
};
