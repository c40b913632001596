import type { Arrived, Sent } from './records.js';

/** Something that was accepted did not arrive, or the other way round: the figures of such a run mean nothing. */
export class DoesNotReconcile extends Error {}

export interface Reconciled {
  readonly deliveries: number;
  /** Answered with 2xx once more than needed. */
  readonly duplicates: number;
  readonly requests: number;
  readonly lastArrivedUs: number;
  readonly acceptUs: number[];
  readonly arriveUs: number[];
}

/**
 * Accounts for every single event: each that was accepted must have come to each of its destinations, and nothing
 * else may have come. `destinationsOf` gives the destinations an event of an account must reach.
 */
export function reconcile(
  sent: readonly Sent[],
  arrived: readonly Arrived[],
  destinationsOf: (account: number) => readonly number[],
): Reconciled {
  const byEvent = new Map(sent.map((event) => [event.eventId, event]));
  if (byEvent.size !== sent.length) throw new DoesNotReconcile('the same event id was answered twice');
  const counted = { duplicates: 0, requests: 0, lastArrivedUs: 0, deliveries: 0 };
  const arriveUs: number[] = [];
  for (const { eventId, destination, seen, ok, firstOkUs } of arrived) {
    const event = byEvent.get(eventId);
    if (!event) throw new DoesNotReconcile(`${eventId} came to destination ${destination} but was never accepted`);
    if (!destinationsOf(event.account).includes(destination)) {
      throw new DoesNotReconcile(`${eventId} came to destination ${destination}, for which it was not meant`);
    }
    counted.requests += seen;
    if (ok === 0) continue;
    counted.deliveries++;
    counted.duplicates += ok - 1;
    counted.lastArrivedUs = Math.max(counted.lastArrivedUs, firstOkUs);
    arriveUs.push(firstOkUs - event.sentUs);
  }
  let expected = 0;
  for (const event of sent) expected += destinationsOf(event.account).length;
  // One record for each event and destination, all of them meant: as many as expected means that none is missing.
  if (counted.deliveries !== expected) {
    throw new DoesNotReconcile(`${expected} deliveries were due, ${counted.deliveries} came`);
  }
  return { ...counted, acceptUs: sent.map((event) => event.acceptedUs - event.sentUs), arriveUs };
}
