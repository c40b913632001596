import { Injectable } from '@nestjs/common';
import { logger } from '../../common/logger.js';
import { Pause } from '../../common/pause.js';
import { RunSettings } from '../../config/settings.js';
import { HotPool } from '../../database/hot-pool.js';
import { DeliveryQueue } from '../queue/delivery-queue.js';
import { WakeListener } from '../queue/wake-channel.js';
import { findFirstOutcomes, type FirstOutcome } from './first-outcomes.js';

export type { FirstOutcome } from './first-outcomes.js';

/** Callers that one process lets wait; each may cost a look a second. */
const MAX_WAITERS = 200;
/** Most attempts are made by the process that accepted, in a moment, so nobody is asked before. */
const HERE_WITHIN_MS = 20;
const FIRST_POLL_MS = 50;
const MAX_POLL_MS = 1_000;

/**
 * Waits for the first attempts of an event's deliveries, whichever process makes them: woken by what is settled here, by
 * the message of another process, and by a poll behind both.
 */
@Injectable()
export class FirstAttemptsService {
  private waiters = 0;
  private stopped = false;
  private readonly naps = new Set<Nap>();
  /** Where this process does not deliver there is no other to hear the messages; made when first needed. */
  private listener: WakeListener | null = null;

  constructor(
    private readonly pool: HotPool,
    private readonly queue: DeliveryQueue,
    private readonly settings: RunSettings,
  ) {}

  /** May one more caller wait? */
  get hasRoom(): boolean {
    return this.waiters < MAX_WAITERS && !this.stopped;
  }

  /** The outcomes once all first attempts are made; null when that took longer than `forMs` or the process stops. */
  async wait(eventId: string, forMs: number): Promise<FirstOutcome[] | null> {
    const nap = new Nap();
    this.waiters++;
    this.naps.add(nap);
    const unwatch = this.queue.signals.watch(eventId, () => nap.end());
    try {
      return await this.look(eventId, nap, performance.now() + forMs);
    } catch (error) {
      // The event is accepted all the same; what became of it is in the ledger.
      logger.warn({ err: error, event_id: eventId }, 'waiting for the first attempts failed');
      return null;
    } finally {
      unwatch();
      this.naps.delete(nap);
      this.waiters--;
    }
  }

  /** Nobody waits any longer. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const nap of this.naps) nap.end();
    await this.listener?.stop();
  }

  private async look(eventId: string, nap: Nap, endMs: number): Promise<FirstOutcome[] | null> {
    await nap.take(HERE_WITHIN_MS);
    let pollMs = FIRST_POLL_MS;
    for (let turn = 0; ; turn++) {
      const outcomes = await findFirstOutcomes(this.pool, eventId);
      const leftMs = endMs - performance.now();
      if (outcomes || leftMs <= 0 || this.stopped) return outcomes;
      if (turn === 0) await this.askOthers(eventId);
      await nap.take(Math.min(pollMs, leftMs));
      pollMs = Math.min(2 * pollMs, MAX_POLL_MS);
    }
  }

  private async askOthers(eventId: string): Promise<void> {
    if (this.settings.role === 'api' && !this.listener) {
      this.listener = new WakeListener(this.settings.databaseUrl, (message) => this.queue.signals.receive(message));
      await this.listener.start();
    }
    await this.queue.signals.ask(eventId);
  }
}

/** A sleep that can be ended early; an end before its begin counts. */
class Nap {
  private ended = false;
  private readonly pause = new Pause();

  end(): void {
    this.ended = true;
    this.pause.end();
  }

  async take(ms: number): Promise<void> {
    if (!this.ended) await this.pause.take(ms);
    this.ended = false;
  }
}
