import { logger } from '../../common/logger.js';
import type { HotPool } from '../../database/hot-pool.js';
import type { ClaimedDelivery, DueDelivery } from '../queue/claim.js';
import type { DeliveryQueue } from '../queue/delivery-queue.js';
import { loadEvents, type StoredEvent } from '../queue/load.js';
import type { Gates } from './gates.js';
import type { Incarnation } from './incarnation.js';
import type { Runner } from './runner.js';
import type { TargetBook } from './target-book.js';

const NIL = '00000000-0000-0000-0000-000000000000';
/** Without any sign that something waits, look once a second: what another process left, what became due. */
const POLL_MS = 1_000;
const AFTER_ERROR_MS = 500;
/** Tokens of a rate limit are spent in small bursts rather than with a claim for each. */
const MIN_RATE_WAIT_MS = 20;
/** What can't be attempted (no payload, no key for its secrets) is looked at again after so long. */
const UNUSABLE_AFTER_MS = 30_000;
const MAX_DESTINATIONS_A_CLAIM = 500;
const MAX_DELIVERIES_A_CLAIM = 500;

/**
 * Claims what is due and starts it. One claim at a time: room that comes free meanwhile is used by the next. It
 * sleeps until something wakes it: an acceptance, a notification, room at a destination of which something waits, a retry that
 * becomes due, the poll.
 */
export class Scheduler {
  private stopped = false;
  private awake = false;
  private timer: NodeJS.Timeout | null = null;
  private timerAtMs = Infinity;
  private loop: Promise<void> | null = null;
  private claiming: Promise<void> | null = null;
  private afterDestinationId = NIL;
  /** Destinations of this round that had no room, or of which something was taken. */
  private metInRound = new Set<string>();
  private roundBeganAtMs = 0;
  /** The process was full when it would have claimed: any attempt that ends is a reason to look again. */
  private starved = false;
  /** Of a payload, by what was loaded last: so many are claimed as will fit. */
  private averageBytes = 1;
  /** Claimed, and not handed to the runner or given back yet. */
  private readonly loading = new Set<string>();
  /** When to look next for what goes ahead of its turn: probes, and what a person asked for. */
  private aheadAtMs = -Infinity;

  constructor(
    private readonly pool: HotPool,
    private readonly queue: DeliveryQueue,
    private readonly incarnation: Incarnation,
    private readonly targets: TargetBook,
    private readonly gates: Gates,
    private readonly runner: Runner,
    /** Gives leases back, due after `delayMs`. */
    private readonly release: (
      processId: string,
      leases: readonly { deliveryId: string; leaseNumber: number }[],
      delayMs: number,
    ) => Promise<void>,
    /** Leases may have been granted that nobody here knows of. */
    private readonly onUnknownOutcome: () => void,
  ) {}

  /** Something may be due. */
  wake(): void {
    this.awake = true;
    if (this.stopped || this.loop) return;
    this.loop = this.run().finally(() => {
      this.loop = null;
      if (this.awake) this.wake();
      else this.wakeIn(POLL_MS);
    });
  }

  /** A delivery of this destination is settled: is there room worth another claim? */
  onRoom(destinationId: string): void {
    const isWanted =
      this.gates.hasWaiting(destinationId) && this.gates.hasRoom(destinationId, this.targets.peek(destinationId));
    if (this.starved || isWanted) this.wake();
  }

  /** Something will be due. The earliest time counts. */
  wakeIn(inMs: number): void {
    const atMs = performance.now() + inMs;
    if (this.stopped || atMs >= this.timerAtMs) return;
    if (this.timer) clearTimeout(this.timer);
    this.timerAtMs = atMs;
    // setTimeout can't wait for longer than 2^31 ms.
    this.timer = setTimeout(() => this.onTimer(), Math.min(inMs, POLL_MS));
  }

