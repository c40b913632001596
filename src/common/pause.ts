/** A wait that can be ended early; an end while nobody waits does nothing. */
export class Pause {
  private wake: (() => void) | null = null;

  /** Resolves after `ms` milliseconds or at {@link end}. One at a time. */
  async take(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }

  end(): void {
    this.wake?.();
  }
}
