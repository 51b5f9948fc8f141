import { Code, Date as CqlDate, DateTime, Quantity } from 'cql-execution';
import fc from 'fast-check';

export const integers = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
/** Decimals with eight digits after the point, small enough for doubles to hold them exactly enough. */
export const decimals = fc.integer({ min: -1e12, max: 1e12 }).map((steps) => steps / 1e8);
export const longs = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
export const truths = fc.constantFrom(true, false, null);

export const quantities = fc
  .tuple(
    fc.integer({ min: -10_000, max: 10_000 }),
    fc.constantFrom('mg', 'g', 'kg', 'mL', 'L', '1', '%', '[iU]', 'Cel', 'K'),
  )
  .map(([value, unit]) => new Quantity(value / 100, unit));

const dateTime = (day: number, hour: number, fields: number, offset: number): DateTime => {
  const parts = [2020, 2, day, hour, 0, 0, 0].map((part, i) => (i < fields ? part : null));
  const [year, month, onDay, atHour, minute, second, millisecond] = parts;
  return new DateTime(year, month, onDay, atHour, minute, second, millisecond, offset);
};

const days = fc.integer({ min: 1, max: 3 });
const hours = fc.integer({ min: 0, max: 5 });

/** Full and partial, on one clock, of few days, so that some are equal. */
export const dateTimes = fc
  .tuple(days, hours, fc.integer({ min: 1, max: 7 }))
  .map(([day, hour, fields]) => dateTime(day, hour, fields, 0));

/** Full ones on several clocks. */
export const moments = fc
  .tuple(days, hours, fc.constantFrom(0, 1, -5))
  .map(([day, hour, offset]) => dateTime(day, hour, 7, offset));

const dates = fc
  .tuple(fc.integer({ min: 2019, max: 2021 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .map(([year, month, fields]) => new CqlDate(year, fields > 1 ? month : null, fields > 2 ? 1 : null));

const codes = fc
  .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('s', 't', undefined), fc.constantFrom('Words', undefined))
  .map(([code, system, display]) => new Code(code, system, undefined, display));

const resources = [
  { resourceType: 'Patient', id: '1' },
  { resourceType: 'Patient', id: '1' },
];

const simple = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(0.5, '', 'a', 'b', '\u0000"a"', 1n, true, ...resources),
  quantities,
  moments,
  dates,
  codes,
);

/** Values of every kind, small enough that equal ones meet; nulls only inside. */
export const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    simple,
    fc.array(tie('inner'), { maxLength: 2 }),
    fc.record({ a: tie('inner'), b: tie('inner') }, { noNullPrototype: true }),
  ),
  inner: fc.oneof(fc.constant(null), tie('value')),
})).value;