  /** A probe will be due, or something a person asked for is: looks for those, too. */
  wakeAheadIn(inMs: number): void {
    this.aheadAtMs = Math.min(this.aheadAtMs, performance.now() + inMs);
    if (inMs <= 0) this.wake();
    else this.wakeIn(inMs);
  }

  /** The deliveries that were claimed and are being loaded. */
  loadingIds(): ReadonlySet<string> {
    return this.loading;
  }

  /** Resolves when the claim under way has come to its end, with all that it took. */
  async claimed(): Promise<void> {
    await this.claiming;
  }

  /** No more claims; resolves when the last one has started what it took. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.loop;
  }

  private onTimer(): void {
    this.timer = null;
    this.timerAtMs = Infinity;
    this.wake();
  }

  private async run(): Promise<void> {
    while (this.awake && !this.stopped) {
      this.awake = false;
      this.claiming = this.claimOnce().catch((error: unknown) => {
        logger.warn({ err: error }, 'claiming failed; trying again');
        // It may have been carried out all the same, and we hold leases that we never heard of.
        this.onUnknownOutcome();
        this.wakeIn(AFTER_ERROR_MS);
      });
      await this.claiming;
      this.claiming = null;
    }
  }

  private async claimOnce(): Promise<void> {
    const fitting = Math.ceil(this.runner.roomBytes / this.averageBytes);
    const room = Math.min(this.runner.room, fitting, MAX_DELIVERIES_A_CLAIM);
    this.starved = room <= 0;
    if (this.starved) return;
    if (!(await this.incarnation.prove())) throw new Error('no heartbeat has come through for long');
    if (performance.now() >= this.aheadAtMs) await this.tryAhead(room);
    await this.claimDue(room);
  }

  /** What goes wrong there must not keep what is due from being claimed. */
  private async tryAhead(room: number): Promise<void> {
    try {
      await this.claimAhead(room);
    } catch (error) {
      logger.warn({ err: error }, 'claiming ahead failed');
      this.onUnknownOutcome();
    }
  }

  /** Takes what goes ahead of its turn. */
  private async claimAhead(room: number): Promise<void> {
    this.aheadAtMs = performance.now() + POLL_MS;
    const processId = this.incarnation.id;
    const limits = () => {
      const nowMs = performance.now();
      return { processId, ...this.gates.membership, taken: this.gates.taken(nowMs), maxDeliveries: room };
    };
    const target = (id: string) => this.targets.peek(id);
    const urgent = await this.queue.claimUrgent({ ...limits(), room: this.gates.tokens(target, performance.now()) });
    await this.startClaimed(processId, urgent);
    const probes = await this.queue.claimProbes({ ...limits(), room: this.gates.room(target, performance.now()) });
    for (const [id, restMs] of probes.rests) {
      this.gates.rest(id, performance.now() + restMs);
      this.wakeAheadIn(restMs);
    }
    await this.startClaimed(processId, probes.claimed);
  }

  private async startClaimed(processId: string, claimed: readonly ClaimedDelivery[]): Promise<void> {
    for (const delivery of claimed) this.gates.hold(delivery.destinationId, delivery.accountId);
    await this.startAll(processId, claimed);
  }

  private async claimDue(room: number): Promise<void> {
    const processId = this.incarnation.id;
    const nowMs = performance.now();
    if (this.afterDestinationId === NIL) this.beginRound(nowMs);
    for (const id of this.gates.waiting()) {
      if (!this.gates.hasRoom(id, this.targets.peek(id))) this.metInRound.add(id);
    }
    const { claimed, lastDestinationId } = await this.queue.claim({
      processId,
      afterDestinationId: this.afterDestinationId,
      maxDestinations: MAX_DESTINATIONS_A_CLAIM,
      maxDeliveries: room,
      ...this.gates.membership,
      taken: this.gates.taken(nowMs),
      crowdedAccounts: this.gates.crowdedAccounts(),
      room: this.gates.room((id) => this.targets.peek(id), nowMs),
    });
    for (const delivery of claimed) this.gates.hold(delivery.destinationId, delivery.accountId);
    this.noteTaken(claimed, claimed.length < room, nowMs);
    await this.startAll(processId, claimed);
    this.afterTurn(lastDestinationId);
  }

