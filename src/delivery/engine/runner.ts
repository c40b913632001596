import { setTimeout as sleep } from 'node:timers/promises';
import { Bag, type Member } from '../../common/bag.js';
import { logger } from '../../common/logger.js';
import { concernsDestination, type Judgement } from '../push/judge.js';
import type { Transport } from '../push/transport.js';
import type { StoredEvent } from '../queue/load.js';
import { FIRST_REST_SECONDS } from '../queue/claim-ahead.js';
import type { Settlement } from '../queue/settle.js';
import { attempt, type LeasedDelivery } from './attempt.js';
import type { CircuitSign } from './circuit.js';
import { type Gates, MAX_HELD, MAX_HELD_BYTES } from './gates.js';
import type { HealthReporter } from './health-reporter.js';
import type { PushTarget } from './push-target.js';
import type { Settler } from './settler.js';

/** A destination that is slower than it was lets what waits for it in memory grow old. */
const MAX_WAIT_MS = 1_000;
/** What was leased before a recall has come to its turn, or been given back, by then. */
const RECALLED_FOR_MS = 60_000;
const PLACE_ASKED_EVERY_MS = 20;

/** A delivery leased to us, with all that its attempt needs. */
export interface Job {
  /** The incarnation that holds the lease. */
  readonly processId: string;
  readonly delivery: LeasedDelivery;
  readonly target: PushTarget;
  readonly event: StoredEvent;
}

/** A job from when it was taken over until it is let go. */
interface Held extends Member {
  readonly job: Job;
  readonly sinceMs: number;
}

/** What others want to know of the runner's work. */
export interface RunnerEvents {
  /** A delivery of this destination is settled, so that there may be room for more. */
  onRoom(destinationId: string): void;
  /** An attempt's outcome is written down. */
  onSettled(job: Job, settlement: Settlement): void;
  /** Something of ours will be due. */
  onDue(inMs: number): void;
  /** A destination is down: a probe is due then. */
  onProbeDue(inMs: number): void;
  /** A destination was down or paused, and is so no more. */
  onRecovered(destinationId: string): void;
  /** Is it certain that the leases of this process are its own? */
  holdsLeases(): boolean;
  /** Leases to give back: never attempted, or cut off here. */
  giveBack(jobs: readonly Job[]): Promise<void>;
}

/**
 * Runs attempts side by side, each destination's no more than it may have, and follows each to its settled end. All
 * that is held is counted here, so that claiming and handing over take no more than the process can hold.
 */
