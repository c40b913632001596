const ASK_EVERY_MS = 200;
const TIMEOUT_MS = 15_000;

interface Sample {
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  /** Null: no answer. */
  readonly status: number | null;
}

/** Asks `/health/ready` as a load balancer does, never waiting for the answer before. Times by `performance.now()`. */
export class ReadinessWatch {
  private readonly samples: Sample[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly url: string) {
    this.timer = setInterval(() => void this.ask(), ASK_EVERY_MS);
  }

  /** After how many milliseconds the service said first that it is not ready; null when it never did. */
  notReadyAfterMs(fromMs: number, untilMs: number): number | null {
    const said = this.samples
      .filter(({ askedAtMs, answeredAtMs, status }) => {
        return askedAtMs >= fromMs && answeredAtMs <= untilMs && status === 503;
      })
      .map(({ answeredAtMs }) => answeredAtMs);
    return said.length === 0 ? null : Math.min(...said) - fromMs;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    const askedAtMs = performance.now();
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const status = await fetch(`${this.url}/health/ready`, { signal }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => null,
    );
    this.samples.push({ askedAtMs, answeredAtMs: performance.now(), status });
  }
}
