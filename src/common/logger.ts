import { destination, pino, type Logger } from 'pino';
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

/** Lines are written together: one call to the system a line costs as much as the line itself. */
const BUFFER_BYTES = 65_536;
/** The output takes few large pieces at a third of the CPU that it takes every line by itself. */
const PIECE_LENGTH = 16_384;
const FLUSH_EVERY_MS = 100;

/** A person at a terminal reads lines made for people; whatever else takes the output gets JSON. */
const humanOutput = { write: (line: string) => void process.stdout.write(humanLine(line)) };

const output = process.stdout.isTTY ? humanOutput : bufferedOutput();

/** Many lines are written within one millisecond. */
let lastMs = 0;
let lastTime = '';
function isoTime(): string {
  const nowMs = Date.now();
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastTime = `,"time":"${new Date(nowMs).toISOString()}"`;
  }
  return lastTime;
}

/** The one logger of a process, to standard output. */
export const logger: Logger = pino(
  {
    base: { pid: process.pid },
    timestamp: isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '********' },
  },
  output,
);

const PID = `,"pid":${process.pid}`;

/**
 * Writes one of the wide lines, one an event and an attempt: fixed fields that hold no secret. They were a
 * fifth of all that is allocated for a delivery, so they are put together by hand, at a fifth of what the logger takes.
 *
 * `members`: JSON, each behind a comma, strings quoted and escaped.
 */
export function logWide(members: string, message: string): void {
  if (logger.isLevelEnabled('info')) output.write(`{"level":"info"${isoTime()}${PID}${members},"msg":"${message}"}\n`);
}

function bufferedOutput(): { write(line: string): void } {
  const output = destination({ fd: 1, sync: false, minLength: BUFFER_BYTES, maxWrite: 2 * BUFFER_BYTES });
  let lines = '';
  const passOn = (): void => {
    if (lines !== '') output.write(lines);
    lines = '';
  };
  setInterval(() => {
    passOn();
    output.flush();
  }, FLUSH_EVERY_MS).unref();
  process.on('exit', () => {
    try {
      passOn();
      output.flushSync();
    } catch {
      // Standard output is gone, or was never opened: there is nobody to tell.
    }
  });
  return {
    write(line) {
      lines += line;
      if (lines.length >= PIECE_LENGTH) passOn();
    },
  };
}
