import { logger } from './logger.js';

/**
 * Work that is repeated at a pace and never overlaps itself: while a run takes longer than the pace, turns are left
 * out. A run that fails is logged, and the next one comes in its turn.
 */
export class PeriodicTask {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;

  /** `name`: what is done, for the log, as in "sweeping". */
  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly work: () => Promise<void>,
  ) {}

  /** The first run is one pace from now. */
  start(): void {
    this.timer ??= setInterval(() => void this.run(), this.everyMs);
  }

  /** Runs it now, out of turn. Resolves when that run has ended, or the one that was under way. Never rejects. */
  run(): Promise<void> {
    this.running ??= this.attempt().finally(() => (this.running = null));
    return this.running;
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** No more turns; resolves when the run under way has ended. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    await this.running;
  }

  private async attempt(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      logger.warn({ err: error }, `${this.name} failed`);
    }
  }
}
