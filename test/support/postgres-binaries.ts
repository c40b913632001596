import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface PostgresBinaries {
  /** The folder with `initdb` and `postgres`. */
  readonly bin: string;
  readonly major: number;
  readonly hasJit: boolean;
}

/** Where Debian and Ubuntu put each major version. */
const DISTRIBUTION = '/usr/lib/postgresql';

/** The oldest PostgreSQL that this machine's distribution has installed and that is supported, null without one. */
export function findDistributionPostgres(): PostgresBinaries | null {
  if (!existsSync(DISTRIBUTION)) return null;
  const majors = readdirSync(DISTRIBUTION).map(Number);
  const found = majors
    .filter((major) => major >= 15 && existsSync(join(DISTRIBUTION, String(major), 'bin', 'initdb')))
    .toSorted((a, b) => a - b);
  const [major] = found;
  if (major === undefined) return null;
  const root = join(DISTRIBUTION, String(major));
  return { bin: join(root, 'bin'), major, hasJit: existsSync(join(root, 'lib', 'llvmjit.so')) };
}

/** For a test that needs what is not there: said where the run's summary can't hide it. */
export function tellSkipped(what: string): void {
  process.stderr.write(`\nSKIPPED: ${what}\n`);
}
