import { Bag, type Member } from '../../common/bag.js';
import { logger } from '../../common/logger.js';
import type { SecretBox } from '../../common/secret-box.js';
import type { RunSettings } from '../../config/settings.js';
import type { HotPool } from '../../database/hot-pool.js';
import type { Transport } from '../push/transport.js';
import type { DeliveryQueue } from '../queue/delivery-queue.js';
import type { EnqueueResult, IncomingEvent } from '../queue/enqueue.js';
import type { Membership } from '../queue/lease.js';
import { WakeListener } from '../queue/wake-channel.js';
import type { TrafficRecorder } from '../statistics/traffic-recorder.js';
import { Gates } from './gates.js';
import { HandOver } from './hand-over.js';
import { HealthReporter } from './health-reporter.js';
import { Incarnation } from './incarnation.js';
import { Janitor } from './janitor.js';
import { type Job, Runner } from './runner.js';
import { Scheduler } from './scheduler.js';
import { Settler } from './settler.js';
import { TargetBook } from './target-book.js';

/** After an attempt that failed for want of files or memory of our own. */
const SHORTAGE_PAUSE_MS = 2_000;

/** The start of what one acceptance handed over. */
interface Beginning extends Member {
  readonly done: Promise<void>;
}

/** By so much at least, or nothing worth looking after is put off. */
const CLOCK_SET_BACK_MS = 30_000;

/**
 * The delivering side of one process, put together: claimed or handed over → attempted → settled. Starts and stops
 * as one.
 */
export class DeliveryEngine {
  private stopping = false;
  /** What is under way is being cut off. */
  private cutOff = false;
  /** Acceptances whose deliveries are just being started. */
  private readonly beginning = new Bag<Beginning>();
  private readonly gates = new Gates();
  private readonly settler: Settler;
  private readonly health: HealthReporter;
  private readonly runner: Runner;
  private readonly scheduler: Scheduler;
  private readonly handOver: HandOver;
  private readonly listener: WakeListener;
  private readonly janitor: Janitor;
  private readonly incarnation: Incarnation;

  constructor(
    pool: HotPool,
    private readonly queue: DeliveryQueue,
    box: SecretBox,
    private readonly transport: Transport,
    settings: RunSettings,
    traffic: TrafficRecorder,
  ) {
    const targets = new TargetBook(pool, box);
    this.settler = new Settler(queue);
    this.health = new HealthReporter(pool);
    this.runner = new Runner(transport, this.settler, this.gates, this.health, {
      onRoom: (destinationId) => this.scheduler.onRoom(destinationId),
      onSettled: ({ delivery }, settlement) => traffic.settled(delivery, settlement),
      onDue: (inMs) => this.scheduler.wakeIn(inMs),
      giveBack: (jobs) => this.giveBack(jobs),
    });
    this.incarnation = new Incarnation(
      pool,
      settings.role,
      (membership) => this.onMembership(membership),
      () => this.scheduler.wake(),
    );
    this.scheduler = new Scheduler(
      pool,
      queue,
      this.incarnation,
      targets,
      this.gates,
      this.runner,
      (processId, leases, delayMs) => this.release(processId, leases, delayMs),
    );
    this.handOver = new HandOver(targets, this.gates, this.runner, (destinationId) =>
      this.scheduler.onRoom(destinationId),
    );
    this.listener = new WakeListener(settings.databaseUrl, (message) => {
      if (message === '') return this.scheduler.wake();
      queue.signals.receive(message);
      queue.recall.receive(message, this.incarnation.id);
    });
    queue.recall.onRecall = (id) => this.runner.recall(id);
    this.janitor = new Janitor(pool, queue, this.incarnation, this.runner, settings, () => this.scheduler.wake());
  }

  async start(): Promise<void> {
    await this.incarnation.start();
    this.health.start();
    this.janitor.start();
    await this.listener.start();
    this.scheduler.wake();
  }

