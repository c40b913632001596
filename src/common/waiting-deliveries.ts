import type { EntityManager } from 'typeorm';

/**
 * What accounts and destinations need of the delivery layer, which stands above them: it provides this port. Here
 * because both use it and neither may import the other's users.
 */
export abstract class WaitingDeliveries {
  /**
   * Cancels what still waits for the account's destinations, in the transaction of `manager` that deletes them and before
   * it does. Takes no longer when a million wait. To be followed by {@link recall}.
   */
  abstract cancelForAccount(accountId: string, manager: EntityManager): Promise<void>;
  /** As {@link cancelForAccount}, for one destination. */
  abstract cancelForDestination(destinationId: string, manager: EntityManager): Promise<void>;
  /** After the commit: no process begins another attempt for the deleted destination, or for those of the deleted account. */
  abstract recall(id: string): Promise<void>;
  /** How many wait for the account's destinations; counts no further than one above `max`. */
  abstract countForAccount(accountId: string, max: number): Promise<number>;
  /** As {@link countForAccount}, for one destination. */
  abstract countForDestination(destinationId: string, max: number): Promise<number>;
  /** Tells the schedulers, after the commit, that the destination was enabled or moved, and what waits for it may go on. */
  abstract wake(destinationId: string): Promise<void>;
}
