import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { StepLoop } from '../common/step-loop.js';
import { RunSettings } from '../config/settings.js';
import { HotPool } from '../database/hot-pool.js';
import { cancelStep } from './queue/cancel.js';

const POLL_MS = 1_000;

/**
 * Moves what waits for deleted destinations to the history, step by step, in every process that delivers. The ledger shows
 * it as `cancelled` from the moment of the deletion, so there is no hurry: between two steps it pauses for as long as the
 * last one took.
 */
@Injectable()
export class CancellationRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: StepLoop;

  constructor(
    pool: HotPool,
    private readonly settings: RunSettings,
  ) {
    this.loop = new StepLoop(
      'cancelling',
      async () => {
        const beganAtMs = performance.now();
        const { nextInMs } = await cancelStep(pool);
        return nextInMs === null ? null : Math.max(nextInMs, performance.now() - beganAtMs);
      },
      POLL_MS,
    );
  }

  onApplicationBootstrap(): void {
    if (this.settings.role !== 'api') this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
