import { localMs, type Temporal } from './calendar.ts';

/** The earliest moment a date or time can mean, in milliseconds since 1970; what has no offset counts as UTC. */
export const momentMs = (value: Temporal): number =>
  localMs(value) - ('timezoneOffset' in value ? Math.round((value.timezoneOffset ?? 0) * 3_600_000) : 0);
