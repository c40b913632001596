import type { HotPool } from '../../database/hot-pool.js';
import { notify } from './wake-channel.js';

/** For how long another process may wait for what is settled here. */
const ASKED_FOR_MS = 30_000;
const MAX_ASKED = 10_000;

const ASK = 'ask ';
const TELL = 'tell ';

/**
 * Tells who waits for an event's attempts that some were settled, here or in another process. A process that waits asks
 * the others to tell it; where nobody asks, settling costs one comparison. A message may be lost: there is a poll.
 */
export class AttemptSignals {
  private readonly watchers = new Map<string, Set<() => void>>();
  /** Asked for by other processes, until when (as performance.now()); the oldest first. */
  private readonly asked = new Map<string, number>();

  constructor(private readonly pool: HotPool) {}

  /** Calls `onSettled` when attempts of the event were settled; returns how to stop that. */
  watch(eventId: string, onSettled: () => void): () => void {
    const key = keyOf(eventId);
    const watchers = this.watchers.get(key) ?? new Set();
    this.watchers.set(key, watchers.add(onSettled));
    return () => {
      watchers.delete(onSettled);
      if (watchers.size === 0) this.watchers.delete(key);
    };
  }

  /** Asks the other processes to tell what they settle of the event. */
  async ask(eventId: string): Promise<void> {
    await notify(this.pool, ASK + keyOf(eventId));
  }

  /** These were settled here. */
  settled(deliveryIds: readonly string[]): void {
    if (this.watchers.size === 0 && this.asked.size === 0) return;
    for (const key of new Set(deliveryIds.map(keyOf))) {
      this.tell(key);
      if ((this.asked.get(key) ?? 0) > performance.now()) void notify(this.pool, TELL + key).catch(() => undefined);
    }
  }

  /** A message from another process. */
  receive(message: string): void {
    if (message.startsWith(TELL)) this.tell(message.slice(TELL.length));
    else if (message.startsWith(ASK)) this.remember(message.slice(ASK.length));
  }

  private tell(key: string): void {
    for (const onSettled of this.watchers.get(key) ?? []) onSettled();
  }

  private remember(key: string): void {
    const nowMs = performance.now();
    for (const [other, untilMs] of this.asked) {
      if (untilMs > nowMs && this.asked.size < MAX_ASKED) break;
      this.asked.delete(other);
    }
    // Our own question comes back too: what is settled here is told without a message.
    if (!this.watchers.has(key)) this.asked.set(key, nowMs + ASKED_FOR_MS);
  }
}

/** The ids of an event's deliveries share its first 60 bits. */
function keyOf(id: string): string {
  return id.slice(0, 18);
}
