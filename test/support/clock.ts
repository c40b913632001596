import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** From `test/support` and from the folder of the same depth that it is compiled to. */
const PRELOAD = fileURLToPath(new URL('../../test/support/jumping-clock.mjs', import.meta.url));

/** A wall clock that can be set; for a product that was started with `env`. */
export interface Clock {
  readonly env: Readonly<Record<string, string>>;
  /** Off by so much from now on; noticed within 50 ms. */
  setOffset(offsetMs: number): void;
}

export function newClock(file: string): Clock {
  return {
    env: { NODE_OPTIONS: `--import ${PRELOAD}`, CLOCK_OFFSET_FILE: file },
    setOffset: (offsetMs) => {
      // Renamed into place: never read half written.
      writeFileSync(`${file}.new`, String(offsetMs));
      renameSync(`${file}.new`, file);
    },
  };
}