  /** No other process delivers, so that nobody else need be told of what waits. */
  get isAlone(): boolean {
    return this.gates.membership.processCount === 1;
  }

  /** Accepts a batch and starts at once what has room; a little later while what was started earlier is written down. */
  async accept(events: readonly IncomingEvent[]): Promise<EnqueueResult[]> {
    await this.settler.keepUp();
    const processId = this.incarnation.id;
    const plannedAtMs = performance.now();
    const grants = this.stopping ? [] : this.handOver.plan(events, plannedAtMs);
    let results: EnqueueResult[];
    try {
      results = await this.queue.enqueue(processId, events, grants);
    } catch (error) {
      this.handOver.drop(grants);
      // It may have been committed all the same, with leases for us that we never heard of.
      if (grants.length > 0) this.janitor.findLostLeasesSoon();
      throw error;
    }
    const done = this.handOver
      .begin(processId, events, grants, results, plannedAtMs)
      .then(({ claimable, unusable }) => {
        if (claimable) this.scheduler.wake();
        if (unusable) this.janitor.findLostLeasesSoon();
      })
      .catch((error: unknown) => {
        logger.error({ err: error }, 'accepted deliveries could not be started from memory');
        this.handOver.drop(grants);
        this.janitor.findLostLeasesSoon();
      })
      .finally(() => this.beginning.delete(beginning));
    const beginning: Beginning = { done, place: -1 };
    this.beginning.add(beginning);
    return results;
  }

  /**
   * Leases that were not used, or whose attempt failed for want of something here. At the end of a stop those cut off
   * go back all together with the incarnation, which writes them down as such.
   */
  private async giveBack(jobs: readonly Job[]): Promise<void> {
    if (this.cutOff) return;
    for (const processId of new Set(jobs.map((job) => job.processId))) {
      const leases = jobs.filter((job) => job.processId === processId).map((job) => job.delivery);
      await this.release(processId, leases, this.stopping ? 0 : SHORTAGE_PAUSE_MS);
    }
    this.scheduler.wakeIn(SHORTAGE_PAUSE_MS);
  }

  /** A lease that can't be given back now, as when the database is away, is found and given back later. */
  private async release(
    processId: string,
    leases: readonly { deliveryId: string; leaseNumber: number }[],
    delayMs: number,
  ): Promise<void> {
    try {
      await this.queue.release(processId, leases, delayMs);
    } catch (error) {
      this.janitor.findLostLeasesSoon();
      throw error;
    }
  }

  private onMembership({ processCount, processIndex, silentMs }: Membership): void {
    this.gates.setMembership(processCount, processIndex);
    this.settler.setProcessCount(processCount);
    if (silentMs < -CLOCK_SET_BACK_MS) this.janitor.afterClockWasSetBack();
  }

  /** See {@link Recall}. */
  recall(id: string): Promise<void> {
    return this.queue.recall.recall(id, this.incarnation.id);
  }

  /** Something waits that this process did not accept itself. */
  wake(): void {
    this.scheduler.wake();
  }

  /** Claims and starts nothing more; what is accepted from now on waits for other processes or the next start. */
  stopTaking(): void {
    this.stopping = true;
    void this.scheduler.stop();
  }

  /** Lets what is under way end until `deadlineMs` (as performance.now()), cuts the rest off, and leaves no lease behind. */
  async stop(deadlineMs: number): Promise<void> {
    this.stopTaking();
    await this.listener.stop();
    await this.scheduler.stop();
    await Promise.all(Array.from(this.beginning, ({ done }) => done));
    await this.janitor.stop();
    await this.runner.returnWaiting();
    const deadline = setTimeout(
      () => {
        logger.warn('attempts still under way at the end of DRAIN_SECONDS are cut off');
        this.cutOff = true;
        this.transport.destroy();
      },
      Math.max(0, deadlineMs - performance.now()),
    );
    await this.runner.idle();
    clearTimeout(deadline);
    await this.settler.idle();
    await this.health.stop();
    await this.incarnation.stop();
    await this.transport.close();
  }
}
