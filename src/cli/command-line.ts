import type { Settings } from '../config/settings.js';

/** What a service that has just begun to take requests has to say when it is new. */
export interface FreshService {
  readonly publicUrl: string;
  /** The first admin API key; null when there were keys or accounts already. */
  readonly apiKey: string | null;
  /** Null when there is a superuser already. */
  readonly setupLink: { readonly url: string; readonly expiresAt: Date } | null;
}

/** What a command gets from around it. */
export interface CommandLine {
  /**
   * Runs the service until it is stopped and resolves with the exit code. Passed in: it lives in a layer above.
   * `onReady`: gets the news of a new service once it takes requests, instead of a person.
   */
  readonly serve: (settings: Settings, onReady?: (fresh: FreshService) => Promise<void>) => Promise<number>;
  /** Sets an exit code other than 0. */
  readonly finish: (exitCode: number) => void;
}
