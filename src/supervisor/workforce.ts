import { startApplication } from '../application.js';
import { errorCode } from '../common/error-code.js';
import { within } from '../common/within.js';
import type { RunSettings } from '../config/settings.js';

/** What serves requests and delivers: this process itself or its forks. */
export interface Workforce {
  readonly url: string;
  /** Settles when it can't go on. */
  readonly failed: Promise<Error>;
  /** Drains; false when it had to be cut off at the deadline. */
  stop(): Promise<boolean>;
}

/** A start that can't succeed as things are; its message is for people and needs no stack. */
export class StartError extends Error {}

/** After `drainSeconds` what is left is released, which takes a moment; what still hangs then is cut off. */
const GRACE_MS = 5_000;

export function stopDeadlineMs(settings: RunSettings): number {
  return settings.drainSeconds * 1000 + GRACE_MS;
}

/** Says in words what a start failed of, where that is something a person can change. */
export function explainStartError(error: unknown, { host, port }: RunSettings): Error {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new StartError(`${host}:${port} is in use: stop the other program, or set another PORT`);
    case 'EACCES':
      return new StartError(`${host}:${port}: not allowed to listen there, set a PORT above 1023`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(`HOST ${host} is no address of this machine`);
    case undefined:
    default:
      return error instanceof Error ? error : new Error(String(error));
  }
}

/** One process for everything: no forks. */
export async function startInProcess(settings: RunSettings): Promise<Workforce> {
  const application = await startApplication(settings).catch((error: unknown) => {
    throw explainStartError(error, settings);
  });
  return {
    url: application.url,
    failed: new Promise<Error>(() => undefined),
    stop: () => within(stopDeadlineMs(settings), application.stop()),
  };
}
