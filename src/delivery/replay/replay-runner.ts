import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { StepLoop } from '../../common/step-loop.js';
import { RunSettings } from '../../config/settings.js';
import { HotPool } from '../../database/hot-pool.js';
import { DeliveryService } from '../delivery.service.js';
import { stepReplay } from '../queue/replay-step.js';

/** Looks so often whether a replay was started. */
const POLL_MS = 1_000;

/** Runs bulk replays, step by step, in every process that delivers; the steps see to it that they don't collide. */
@Injectable()
export class ReplayRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: StepLoop;

  constructor(
    pool: HotPool,
    deliveries: DeliveryService,
    private readonly settings: RunSettings,
  ) {
    this.loop = new StepLoop(
      'a replay',
      async () => {
        const { moved, nextInMs } = await stepReplay(pool);
        if (moved > 0) deliveries.hurry();
        return nextInMs;
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
