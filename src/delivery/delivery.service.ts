import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SecretBox } from '../common/secret-box.js';
import { RunSettings } from '../config/settings.js';
import { HotPool } from '../database/hot-pool.js';
import { DeliveryEngine } from './engine/delivery-engine.js';
import type { PushTarget } from './engine/push-target.js';
import { FirstAttemptsService } from './first-attempts/first-attempts.service.js';
import { Transport } from './push/transport.js';
import { DeliveryQueue } from './queue/delivery-queue.js';
import { endRest } from './queue/health.js';
import type { EnqueueResult, IncomingEvent } from './queue/enqueue.js';
import { tellRecovered, tellUrgent, WakeListener, WakeSender } from './queue/wake-channel.js';
import { TrafficRecorder } from './statistics/traffic-recorder.js';

const NO_PROCESS = '00000000-0000-0000-0000-000000000000';

/** The delivery layer as others see it: events go in, and destinations can be woken. */
@Injectable()
export class DeliveryService implements OnApplicationBootstrap {
  /** Null where this process does not deliver (`ROLE=api`). */
  private readonly engine: DeliveryEngine | null;
  private readonly wakeSender: WakeSender;
  private readonly traffic: TrafficRecorder;
  /** Hears the answers to a recall where this process does not deliver; made when first needed. */
  private listener: WakeListener | null = null;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly firstAttempts: FirstAttemptsService,
    private readonly pool: HotPool,
    box: SecretBox,
    transport: Transport,
    private readonly settings: RunSettings,
  ) {
    this.traffic = new TrafficRecorder(pool);
    this.engine =
      settings.role === 'api' ? null : new DeliveryEngine(pool, queue, box, transport, settings, this.traffic);
    this.wakeSender = new WakeSender(pool);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.traffic.start();
    await this.engine?.start();
  }

  /**
   * Accepts a batch in one transaction and starts what may start at once. Results stand in the order of `events`.
   * Throws what the database throws; then the outcome may be unknown: ask {@link DeliveryQueue.findStored}.
   */
  async accept(events: readonly IncomingEvent[]): Promise<EnqueueResult[]> {
    const results = await (this.engine?.accept(events) ?? this.queue.enqueue(NO_PROCESS, events, []));
    this.traffic.accepted(results);
    const waiting = results.some((result) => result.kind === 'accepted' && result.deliveries.some((d) => !d.leased));
    if (waiting && this.engine?.isAlone !== true) this.wakeSender.send();
    return results;
  }

  /**
   * Runs a request to the destination that is no delivery, within its `max_concurrency` and `rate_limit` as far as this
   * process has a share of them. Null: there was no place for it within `waitMs`.
   */
  runAside<T>(target: PushTarget, waitMs: number, work: () => Promise<T>): Promise<T | null> {
    return this.engine?.runAside(target, waitMs, work) ?? work();
  }

  /** A person asked for a delivery to go now. Reaches every process. */
  hurry(): void {
    this.engine?.onUrgent();
    tellUrgent(this.pool);
  }

  /** What was learnt about a destination no longer holds: it was enabled, or has another URL. Reaches every process. */
  recovered(destinationId: string): void {
    this.engine?.onRecovered(destinationId);
    tellRecovered(this.pool, destinationId);
  }

  /** As {@link recovered}, because a test event was delivered: ends its pause and closes its circuit first. */
  async succeeded(destinationId: string): Promise<void> {
    await endRest(this.pool, destinationId, true);
    this.recovered(destinationId);
  }

  /**
   * After a destination or an account was deleted: no process starts another attempt for it. Attempts under way go on.
   * Resolves after a second although a process did not answer.
   */
  async recall(id: string): Promise<void> {
    if (this.engine) return this.engine.recall(id);
    if (!this.listener) {
      this.listener = new WakeListener(this.settings.databaseUrl, (message) =>
        this.queue.recall.receive(message, null),
      );
      await this.listener.start();
    }
    return this.queue.recall.recall(id, null);
  }

  /** The first step of a stop: nothing more is claimed or started here. */
  stopTaking(): void {
    void this.firstAttempts.stop();
    this.engine?.stopTaking();
  }

  /** The second, once no request is being received any more: what is under way ends, until `deadlineMs` (as performance.now()). */
  async drain(deadlineMs: number): Promise<void> {
    this.wakeSender.stop();
    await this.listener?.stop();
    await this.engine?.stop(deadlineMs);
    await this.traffic.stop();
  }
}
