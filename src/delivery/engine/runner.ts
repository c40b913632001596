import { logger } from '../../common/logger.js';
import type { Transport } from '../push/transport.js';
import type { StoredEvent } from '../queue/load.js';
import type { Judgement } from '../push/judge.js';
import { attempt, type AttemptResult, type LeasedDelivery } from './attempt.js';
import type { CircuitSign } from './circuit.js';
import type { Gates } from './gates.js';
import type { HealthReporter } from './health-reporter.js';
import type { PushTarget } from './push-target.js';
import type { Settler } from './settler.js';

/** Deliveries of one process under way at once, settled ones not counted. */
export const MAX_IN_FLIGHT = 1_024;
/** Bytes of payload held for them. */
export const MAX_IN_FLIGHT_BYTES = 128 * 1024 * 1024;

/**
 * Runs attempts side by side and follows each to its settled end. Everything in flight is counted here, so that
 * claiming and handing over take no more than the process can hold.
 */
export class Runner {
  private readonly running = new Map<string, LeasedDelivery>();
  private bytes = 0;
  private wakeWhenIdle: (() => void)[] = [];

  constructor(
    private readonly transport: Transport,
    private readonly settler: Settler,
    private readonly gates: Gates,
    private readonly health: HealthReporter,
    /** Called whenever room came free for a destination. */
    private readonly onRoom: (destinationId: string) => void,
    /** Called when a delivery of ours waits for another attempt. */
    private readonly onRetry: (inMs: number) => void,
    /** Returns the lease of an attempt that was cut off here. */
    private readonly giveBack: (processId: string, delivery: LeasedDelivery) => Promise<void>,
  ) {}

  /** How many more deliveries may start. */
  get room(): number {
    return this.bytes >= MAX_IN_FLIGHT_BYTES ? 0 : MAX_IN_FLIGHT - this.running.size;
  }

  holds(deliveryId: string): boolean {
    return this.running.has(deliveryId);
  }

  /** Starts an attempt whose place in the gate was taken before. `processId`: the incarnation that holds the lease. */
  start(processId: string, delivery: LeasedDelivery, target: PushTarget, event: StoredEvent): void {
    this.running.set(delivery.deliveryId, delivery);
    this.bytes += event.payload.length;
    void this.follow(processId, delivery, target, event);
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    if (this.running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.wakeWhenIdle.push(resolve));
  }

  private async follow(
    processId: string,
    delivery: LeasedDelivery,
    target: PushTarget,
    event: StoredEvent,
  ): Promise<void> {
    try {
      const result = await attempt(delivery, target, event, this.transport);
      this.learn(target, result);
      // Our own doing, by a stop or a shortage: the schedule is not used up.
      if (result.judgement.errorCode === 'interrupted') return await this.giveBack(processId, delivery);
      await this.settler.settle(processId, result.settlement);
      if (result.settlement.verdict.kind === 'again') this.onRetry(result.settlement.verdict.inMs);
    } catch (error) {
      // Not reached by anything a destination does: the lease stays ours and is found by the search for lost leases.
      logger.error({ err: error, delivery_id: delivery.deliveryId }, 'an attempt ended in a way it must not');
    } finally {
      this.running.delete(delivery.deliveryId);
      this.bytes -= event.payload.length;
      this.gates.leave(delivery.destinationId);
      this.onRoom(delivery.destinationId);
      if (this.running.size === 0) for (const wake of this.wakeWhenIdle.splice(0)) wake();
    }
  }

  private learn(target: PushTarget, { judgement }: AttemptResult): void {
    if (judgement.delivered) this.health.succeeded(target.id);
    else if (judgement.countsAsFailing) this.health.failed(target.id);
    const probeInMs = this.gates.note(target.id, signOf(judgement));
    if (probeInMs !== null) {
      logger.warn({ destination_id: target.id, probe_in_ms: probeInMs }, 'circuit opened: the destination is down');
      this.onRetry(probeInMs);
    }
    if (judgement.disableDestination) void this.health.gone(target.id);
    if (judgement.retryAfterMs !== null && judgement.retryAfterMs > 0) {
      this.gates.pause(target.id, Date.now() + judgement.retryAfterMs);
      void this.health.pause(target.id, judgement.retryAfterMs);
    }
  }
}

/** An answer that is no 5xx or 429 shows that the destination is up, even if it refuses. */
function signOf(judgement: Judgement): CircuitSign {
  if (judgement.countsAgainstCircuit) return 'down';
  return judgement.delivered || judgement.countsAsFailing ? 'up' : 'nothing';
}
