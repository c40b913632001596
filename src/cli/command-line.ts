import type { Settings } from '../config/settings.js';

/** What a command gets from around it. */
export interface CommandLine {
  /** Runs the service until it is stopped and resolves with the exit code. Passed in: it lives in a layer above. */
  readonly serve: (settings: Settings) => Promise<number>;
  /** Sets an exit code other than 0. */
  readonly finish: (exitCode: number) => void;
}
