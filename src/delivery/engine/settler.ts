import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { isRefused } from '../../common/database-error.js';
import { logger } from '../../common/logger.js';
import { Pause } from '../../common/pause.js';
import type { DeliveryQueue } from '../queue/delivery-queue.js';
import type { Settlement } from '../queue/settle.js';

const MAX_BATCH = 500;
const RETRY_AFTER_MS = 500;
/**
 * A statement costs as much as sixteen outcomes in it, so under load they are gathered for so long, or until there are
 * so many; the longer, the more processes there are, since each has the fewer of them.
 */
const GATHER_MS = 5;
const MAX_GATHER_MS = 20;
const ENOUGH = 64;
/** Who could add to what waits here is held back for so long, at most. */
const MAX_HOLD_BACK_MS = 100;

interface Pending {
  readonly processId: string;
  readonly settlement: Settlement;
  readonly isAwaited: boolean;
  readonly settled: () => void;
}

/**
 * Writes outcomes down in batches: what comes in while one batch is under way shares the next. A lone outcome goes at
 * once; what follows right after a batch waits a moment for others. When the database is away it tries until it is
 * back; what waits here is bounded by the deliveries in flight, because they count as such until they are settled.
 */
export class Settler {
  private pending: Pending[] = [];
  private running: Promise<void> | null = null;
  private wroteAtMs = -Infinity;
  private gatherMs = GATHER_MS;
  private readonly gathering = new Pause();
  private heldBack: (() => void)[] = [];

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly maxHoldBackMs = MAX_HOLD_BACK_MS,
  ) {}

  /** So many processes share the outcomes. */
  setProcessCount(processCount: number): void {
    this.gatherMs = Math.min(MAX_GATHER_MS, GATHER_MS * processCount);
  }

  /**
   * Resolves when the outcome is durable. `processId`: the incarnation that held the lease. `isAwaited`: something
   * can't go on without it.
   */
  settle(processId: string, settlement: Settlement, isAwaited: boolean): Promise<void> {
    return new Promise((settled) => {
      this.pending.push({ processId, settlement, isAwaited, settled });
      if (!this.running) this.running = this.run();
      else if (isAwaited || this.pending.length >= ENOUGH) this.gathering.end();
    });
  }

  /**
   * Resolves at once while outcomes are written down as fast as they come. When more wait than the next batch takes it
   * resolves when they no longer do, so that accepting, which would lead to more of them, leaves the database to them.
   */
  async keepUp(): Promise<void> {
    if (this.pending.length <= MAX_BATCH) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.maxHoldBackMs);
      this.heldBack.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    try {
      do {
        await this.gather();
        const batch = this.takeBatch();
        await this.write(batch);
        this.wroteAtMs = performance.now();
        for (const item of batch) item.settled();
        if (this.pending.length <= MAX_BATCH) for (const goOn of this.heldBack.splice(0)) goOn();
        // What they lead to may settle with the next.
        await nextTurn();
      } while (this.pending.length > 0);
    } finally {
      this.running = null;
    }
  }

  /** Resolves when it is time for the next batch: what comes in the same turn belongs together at least. */
  private async gather(): Promise<void> {
    const restMs = this.wroteAtMs + this.gatherMs - performance.now();
    const isTime = restMs <= 0 || this.pending.length >= ENOUGH || this.pending.some((item) => item.isAwaited);
    if (isTime) return nextTurn();
    await this.gathering.take(restMs);
  }

  /** The next outcomes of one incarnation: the lease is checked against a single holder. */
  private takeBatch(): Pending[] {
    const holder = this.pending[0]?.processId;
    const other = this.pending.findIndex((item) => item.processId !== holder);
    const end = Math.min(other < 0 ? this.pending.length : other, MAX_BATCH);
    const batch = this.pending.slice(0, end);
    this.pending = this.pending.slice(end);
    return batch;
  }

  /**
   * Something in the batch is nothing the database takes (we know of nothing that could be). It must not keep the
   * others from being settled, nor its own delivery: then its record is written without what the receiver sent.
   */
  private async writeSingly(processId: string, batch: readonly Pending[], cause: unknown): Promise<void> {
    const [only] = batch;
    if (batch.length > 1) {
      for (const item of batch) await this.write([item]);
    } else if (only) {
      logger.error(
        { err: cause, delivery_id: only.settlement.deliveryId },
        'an outcome is written down without its answer',
      );
      await this.queue.settle(processId, [withoutAnswer(only.settlement)]).catch((error: unknown) => {
        logger.error({ err: error, delivery_id: only.settlement.deliveryId }, 'an outcome could not be written down');
      });
    }
  }

  private async write(batch: readonly Pending[]): Promise<void> {
    const processId = batch[0]?.processId;
    if (processId === undefined) return;
    for (;;) {
      try {
        await this.queue.settle(
          processId,
          batch.map((item) => item.settlement),
        );
        return;
      } catch (error) {
        if (isRefused(error)) return this.writeSingly(processId, batch, error);
        logger.error({ err: error, outcomes: batch.length }, 'outcomes could not be written down; trying again');
        await sleep(RETRY_AFTER_MS);
      }
    }
  }
}

function withoutAnswer(settlement: Settlement): Settlement {
  const attempt = {
    ...settlement.attempt,
    responseHeaders: null,
    responseBody: null,
    message: 'The answer could not be kept.',
    remarks: null,
  };
  return { ...settlement, attempt };
}
