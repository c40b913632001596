import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Paths at which a secret could stand in a log line; its value is replaced. */
const REDACTED = [
  'authorization',
  'cookie',
  '*.authorization',
  '*.cookie',
  '*["cl-x-token"]',
  'password',
  '*.password',
];

/** The one logger of a process: JSON lines on standard output, one wide line an event and an attempt. */
export const logger: Logger = pino({
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  redact: { paths: REDACTED, censor: '********' },
});