export class Runner {
  private readonly held = new Bag<Held>();
  private bytes = 0;
  /** Jobs in memory whose turn has not come, by destination. */
  private readonly waiting = new Map<string, Held[]>();
  /** Deleted destinations and accounts, with the time of the recall; the oldest first. */
  private readonly recalled = new Map<string, number>();
  private wakeWhenIdle: (() => void)[] = [];
  private returningUnsure: NodeJS.Immediate | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly settler: Settler,
    private readonly gates: Gates,
    private readonly health: HealthReporter,
    private readonly events: RunnerEvents,
  ) {}

  /** How many more deliveries may be taken. */
  get room(): number {
    return this.bytes >= MAX_HELD_BYTES ? 0 : MAX_HELD - this.held.size;
  }

  /** How many more bytes of payload may be taken; the last one may exceed it. */
  get roomBytes(): number {
    return Math.max(0, MAX_HELD_BYTES - this.bytes);
  }

  /** The deliveries that are worked on. */
  heldIds(): ReadonlySet<string> {
    return new Set([...this.held].map(({ job }) => job.delivery.deliveryId));
  }

  /** Takes a job over whose place in the gate was taken before; it starts now or when its turn comes. */
  submit(job: Job): void {
    const { target, event } = job;
    const held: Held = { job, sinceMs: performance.now(), place: -1 };
    this.held.add(held);
    this.bytes += event.payload.length;
    this.gates.carry(target.id, event.payload.length);
    if (target.rateLimit !== null) this.gates.spend(target.id);
    const { cause } = job.delivery;
    const queue = this.waiting.get(target.id);
    const isSure = this.events.holdsLeases();
    const isRecalled = this.isRecalled(target);
    if (isSure && !isRecalled && (!queue || cause === 'urgent') && this.gates.canRun(target, cause))
      return this.start(held);
    if (!queue) this.waiting.set(target.id, [held]);
    else if (cause === 'urgent') queue.unshift(held);
    else queue.push(held);
    if (isRecalled) void this.returnWaiting(target.id);
    else if (isSure) this.returnStranded(target.id);
    else this.returnUnsure();
  }

  /** The destination, or the account, was deleted: nothing of it starts from now on. */
  recall(id: string): void {
    const nowMs = performance.now();
    for (const [other, atMs] of this.recalled) {
      if (nowMs - atMs <= RECALLED_FOR_MS) break;
      this.recalled.delete(other);
    }
    this.recalled.set(id, nowMs);
    for (const [destinationId, [first]] of this.waiting) {
      if (first && this.isRecalled(first.job.target)) void this.returnWaiting(destinationId);
    }
  }

  private isRecalled({ id, accountId }: PushTarget): boolean {
    return this.recalled.size > 0 && (this.recalled.has(id) || this.recalled.has(accountId));
  }

  /**
   * Runs a request that is no delivery, such as a test event, within what its destination may have of this process. Null:
   * there was no place for it within `waitMs`.
   */
  async runAside<T>(target: PushTarget, waitMs: number, work: () => Promise<T>): Promise<T | null> {
    const untilMs = performance.now() + waitMs;
    const hasPlace = (): boolean =>
      this.gates.canRun(target, 'urgent') && this.gates.hasToken(target, performance.now());
    this.gates.ask(target.id, true);
    try {
      while (!hasPlace()) {
        if (performance.now() >= untilMs) return null;
        await sleep(PLACE_ASKED_EVERY_MS);
      }
    } finally {
      this.gates.ask(target.id, false);
    }
    this.gates.hold(target.id, target.accountId);
    this.gates.begin(target);
    if (target.rateLimit !== null) this.gates.spend(target.id);
    try {
      return await work();
    } finally {
      this.gates.end(target.id);
      this.startNext(target.id);
      this.gates.letGo(target.id);
      this.events.onRoom(target.id);
    }
  }

  /** Gives back what has not started, of one destination or of all. */
  async returnWaiting(destinationId?: string): Promise<void> {
    const ids = destinationId === undefined ? [...this.waiting.keys()] : [destinationId];
    const returned = ids.flatMap((id) => this.waiting.get(id) ?? []);
    for (const id of ids) this.waiting.delete(id);
    if (returned.length === 0) return;
    try {
      await this.events.giveBack(returned.map(({ job }) => job));
    } catch (error) {
      logger.warn({ err: error, deliveries: returned.length }, 'leases could not be given back');
    } finally {
      for (const held of returned) this.letGo(held);
    }
  }

  /** Resolves when nothing is held any more. */
  idle(): Promise<void> {
    if (this.held.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.wakeWhenIdle.push(resolve));
  }

  private start(held: Held): void {
    this.gates.begin(held.job.target);
    void this.follow(held);
  }

  /**
   * Starts what waits for the place that came free, unless it has waited for so long that its destination may have
   * been changed, disabled or deleted.
   */
  private startNext(destinationId: string): void {
    const queue = this.waiting.get(destinationId);
    if (!queue) return;
    if (!this.events.holdsLeases()) return this.returnUnsure();
    for (let next = queue[0]; next && this.gates.canRun(next.job.target, next.job.delivery.cause); next = queue[0]) {
      if (performance.now() - next.sinceMs > MAX_WAIT_MS) return void this.returnWaiting(destinationId);
      queue.shift();
      this.start(next);
    }
    if (queue.length === 0) this.waiting.delete(destinationId);
    else this.returnStranded(destinationId);
  }

  /**
   * This process was frozen or starved for so long that others may have taken its leases: what has not started would be
   * sent twice. It goes back, which does nothing where the lease is gone. All that is submitted together goes together.
   */
  private returnUnsure(): void {
    this.returningUnsure ??= setImmediate(() => {
      this.returningUnsure = null;
      void this.returnWaiting();
    });
  }

  /**
   * What waits is started by the end of what is under way. Where nothing is (the circuit opened or our share was lost
   * between lease and turn) it would wait for ever and keep the probe's place: it goes back.
   */
  private returnStranded(destinationId: string): void {
    if (!this.gates.isRunning(destinationId)) this.park(destinationId);
  }

  private async follow(held: Held): Promise<void> {
    const { job } = held;
    const beganAtMs = performance.now();
    try {
      const { settlement, judgement } = await attempt(job.delivery, job.target, job.event, this.transport);
      this.gates.end(job.target.id);
      // It reads as cancelled already, and stays so.
      if (this.isRecalled(job.target)) return;
      const known = this.learn(job, judgement, settlement.attempt.status, beganAtMs);
      this.startNext(job.target.id);
      // Before its place is free, so that no claim misses that the destination wants to be left alone.
      if (known) await known;
      // Our own doing, by a stop or a shortage: the schedule is not used up.
      if (judgement.errorCode === 'interrupted') return await this.events.giveBack([job]);
      await this.settler.settle(job.processId, settlement, job.target.ordered);
      this.events.onSettled(job, settlement);
      if (settlement.verdict.kind === 'again') this.events.onDue(settlement.verdict.inMs);
    } catch (error) {
      // Not reached by anything a destination does: the lease stays ours until the search for lost leases finds it.
      logger.error({ err: error, delivery_id: job.delivery.deliveryId }, 'an attempt ended in a way it must not');
    } finally {
      this.letGo(held);
    }
  }

  private letGo(held: Held): void {
    const { delivery, event } = held.job;
    this.held.delete(held);
    this.bytes -= event.payload.length;
    this.gates.carry(delivery.destinationId, -event.payload.length);
    this.gates.letGo(delivery.destinationId);
    this.events.onRoom(delivery.destinationId);
    if (this.held.size === 0) for (const wake of this.wakeWhenIdle.splice(0)) wake();
  }

  /** Resolves when all processes can know what they have to; null when there is nothing of that kind. */
  private learn(job: Job, judgement: Judgement, status: number | null, beganAtMs: number): Promise<void> | null {
    const { target, delivery } = job;
    if (judgement.delivered) this.health.succeeded(target.id);
    else if (this.gates.isOutdated(target.id, beganAtMs)) return null;
    const sign = signOf(judgement);
    const isDown = this.gates.note(target.id, sign);
    if (isDown || (!judgement.delivered && concernsDestination(judgement))) {
      const { countsAsFailing, errorCode } = judgement;
      const isUp = sign === 'nothing' ? null : sign === 'up';
      this.health.failed(target.id, { countsAsFailing, errorCode, status, isUp, deliveryId: delivery.deliveryId });
    }
    if (judgement.disableDestination) return this.leaveAlone(target.id, () => this.health.gone(target));
    const { retryAfterMs } = judgement;
    if (retryAfterMs !== null && retryAfterMs > 0) return this.rest(target, retryAfterMs, isDown);
    if (isDown) return this.rest(target, null, isDown);
    return sign === 'up' && delivery.cause !== 'due' ? this.recover(job, judgement.delivered) : null;
  }

  /** The destination asked for a pause, or it is down, or both. */
  private rest(target: PushTarget, pauseMs: number | null, isDown: boolean): Promise<void> {
    const restMs = FIRST_REST_SECONDS * 1000;
    this.gates.rest(target.id, performance.now() + Math.max(pauseMs ?? 0, isDown ? restMs : 0));
    if (isDown) {
      logger.warn({ destination_id: target.id, probe_in_ms: restMs }, 'circuit opened: the destination is down');
      this.events.onProbeDue(restMs);
    }
    return this.leaveAlone(target.id, async () => {
      if (isDown) await this.health.openCircuit(target, restMs);
      if (pauseMs !== null) await this.health.pause(target, pauseMs);
    });
  }

  /** What went past an open circuit or a pause was answered: a person's success ends both, a probe's the circuit. */
  private async recover({ target, delivery }: Job, isDelivered: boolean): Promise<void> {
    await this.health.recovered(target.id, delivery.cause === 'urgent' && isDelivered);
    this.events.onRecovered(target.id);
  }

  /** Until `tell` has told all processes, which ask the database, nothing is claimed here. */
  private async leaveAlone(destinationId: string, tell: () => Promise<void>): Promise<void> {
    this.gates.mute(destinationId, true);
    this.park(destinationId);
    await tell();
    this.gates.mute(destinationId, false);
  }

  /** The destination is to be left alone: what has not started waits in the table, and what comes waits behind it. */
  private park(destinationId: string): void {
    this.gates.queueUp(destinationId);
    void this.returnWaiting(destinationId);
  }
}

/** An answer that is no 5xx or 429 shows that the destination is up, even if it refuses. */
function signOf(judgement: Judgement): CircuitSign {
  if (judgement.countsAgainstCircuit) return 'down';
  return judgement.delivered || judgement.countsAsFailing ? 'up' : 'nothing';
}
