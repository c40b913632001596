import { Bag, type Member } from '../../common/bag.js';
import { logger } from '../../common/logger.js';
import type { SecretBox } from '../../common/secret-box.js';
import type { RunSettings } from '../../config/settings.js';
import type { HotPool } from '../../database/hot-pool.js';
import type { Transport } from '../push/transport.js';
import type { DeliveryQueue } from '../queue/delivery-queue.js';
import type { EnqueueResult, Grant, IncomingEvent } from '../queue/enqueue.js';
import type { Membership } from '../queue/lease.js';
import { type DestinationNews, receiveNews, WakeListener } from '../queue/wake-channel.js';
import type { TrafficRecorder } from '../statistics/traffic-recorder.js';
import { Gates } from './gates.js';
import { HandOver } from './hand-over.js';
import { HealthReporter } from './health-reporter.js';
import { Incarnation } from './incarnation.js';
import { Janitor } from './janitor.js';
import { type Job, Runner } from './runner.js';
import type { PushTarget } from './push-target.js';
import { Scheduler } from './scheduler.js';
import { Settler } from './settler.js';
import { TargetBook } from './target-book.js';

/** After an attempt that failed for want of files or memory of our own. */
const SHORTAGE_PAUSE_MS = 2_000;

/** One acceptance, from its plan until its deliveries are started. */
interface Acceptance extends Member {
  readonly grants: readonly Grant[];
  begun: Promise<void>;
}

/** By so much at least, or nothing worth looking after is put off. */
const CLOCK_SET_BACK_MS = 30_000;

/**
 * The delivering side of one process, put together: claimed or handed over → attempted → settled. Starts and stops
 * as one.
 */
export class DeliveryEngine implements DestinationNews {
  private stopping = false;
  /** What is under way is being cut off. */
  private cutOff = false;
  /** Those under way: what is granted to them is leased to us, and not held yet. */
  private readonly acceptances = new Bag<Acceptance>();
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
      onProbeDue: (inMs) => this.scheduler.wakeAheadIn(inMs),
      onRecovered: (destinationId) => this.onRecovered(destinationId),
      holdsLeases: () => this.incarnation.isProven,
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
      () => this.janitor.findLostLeasesSoon(),
    );
    this.handOver = new HandOver(targets, this.gates, this.runner, (destinationId) =>
      this.scheduler.onRoom(destinationId),
    );
    this.listener = new WakeListener(settings.databaseUrl, (message) => this.onMessage(message));
    queue.recall.onRecall = (id) => this.runner.recall(id);
    this.janitor = new Janitor(pool, queue, this.incarnation, settings, {
      knownIds: () => this.knownIds(),
      claimed: () => this.scheduler.claimed(),
      onReturned: () => this.scheduler.wake(),
    });
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
    const grants = this.stopping || !this.incarnation.isProven ? [] : this.handOver.plan(events, plannedAtMs);
    const acceptance: Acceptance = { grants, begun: Promise.resolve(), place: -1 };
    this.acceptances.add(acceptance);
    let results: EnqueueResult[];
    try {
      results = await this.queue.enqueue(processId, events, grants);
    } catch (error) {
      this.acceptances.delete(acceptance);
      this.handOver.drop(grants);
      // It may have been committed all the same, with leases for us that we never heard of.
      if (grants.length > 0) this.janitor.findLostLeasesSoon();
      throw error;
    }
    acceptance.begun = this.handOver
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
      .finally(() => this.acceptances.delete(acceptance));
    return results;
  }

  /** The deliveries that this process knows to be leased to it. */
  private knownIds(): ReadonlySet<string> {
    const known = new Set([...this.runner.heldIds(), ...this.scheduler.loadingIds()]);
    for (const { grants } of this.acceptances) for (const { deliveryId } of grants) known.add(deliveryId);
    return known;
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

  /** See {@link Runner.runAside}. Without a share of the destination's concurrency it runs all the same. */
  runAside<T>(target: PushTarget, waitMs: number, work: () => Promise<T>): Promise<T | null> {
    const hasShare = this.gates.hasShare(target);
    return hasShare ? this.runner.runAside(target, waitMs, work) : work();
  }

  private onMessage(message: string): void {
    if (message === '') return this.scheduler.wake();
    if (receiveNews(message, this)) return;
    this.queue.signals.receive(message);
    this.queue.recall.receive(message, this.incarnation.id);
  }

  onUrgent(): void {
    this.scheduler.wakeAheadIn(0);
  }

  onRests(destinationId: string, forMs: number): void {
    this.gates.rest(destinationId, performance.now() + forMs);
  }

  onRecovered(destinationId: string): void {
    this.gates.recovered(destinationId);
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
    await Promise.all(Array.from(this.acceptances, ({ begun }) => begun));
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
