import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { logger } from '../../common/logger.js';
import { RunSettings } from '../../config/settings.js';
import { HotPool } from '../../database/hot-pool.js';
import { DeliveryService } from '../delivery.service.js';
import { stepReplay } from '../queue/replay-step.js';

/** Looks so often whether a replay was started. */
const POLL_MS = 1_000;
const MIN_PAUSE_MS = 20;
const AFTER_ERROR_MS = 2_000;

/** Runs bulk replays, step by step, in every process that delivers; the steps see to it that they don't collide. */
@Injectable()
export class ReplayRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private stopped = false;
  private timer: NodeJS.Timeout | null = null;
  private stepping: Promise<void> | null = null;

  constructor(
    private readonly pool: HotPool,
    private readonly deliveries: DeliveryService,
    private readonly settings: RunSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role !== 'api') this.stepIn(POLL_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.stepping;
  }

  private stepIn(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.stepping = this.step().then((nextInMs) => this.stepIn(nextInMs));
    }, ms);
  }

  /** Returns in how many milliseconds to look again. */
  private async step(): Promise<number> {
    try {
      const { moved, nextInMs } = await stepReplay(this.pool);
      if (moved > 0) this.deliveries.wake();
      // Not at once even when overdue: then another process is just taking the step.
      return Math.min(Math.max(nextInMs ?? POLL_MS, MIN_PAUSE_MS), POLL_MS);
    } catch (error) {
      logger.warn({ err: error }, 'a step of a replay failed; trying again');
      return AFTER_ERROR_MS;
    }
  }
}
