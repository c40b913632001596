/** Waits for SIGTERM or SIGINT. */
export interface StopSignal {
  /** Aborted once asked to stop. */
  readonly signal: AbortSignal;
  /** Settles once asked to stop. */
  readonly requested: Promise<void>;
}

/**
 * Takes the signals over for the rest of the process' life. Only the first counts: npm passes on what the terminal
 * has sent to the whole group already, so a second one is no order to give up draining.
 */
export function listenForStop(): StopSignal {
  const controller = new AbortController();
  const requested = new Promise<void>((resolve) => {
    const stop = () => {
      controller.abort();
      resolve();
    };
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, stop);
  });
  return { signal: controller.signal, requested };
}
