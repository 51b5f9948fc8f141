import { destination, type Logger, pino } from 'pino';

/**
 * Logs as JSON lines on standard error; standard output belongs to what a person asked for. Ids and codes only: nothing
 * that identifies a patient, no token, no request body.
 */
export const createLog = (level: string): Logger =>
  pino({ level, base: { name: 'carehook' }, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination(2));
