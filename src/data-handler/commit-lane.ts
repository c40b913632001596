import { setImmediate as nextTurn } from 'node:timers/promises';
import { Pause } from '../common/pause.js';
import { Problem } from '../common/problem.js';
import type { IncomingEvent } from '../delivery/queue/enqueue.js';
import type { Accepted } from './acceptance.js';

const MAX_COMMIT_BYTES = 4 * 1024 * 1024;
/** What may wait for its commit; beyond that receiving answers 503 rather than to grow. */
const MAX_WAITING_EVENTS = 20_000;
const MAX_WAITING_BYTES = 128 * 1024 * 1024;
/** Rows, events and their deliveries, beside which what their statement costs is small: nobody waits for more. */
const ENOUGH_ROWS = 32;
/** Who waits for an answer and comes again is there within half of a commit; more time brings only strangers. */
const GATHER_SHARE = 0.5;
const MAX_GATHER_MS = 5;
/** So long after it came, and after the last commit that succeeded, an event that is still in no commit is refused. */
const MAX_WAIT_MS = 4_000;
const LOOK_EVERY_MS = 250;

/** An event whose caller waits for the commit. */
export interface Waiting {
  readonly event: IncomingEvent;
  /** As performance.now(). */
  readonly sinceMs: number;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
}

/** Events that share an external id, or a single one. The first is to be stored, the others get its answer. */
export type Family = readonly [Waiting, ...Waiting[]];

/**
 * Group commit: what arrives while a commit is under way shares the next one. That begins when as many are there as
 * were when the last one ended, those it answered included, as they may come again: a sender of single events that is
 * alone never waits, nor does who comes to a lane that has been idle for half as long as a commit takes. Nobody waits for
 * longer than half of what the last one took. See docs/adr/0030.
 */
export class CommitLane {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private running = false;
  private committedAtMs = -Infinity;
  private succeededAtMs = -Infinity;
  /** The last commit took so long. */
  private commitMs = 0;
  /** So many were there when it ended, in it or waiting: who was answered may come again. */
  private expected = 0;
  private readonly gathering = new Pause();
  private lookingForLate: NodeJS.Timeout | null = null;

  constructor(
    private readonly maxCommitEvents: number,
    /** Answers every member and tells how many deliveries were made of them, null when it failed; never throws. */
    private readonly commit: (batch: readonly Family[]) => Promise<number | null>,
  ) {}

  /** Is there room for so many more events? What is larger than all the room there is fits when nothing waits. */
  hasRoom(events: number, bytes: number): boolean {
    if (this.waiting.length === 0) return true;
    return this.waiting.length + events <= MAX_WAITING_EVENTS && this.waitingBytes + bytes <= MAX_WAITING_BYTES;
  }

  add(item: Waiting): void {
    this.waiting.push(item);
    this.waitingBytes += item.event.payload.length;
    this.lookingForLate ??= this.lookForLateSoon();
    if (this.hasEnough) this.gathering.end();
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    do {
      await this.gather();
      const batch = this.takeBatch();
      if (batch.length === 0) continue;
      // What did not fit has waited already.
      const isFull = this.waiting.length > 0;
      const beganAtMs = performance.now();
      const made = await this.commit(batch);
      const deliveries = made ?? 0;
      this.committedAtMs = performance.now();
      if (made !== null) this.succeededAtMs = this.committedAtMs;
      this.commitMs = this.committedAtMs - beganAtMs;
      const enough = (ENOUGH_ROWS * batch.length) / (batch.length + deliveries);
      this.expected = isFull ? 0 : Math.min(enough, batch.length + this.waiting.length);
    } while (this.waiting.length > 0);
    this.running = false;
  }

  private lookForLateSoon(): NodeJS.Timeout {
    const look = (): void => {
      this.refuseLate();
      this.lookingForLate = this.waiting.length > 0 ? this.lookForLateSoon() : null;
    };
    return setTimeout(look, LOOK_EVERY_MS).unref();
  }

  /** While commits hang or fail, nobody waits for longer than a caller has patience. Nothing of it was sent anywhere. */
  private refuseLate(): void {
    const nowMs = performance.now();
    if (this.waiting.length === 0 || nowMs - this.succeededAtMs < MAX_WAIT_MS) return;
    const end = this.waiting.findIndex(({ sinceMs }) => nowMs - sinceMs < MAX_WAIT_MS);
    const late = this.waiting.splice(0, end < 0 ? this.waiting.length : end);
    for (const { event, reject } of late) {
      this.waitingBytes -= event.payload.length;
      reject(unavailable());
    }
  }

  /** Resolves when it is time for the next commit: what lies in the sockets by now belongs together at least. */
  private async gather(): Promise<void> {
    const restMs = this.committedAtMs + Math.min(this.commitMs * GATHER_SHARE, MAX_GATHER_MS) - performance.now();
    if (restMs > 0 && !this.hasEnough) await this.gathering.take(restMs);
    await nextTurn();
  }

  private get hasEnough(): boolean {
    return this.waiting.length >= this.expected || this.waitingBytes >= MAX_COMMIT_BYTES;
  }

  /** The next events in order; duplicates are merged here, because one statement can't store an id twice. */
  private takeBatch(): Family[] {
    const batch: [Waiting, ...Waiting[]][] = [];
    const byKey = new Map<string, Waiting[]>();
    let bytes = 0;
    let index = 0;
    for (; index < this.waiting.length && index < this.maxCommitEvents; index++) {
      const item = this.waiting[index];
      if (!item) break;
      const { event } = item;
      if (index > 0 && bytes + event.payload.length > MAX_COMMIT_BYTES) break;
      bytes += event.payload.length;
      const key = event.externalId === null ? null : `${event.tokenHash.toString('latin1')} ${event.externalId}`;
      const known = key === null ? undefined : byKey.get(key);
      if (known) {
        known.push(item);
        continue;
      }
      const family: [Waiting, ...Waiting[]] = [item];
      if (key !== null) byKey.set(key, family);
      batch.push(family);
    }
    this.waiting = this.waiting.slice(index);
    this.waitingBytes -= bytes;
    return batch;
  }
}

/** Not accepted, for certain. */
export function unavailable(): Problem {
  return new Problem('unavailable', { headers: { 'Retry-After': '1' } });
}
