import { pino, type Logger } from 'pino';
import { humanLine } from './human-line.js';

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

/** A person at a terminal reads lines made for people; whatever else takes the output gets JSON. */
const humanOutput = { write: (line: string) => void process.stdout.write(humanLine(line)) };

/** The one logger of a process, to standard output: one wide line an event and an attempt. */
export const logger: Logger = pino(
  {
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '********' },
  },
  process.stdout.isTTY ? humanOutput : pino.destination({ dest: 1, sync: true }),
);
