import { logger } from '../../common/logger.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import type { HotPool } from '../../database/hot-pool.js';
import {
  disableGone,
  endRest,
  type FailureReport,
  openCircuit,
  pauseDestination,
  recordFailures,
  recordSuccesses,
} from '../queue/health.js';
import { tellRecovered, tellRests } from '../queue/wake-channel.js';
import type { PushTarget } from './push-target.js';

const REPORT_EVERY_MS = 1_000;

/** An attempt that its destination did not take. */
interface Failure extends FailureReportOfOne {
  readonly countsAsFailing: boolean;
  /** The destination answered, if only to refuse: null where it says nothing about that. */
  readonly isUp: boolean | null;
}

type FailureReportOfOne = Pick<FailureReport, 'errorCode' | 'status' | 'deliveryId'>;

/**
 * Collects what attempts teach about destinations and writes it down once a second, off the way of the deliveries. A
 * crash loses at most a second of counting. What all processes have to know is written, and told, at once: a pause, a
 * circuit that opens or closes, a 410.
 */
export class HealthReporter {
  private failures = new Map<string, FailureReport>();
  private successes = new Set<string>();
  private readonly reporting = new PeriodicTask('reporting health', REPORT_EVERY_MS, () => this.flush());

  constructor(private readonly pool: HotPool) {}

  start(): void {
    this.reporting.start();
  }

  async stop(): Promise<void> {
    await this.reporting.stop();
    await this.flush();
  }

  succeeded(destinationId: string): void {
    this.successes.add(destinationId);
    this.failures.delete(destinationId);
  }

  failed(destinationId: string, { countsAsFailing, isUp, ...last }: Failure): void {
    const before = this.failures.get(destinationId);
    this.failures.set(destinationId, {
      ...last,
      failures: (before?.failures ?? 0) + (countsAsFailing ? 1 : 0),
      closesCircuit: isUp ?? before?.closesCircuit ?? false,
    });
  }

  async gone({ id, url }: PushTarget): Promise<void> {
    await this.attempt('disabling', () => disableGone(this.pool, id, url));
    logger.warn({ destination_id: id }, 'destination disabled: it answered 410 Gone');
  }

  async pause({ id, url }: PushTarget, forMs: number): Promise<void> {
    await this.attempt('pausing', () => pauseDestination(this.pool, id, url, forMs));
    tellRests(this.pool, id, forMs);
  }

  async openCircuit({ id, url }: PushTarget, restMs: number): Promise<void> {
    // What went well before says nothing about it now, and must not close it.
    this.successes.delete(id);
    await this.reporting.idle();
    await this.attempt('opening a circuit', () => openCircuit(this.pool, id, url, restMs));
    tellRests(this.pool, id, restMs);
  }

  /** The destination is up again: its circuit closes, and with `endsPause` its pause ends. */
  async recovered(destinationId: string, endsPause: boolean): Promise<void> {
    await this.attempt('closing a circuit', () => endRest(this.pool, destinationId, endsPause));
    tellRecovered(this.pool, destinationId);
  }

  private async flush(): Promise<void> {
    const { failures, successes } = this;
    this.failures = new Map();
    this.successes = new Set();
    if (successes.size > 0) {
      await this.attempt('recording successes', async () => {
        for (const id of await recordSuccesses(this.pool, [...successes])) tellRecovered(this.pool, id);
      });
    }
    if (failures.size > 0) {
      await this.attempt('recording failures', async () => {
        for (const id of await recordFailures(this.pool, failures)) {
          logger.warn({ destination_id: id }, 'destination disabled: it has failed for too long');
        }
      });
    }
  }

  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      logger.warn({ err: error }, `${what} failed`);
    }
  }
}
