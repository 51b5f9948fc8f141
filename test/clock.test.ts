import { describe, expect, it } from 'vitest';
import { localDate, offsetMinutes, systemClock } from '../src/clock.ts';

describe('offsetMinutes', () => {
  it.each([
    ['UTC', '2026-07-01T12:00:00Z', 0],
    ['Europe/London', '2026-01-01T12:00:00Z', 0],
    ['America/New_York', '2026-01-15T12:00:00Z', -300],
    ['America/New_York', '2026-07-15T12:00:00Z', -240],
    ['Asia/Kolkata', '2026-07-15T12:00:00Z', 330],
    ['Australia/Lord_Howe', '2026-01-15T12:00:00Z', 660],
    ['Australia/Lord_Howe', '2026-07-15T12:00:00Z', 630],
    ['America/St_Johns', '2026-01-15T12:00:00Z', -210],
    ['Pacific/Kiritimati', '2026-07-15T12:00:00Z', 840],
  ])('%s at %s is ahead of UTC by %i minutes', (zone, instant, minutes) => {
    expect(offsetMinutes(new Date(instant), zone)).toBe(minutes);
  });

  it.each([
    ['one second before spring forward', '2026-03-08T06:59:59Z', -300],
    ['at spring forward', '2026-03-08T07:00:00Z', -240],
    ['one second before fall back', '2026-11-01T05:59:59Z', -240],
    ['at fall back', '2026-11-01T06:00:00Z', -300],
  ])('changes in New York on the very second: %s', (_, instant, minutes) => {
    expect(offsetMinutes(new Date(instant), 'America/New_York')).toBe(minutes);
  });

  it.each(['1850-01-01T00:00:00Z', '0001-01-01T00:00:00Z'])(
    'is known before there were time zones (%s), to the minute of the sun',
    (instant) => {
      expect(offsetMinutes(new Date(instant), 'America/New_York')).toBe(-296);
    },
  );

  it('refuses a zone that is not an IANA time zone', () => {
    expect(() => offsetMinutes(new Date(0), 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('localDate', () => {
  it.each([
    ['America/New_York', '2026-11-22T04:59:59Z', '2026-11-21'],
    ['America/New_York', '2026-11-22T05:00:00Z', '2026-11-22'],
    ['Pacific/Honolulu', '2026-11-22T09:59:59Z', '2026-11-21'],
    ['Pacific/Pago_Pago', '2027-01-01T10:59:59Z', '2026-12-31'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00Z', '2027-01-01'],
    ['Asia/Kolkata', '2026-11-21T18:30:00Z', '2026-11-22'],
    ['UTC', '2026-11-21T23:59:59.999Z', '2026-11-21'],
  ])('in %s the day of %s is %s', (zone, instant, day) => {
    expect(localDate(new Date(instant), zone)).toBe(day);
  });

  it.each([
    ['the hour that is skipped', '2026-03-08T06:30:00Z', '2026-03-08'],
    ['the last minute of the short day', '2026-03-09T03:59:00Z', '2026-03-08'],
    ['the first minute after the short day', '2026-03-09T04:00:00Z', '2026-03-09'],
    ['the last minute of the long day', '2026-11-02T04:59:00Z', '2026-11-01'],
    ['the first minute after the long day', '2026-11-02T05:00:00Z', '2026-11-02'],
  ])('is the calendar day in New York across the change of the clock: %s', (_, instant, day) => {
    expect(localDate(new Date(instant), 'America/New_York')).toBe(day);
  });
});

it('takes "now" from the wall clock only in the system clock', () => {
  const before = Date.now();
  const now = systemClock.now().getTime();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
