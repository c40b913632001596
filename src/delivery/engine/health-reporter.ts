import { logger } from '../../common/logger.js';
import type { HotPool } from '../../database/hot-pool.js';
import { disableGone, type FailureReport, pauseDestination, recordFailures, recordSuccesses } from '../queue/health.js';

const REPORT_EVERY_MS = 1_000;

/** An attempt that its destination did not take. */
interface Failure extends Pick<FailureReport, 'errorCode' | 'status' | 'deliveryId'> {
  readonly countsAsFailing: boolean;
  /** Closed by it; open until so many milliseconds from now; null: it says nothing new. */
  readonly circuit: 'closed' | number | null;
}

/**
 * Collects what attempts teach about destinations and writes it down once a second, off the way of the deliveries.
 * A crash loses at most a second of counting; a pause and a 410 are written at once.
 */
export class HealthReporter {
  private failures = new Map<string, FailureReport>();
  private successes = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly pool: HotPool) {}

  start(): void {
    this.timer = setInterval(() => void this.flush(), REPORT_EVERY_MS);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.flush();
  }

  succeeded(destinationId: string): void {
    this.successes.add(destinationId);
    this.failures.delete(destinationId);
  }

  failed(destinationId: string, { countsAsFailing, circuit, ...last }: Failure): void {
    const before = this.failures.get(destinationId);
    this.failures.set(destinationId, {
      ...last,
      failures: (before?.failures ?? 0) + (countsAsFailing ? 1 : 0),
      probeInMs: circuit === 'closed' ? null : (circuit ?? before?.probeInMs ?? null),
      closesCircuit: circuit === 'closed' || (circuit === null && (before?.closesCircuit ?? false)),
    });
  }

  async gone(destinationId: string): Promise<void> {
    await this.attempt('disabling', () => disableGone(this.pool, [destinationId]));
    logger.warn({ destination_id: destinationId }, 'destination disabled: it answered 410 Gone');
  }

  async pause(destinationId: string, forMs: number): Promise<void> {
    await this.attempt('pausing', () => pauseDestination(this.pool, destinationId, forMs));
  }

  private async flush(): Promise<void> {
    const { failures, successes } = this;
    this.failures = new Map();
    this.successes = new Set();
    if (successes.size > 0) {
      await this.attempt('recording successes', () => recordSuccesses(this.pool, [...successes]));
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
