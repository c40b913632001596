import { setTimeout as sleep } from 'node:timers/promises';
import { MoodyReceiver } from './moody-receiver.js';
import { drawMood } from './plan.js';
import type { Random } from './random.js';

const FAN_OUT = 3;

/** The receiving ends: three that misbehave for a while, and two that never take anything. */
export class Receivers {
  readonly changes = new Map<string, number>();
  private changing: Promise<void> | null = null;
  private readonly stopping = new AbortController();

  private constructor(
    readonly main: readonly MoodyReceiver[],
    readonly beyondHelp: readonly MoodyReceiver[],
  ) {}

  static async start(): Promise<Receivers> {
    const main = await Promise.all(Array.from({ length: FAN_OUT }, () => MoodyReceiver.start()));
    return new Receivers(main, [await MoodyReceiver.start(410), await MoodyReceiver.start(301)]);
  }

  /** Changes moods until {@link recover}. */
  misbehave(random: Random): void {
    this.changing = this.change(random);
  }

  /** From now on all of the three answer as they should. */
  async recover(): Promise<void> {
    this.stopping.abort();
    await this.changing;
  }

  get misbehaved(): number {
    return this.main.reduce((sum, receiver) => sum + receiver.misbehaved, 0);
  }

  async close(): Promise<void> {
    await this.recover();
    await Promise.all([...this.main, ...this.beyondHelp].map((receiver) => receiver.close()));
  }

  private async change(random: Random): Promise<void> {
    const { signal } = this.stopping;
    const nap = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
    while (!signal.aborted) {
      const { mood, receiver, forMs, pauseMs } = drawMood(random, FAN_OUT);
      await nap(pauseMs);
      if (signal.aborted) return;
      const chosen = this.main.filter((_receiver, index) => receiver === 'all' || receiver === index);
      this.changes.set(mood, (this.changes.get(mood) ?? 0) + 1);
      await Promise.all(chosen.map((one) => one.setMood(mood)));
      await nap(forMs);
      await Promise.all(chosen.map((one) => one.recover()));
    }
  }
}
