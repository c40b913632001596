import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

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

/** Lines are written together: one call to the system a line costs as much as the line itself. */
const BUFFER_BYTES = 8_192;
const FLUSH_EVERY_MS = 100;

const output = destination({ fd: 1, sync: false, minLength: BUFFER_BYTES });

/** The one logger of a process: JSON lines on standard output, one wide line an event and an attempt. */
export const logger: Logger = pino(
  {
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '********' },
  },
  output,
);

setInterval(() => output.flush(), FLUSH_EVERY_MS).unref();
process.on('exit', () => {
  try {
    output.flushSync();
  } catch {
    // Standard output is gone, or was never opened: there is nobody to tell.
  }
});
