import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EnqueuedDelivery,
  type EnqueueResult,
  type Grant,
  type IncomingEvent,
  newDeliveryId,
} from '../queue/enqueue.js';
import type { LeasedDelivery } from './attempt.js';
import type { Gates } from './gates.js';
import { type Hint, HintBook, isFresh } from './hint-book.js';
import { type PushTarget, wants } from './push-target.js';
import type { Runner } from './runner.js';
import type { TargetBook } from './target-book.js';

/** So many take two to three milliseconds. */
const STARTED_AT_ONCE = 128;

/** With what is known of the destination and where that stands, so that neither is searched for again. */
interface Planned extends Grant {
  readonly target: PushTarget;
  readonly hint: Hint;
}

/**
 * Lets the process that accepts an event start its deliveries from memory, without a claim and a read. The accepting
 * statement leases them to us; a crash is covered by the lease. Which destinations a token leads to is a hint from
 * earlier acceptances: a wrong one only means that a delivery is claimed like any other, or that the statement tells of
 * each delivery, because not all came to pass as planned.
 */
export class HandOver {
  private readonly hints = new HintBook();

  constructor(
    private readonly targets: TargetBook,
    private readonly gates: Gates,
    private readonly runner: Runner,
    /** A destination has more room again, although no delivery of it ended. */
    private readonly onRoom: (destinationId: string) => void,
  ) {}

  /** Takes places in the gates for what may start at once. Each must come back through {@link begin} or {@link drop}. */
  plan(events: readonly IncomingEvent[], nowMs: number): Planned[] {
    const grants: Planned[] = [];
    let room = this.runner.room;
    for (const [eventIndex, event] of events.entries()) {
      const hint = this.hints.find(event.tokenHash);
      if (!hint) continue;
      for (const target of hint.targets.values()) {
        if (room <= 0 || !wants(target, event.eventType) || !this.gates.canTakeAtOnce(target, nowMs)) continue;
        const { id: destinationId, accountId, version: destinationVersion } = target;
        this.gates.hold(destinationId, accountId);
        room--;
        const deliveryId = newDeliveryId(event.eventId);
        grants.push({ eventIndex, deliveryId, accountId, destinationId, destinationVersion, target, hint });
      }
    }
    return grants;
  }

  /**
   * Starts what was leased to us and gives back the places not used. Says whether something waits in the table that
   * might be claimed by now, and whether leases of ours can't be used because their destination is not readable.
   */
  async begin(
    processId: string,
    events: readonly IncomingEvent[],
    grants: readonly Planned[],
    results: readonly EnqueueResult[],
    plannedAtMs: number,
  ): Promise<{ claimable: boolean; unusable: boolean }> {
    const unused = placesIn(grants);
    const planned = new Map(grants.map((grant) => [grant.deliveryId, grant]));
    const targetOf = ({ deliveryId, destinationId, destinationVersion }: EnqueuedDelivery): PushTarget | undefined => {
      const target = planned.get(deliveryId)?.target;
      return target?.version === destinationVersion ? target : this.targets.get(destinationId, destinationVersion);
    };
    await this.refresh(results, targetOf);
    let claimable = false;
    let unusable = false;
    let started = 0;
    for (const [index, event] of events.entries()) {
      const result = results[index];
      if (result?.kind !== 'accepted') continue;
      // What came in meanwhile has its turn, so that the next commit is under way while the rest is started.
      if (started >= STARTED_AT_ONCE) {
        started = 0;
        await nextTurn();
      }
      started += result.deliveries.length;
      if (result.deliveries.length === 0) this.hints.renew(event.tokenHash, plannedAtMs);
      for (const delivery of result.deliveries) {
        const target = targetOf(delivery);
        if (target && !isKnown(target, planned.get(delivery.deliveryId), plannedAtMs)) {
          this.hints.add(event.tokenHash, target, plannedAtMs);
        }
        if (!delivery.leased) {
          this.gates.leave(delivery.destinationId, plannedAtMs);
          claimable ||= this.gates.isClaimable(delivery.destinationId, target);
        } else if (target) {
          unused.set(target.id, (unused.get(target.id) ?? 0) - 1);
          this.runner.submit({ processId, delivery: toLeased(delivery, result.accountId, event), target, event });
        } else {
          unusable = true;
        }
      }
    }
    this.leave(unused);
    return { claimable, unusable };
  }

  /** The acceptance failed: nothing starts. */
  drop(grants: readonly Grant[]): void {
    this.leave(placesIn(grants));
  }

  private leave(places: ReadonlyMap<string, number>): void {
    for (const [destinationId, count] of places) {
      for (let left = count; left > 0; left--) this.gates.letGo(destinationId);
      // What was accepted meanwhile saw them taken, and waits in the table.
      if (count > 0) this.onRoom(destinationId);
    }
  }

  /** Reads the destinations we have not or not in the version that was just accepted for. */
  private async refresh(
    results: readonly EnqueueResult[],
    targetOf: (delivery: EnqueuedDelivery) => PushTarget | undefined,
  ): Promise<void> {
    const stale = new Set<string>();
    for (const result of results) {
      if (result.kind !== 'accepted') continue;
      for (const delivery of result.deliveries) if (!targetOf(delivery)) stale.add(delivery.destinationId);
    }
    if (stale.size > 0) await this.targets.load([...stale]);
  }
}

/** Does it stand, as it is, where it was planned from? */
function isKnown(target: PushTarget, planned: Planned | undefined, nowMs: number): boolean {
  return planned?.target === target && isFresh(planned.hint, nowMs);
}

/** How many places of each destination were taken. */
function placesIn(grants: readonly Grant[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const { destinationId } of grants) places.set(destinationId, (places.get(destinationId) ?? 0) + 1);
  return places;
}

function toLeased(delivery: EnqueuedDelivery, accountId: string, event: IncomingEvent): LeasedDelivery {
  return {
    cause: 'due',
    deliveryId: delivery.deliveryId,
    eventId: event.eventId,
    accountId,
    destinationId: delivery.destinationId,
    leaseNumber: 1,
    schedulePosition: 0,
  };
}