  private beginRound(nowMs: number): void {
    this.metInRound = new Set();
    this.roundBeganAtMs = nowMs;
  }

  /** Of whom less was taken than there was room for, nothing waits; the claim must not have come to its own end first. */
  private noteTaken(claimed: readonly DueDelivery[], isWhole: boolean, claimedAtMs: number): void {
    const taken = new Map<string, { count: number; room: number }>();
    for (const { destinationId, room } of claimed) {
      taken.set(destinationId, { count: (taken.get(destinationId)?.count ?? 0) + 1, room });
    }
    for (const [id, { count, room }] of taken) {
      this.metInRound.add(id);
      if (isWhole && count < room) this.gates.emptied(id, claimedAtMs);
      else this.gates.queueUp(id);
    }
  }

  /** Goes on with the round where there is more of it. */
  private afterTurn(lastDestinationId: string | null): void {
    this.afterDestinationId = lastDestinationId ?? NIL;
    if (lastDestinationId !== null) {
      this.awake = true;
      return;
    }
    for (const id of this.gates.waiting()) {
      const target = this.targets.peek(id);
      // A whole round took nothing from it although it had room: nothing of it is due.
      if (!this.metInRound.has(id)) this.gates.emptied(id, this.roundBeganAtMs);
      else if (!this.gates.hasRoom(id, target)) this.gates.queueUp(id);
      if (target && target.rateLimit !== null && this.gates.hasWaiting(id))
        this.wakeIn(Math.max(MIN_RATE_WAIT_MS, this.gates.msUntilToken(target)));
    }
  }

  private async startAll(processId: string, claimed: readonly ClaimedDelivery[]): Promise<void> {
    if (claimed.length === 0) return;
    for (const { deliveryId } of claimed) this.loading.add(deliveryId);
    try {
      const stale = claimed.filter((d) => !this.targets.get(d.destinationId, d.destinationVersion));
      const [events] = await Promise.all([
        loadEvents(this.pool, [...new Set(claimed.map((d) => d.eventId))], this.runner.roomBytes),
        stale.length > 0 ? this.targets.load([...new Set(stale.map((d) => d.destinationId))]) : undefined,
      ]);
      this.averageBytes = averageBytesOf(events);
      const unusable: ClaimedDelivery[] = [];
      const tooMuch: ClaimedDelivery[] = [];
      for (const delivery of claimed) {
        const target = this.targets.get(delivery.destinationId, delivery.destinationVersion);
        const event = events.get(delivery.eventId);
        if (event === null) tooMuch.push(delivery);
        else if (!target || !event) unusable.push(delivery);
        else this.runner.submit({ processId, delivery, target, event });
      }
      await this.giveBack(processId, tooMuch, 0);
      if (unusable.length > 0) {
        logger.error(
          { delivery_ids: unusable.map((d) => d.deliveryId) },
          'deliveries without payload or usable secrets',
        );
      }
      await this.giveBack(processId, unusable, UNUSABLE_AFTER_MS);
    } catch (error) {
      const held = this.runner.heldIds();
      const notHeld = claimed.filter((delivery) => !held.has(delivery.deliveryId));
      await this.giveBack(processId, notHeld, AFTER_ERROR_MS);
      throw error;
    } finally {
      this.loading.clear();
    }
  }

  private async giveBack(processId: string, claimed: readonly ClaimedDelivery[], delayMs: number): Promise<void> {
    for (const delivery of claimed) this.gates.letGo(delivery.destinationId);
    if (claimed.length > 0) await this.release(processId, claimed, delayMs);
  }
}

function averageBytesOf(events: ReadonlyMap<string, StoredEvent | null>): number {
  const sizes = [...events.values()].flatMap((event) => (event === null ? [] : [event.payload.length]));
  return Math.max(1, sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length));
}
