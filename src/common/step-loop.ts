import { logger } from './logger.js';

const MIN_PAUSE_MS = 20;
const AFTER_ERROR_MS = 2_000;

/** Repeats a step, one at a time. The step returns in how many milliseconds it wants to run again; null: no hurry. */
export class StepLoop {
  private stopped = false;
  private timer: NodeJS.Timeout | null = null;
  private stepping: Promise<void> | null = null;

  constructor(
    private readonly name: string,
    private readonly step: () => Promise<number | null>,
    /** The longest pause between two steps. */
    private readonly pollMs: number,
  ) {}

  start(): void {
    this.stepIn(this.pollMs);
  }

  /** Resolves when the last step has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.stepping;
  }

  private stepIn(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.stepping = this.take().then((nextInMs) => this.stepIn(nextInMs));
    }, ms);
  }

  private async take(): Promise<number> {
    try {
      const nextInMs = (await this.step()) ?? this.pollMs;
      // Not at once even when overdue: then another process is just taking the step.
      return Math.min(Math.max(nextInMs, MIN_PAUSE_MS), this.pollMs);
    } catch (error) {
      logger.warn({ err: error }, `a step of ${this.name} failed; trying again`);
      return AFTER_ERROR_MS;
    }
  }
}
