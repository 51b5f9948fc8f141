import { Date as CqlDate, DateTime } from 'cql-execution';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseDate,
  parseDateTime,
  parseTime,
  type ReadingZone,
  readDate,
  readDateTime,
  readTime,
} from '../../../src/cql/runtime/read-date.ts';

const july = Date.UTC(2026, 6, 1);
/** An hour ahead of UTC in winter, now, and two in summer. */
const zone: ReadingZone = { offset: 1, offsetAt: (epochMs) => (epochMs >= july ? 2 : 1), utcAs: 'zone' };
const utc: ReadingZone = { ...zone, utcAs: 'utc' };

const piece = fc.constantFrom(
  ...[
    '2020',
    '0000',
    '0099',
    '-02',
    '-13',
    '-29',
    '-30',
    '-1',
    'T',
    'T10',
    'T24',
    'T23',
    ':59',
    ':60',
    ':5',
    '.1',
    '.',
  ],
  ...['.123456', 'Z', '+00:00', '-05:30', '+14', '+0530', '-00:00', ' ', 'x', '+99:99'],
);
const usual = fc
  .tuple(
    fc.constantFrom('2020', '2021', '0001'),
    fc.constantFrom('-01', '-02', '-12', '-13', '-00', '/01'),
    fc.constantFrom('-01', '-29', '-30', '-31', '-00', '-32'),
    fc.constantFrom('T00', 'T23', 'T24', 't10', ' 10'),
    fc.constantFrom(':00', ':59', ':60'),
    fc.constantFrom(':00', ':59', ':60'),
    fc.constantFrom('', '.1', '.12', '.123', '.1239', '.'),
    fc.constantFrom('', 'Z', '+00:00', '-00:00', '+05:30', '-11:00', '+5', '+05', 'z'),
  )
  .map((parts) => parts.join(''));
const texts = fc.oneof(
  usual,
  fc.tuple(usual, fc.nat(30)).map(([text, length]) => text.slice(0, length)),
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
);

describe('readDateTime', () => {
  it.each([
    ['2020', new DateTime(2020, null, null, null, null, null, null, 1)],
    ['2020-03', new DateTime(2020, 3, null, null, null, null, null, 1)],
    ['2020-03-04', new DateTime(2020, 3, 4, null, null, null, null, 1)],
    ['2020-03-04T05:06', new DateTime(2020, 3, 4, 5, 6, null, null, 1)],
    ['2020-03-04T05:06:07', new DateTime(2020, 3, 4, 5, 6, 7, null, 1)],
    ['2020-03-04T05:06:07.8', new DateTime(2020, 3, 4, 5, 6, 7, 800, 1)],
    ['2020-03-04T05:06:07.123456-04:30', new DateTime(2020, 3, 4, 5, 6, 7, 123, -4.5)],
  ])('reads %s to its precision, on the clock it names or else the zone’s', (text, expected) => {
    expect(readDateTime(text, zone)).toEqual(expected);
  });

  it.each([
    ['2026-07-15T22:10:00Z', new DateTime(2026, 7, 16, 0, 10, 0, null, 2)],
    ['2026-01-15T23:10:00+00:00', new DateTime(2026, 1, 16, 0, 10, 0, null, 1)],
    ['2026-01-15T23:10-00:00', new DateTime(2026, 1, 16, 0, 10, null, null, 1)],
  ])('reads the UTC time %s on the clock that the zone had then', (text, expected) => {
    expect(readDateTime(text, zone)).toEqual(expected);
  });

  it('leaves a UTC time at offset 0 when asked to', () => {
    expect(readDateTime('2026-07-15T22:10:00Z', utc)).toEqual(new DateTime(2026, 7, 15, 22, 10, 0, null, 0));
  });

  it.each([
    '',
    'soon',
    '2020-13',
    '2021-02-29',
    '2020-02-30',
    '2020-01-01T24:00:01',
    '20-01-01',
    '2020-01-01T10:00:00+',
  ])('gives null for %s', (text) => expect(readDateTime(text, zone)).toBeNull());

  it.each([null, undefined, {}, true])('gives null for %s, which is no text', (value) => {
    expect(readDateTime(value, zone)).toBeNull();
  });

  it('reads and refuses as the library’s parser', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = DateTime.parse(text.replace(/Z$/, '+00:00'));
        if (parsed && !/(Z|[+-]\d{2}(:?\d{2})?)$/.test(text.slice(10))) parsed.timezoneOffset = 1;
        if (parsed) parsed.timezoneOffset = (parsed.timezoneOffset ?? 0) + 0;
        expect(readDateTime(text, utc)).toEqual(parsed);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('readDate', () => {
  it('reads and refuses as the library’s parser', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(readDate(text)).toEqual(CqlDate.parse(text));
      }),
    );
  });
});

describe('readTime', () => {
  it.each([
    ['10:20', new DateTime(0, 1, 1, 10, 20, null, null, null)],
    ['10:20:30.5', new DateTime(0, 1, 1, 10, 20, 30, 500, null)],
  ])('reads %s without an offset', (text, expected) => expect(readTime(text)).toEqual(expected));

  it.each(['', '25:00:00', null])('gives null for %s', (text) => expect(readTime(text)).toBeNull());
});

describe('what a conversion in CQL reads', () => {
  it('puts a DateTime without an offset at the offset of the evaluation', () => {
    expect(parseDateTime('2014-01-25T14:30', -7)).toEqual(new DateTime(2014, 1, 25, 14, 30, null, null, -7));
    expect(parseDateTime('2014-01-25T14:30:14.559Z', -7)).toEqual(new DateTime(2014, 1, 25, 14, 30, 14, 559, 0));
    expect(parseDateTime(null, 0)).toBeNull();
  });

  it('takes a Date only without a time', () => {
    expect(parseDate('2014-01')).toEqual(new CqlDate(2014, 1));
    expect(parseDate('2014-01-25T')).toBeNull();
  });

  it.each([
    ['T14', new DateTime(0, 1, 1, 14, null, null, null, null)],
    ['14:30:15.4-07:00', new DateTime(0, 1, 1, 14, 30, 15, 400, null)],
  ])('takes a Time with T or offset and passes over both (%s)', (text, expected) => {
    expect(parseTime(text)).toEqual(expected);
  });

  it.each(['', 'T', 'Z', '24:00', '12:60', '1:30'])('gives null for the Time %j', (text) => {
    expect(parseTime(text)).toBeNull();
  });
});
