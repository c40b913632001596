import { type Answer, misbehave, type RawAnswer } from '../support/receiver.js';

/**
 * How a receiver answers; `succeeds`: whether the service counts that as delivered. `late` are right answers that come
 * after a moment, so that kills find attempts under way.
 */
interface Manner {
  readonly answer: Answer | RawAnswer;
  readonly succeeds: boolean;
}

const MANNERS = {
  'answers late': { answer: { status: 200, delayMs: 150 }, succeeds: true },
  resets: { answer: misbehave.reset, succeeds: false },
  'closes without an answer': { answer: misbehave.closeWithoutAnswer, succeeds: false },
  'hangs before headers': { answer: misbehave.hangBeforeHeaders, succeeds: false },
  'hangs in headers': { answer: misbehave.hangInHeaders, succeeds: false },
  // A whole head with status 200 decides, whatever becomes of the body.
  'hangs after headers': { answer: misbehave.hangAfterHeaders, succeeds: true },
  'cuts its answer': { answer: misbehave.cutBody, succeeds: true },
  'drips a byte a second': { answer: misbehave.drip(1_000), succeeds: true },
  // Status 200 and more bytes than are kept: the rest is never read.
  'answers 100 MB': { answer: misbehave.hugeBody(100 * 1024 * 1024), succeeds: true },
  'answers a gzip bomb': { answer: misbehave.gzipBomb(64 * 1024 * 1024), succeeds: true },
  'answers no HTTP': { answer: misbehave.invalidHttp, succeeds: false },
  'answers 301': { answer: { status: 301, headers: { location: 'http://127.0.0.1:9/' } }, succeeds: false },
  'answers 429': { answer: { status: 429, headers: { 'retry-after': '1' } }, succeeds: false },
  'answers 500': { answer: { status: 500 }, succeeds: false },
} as const satisfies Record<string, Manner>;

/** `refuses`: nothing listens. */
export type Mood = keyof typeof MANNERS | 'refuses';

export const MOODS = ['refuses', ...Object.keys(MANNERS)] as [Mood, ...Mood[]];

export function mannerOf(mood: Mood): Manner {
  return mood === 'refuses' ? MANNERS.resets : MANNERS[mood];
}

export const GOOD: Manner = { answer: { status: 200, delayMs: 5 }, succeeds: true };
