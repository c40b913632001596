import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SecretBox } from '../common/secret-box.js';
import { RunSettings } from '../config/settings.js';
import { HotPool } from '../database/hot-pool.js';
import { DeliveryEngine } from './engine/delivery-engine.js';
import { FirstAttemptsService } from './first-attempts/first-attempts.service.js';
import { Transport } from './push/transport.js';
import { DeliveryQueue } from './queue/delivery-queue.js';
import type { EnqueueResult, IncomingEvent } from './queue/enqueue.js';
import { WakeListener, WakeSender } from './queue/wake-channel.js';
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
    pool: HotPool,
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

  /** Something of a destination may go on: it was enabled, or a delivery was sent again. Reaches every process. */
  wake(): void {
    this.engine?.wake();
    this.wakeSender.send();
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
