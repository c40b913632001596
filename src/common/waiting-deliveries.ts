import type { EntityManager } from 'typeorm';

/**
 * What accounts and destinations need of the delivery layer, which stands above them: it provides this port. Here
 * because both use it and neither may import the other's users.
 */
export abstract class WaitingDeliveries {
  /** Finishes what still waits for the account's destinations as `cancelled`, within the transaction of `manager`. */
  abstract cancelForAccount(accountId: string, manager: EntityManager): Promise<void>;
  /** Finishes what still waits for the destination as `cancelled`, within the transaction of `manager`. */
  abstract cancelForDestination(destinationId: string, manager: EntityManager): Promise<void>;
  /** How many wait for the account's destinations; counts no further than one above `max`. */
  abstract countForAccount(accountId: string, max: number): Promise<number>;
  /** As {@link countForAccount}, for one destination. */
  abstract countForDestination(destinationId: string, max: number): Promise<number>;
  /** Tells the schedulers, after the commit, that the destination was enabled and its held deliveries may go on. */
  abstract wake(destinationId: string): Promise<void>;
}
