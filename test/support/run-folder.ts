import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An embedded PostgreSQL notices after some seconds that the process that started it is gone. */
const PATIENCE_MS = 20_000;
const NOTES = 'notes';

/**
 * The folder for the temporary files of a run of the tests. Everything that is started in the run has its path in the
 * environment or in the arguments; that finds processes that were left running.
 */
export class RunFolder {
  private constructor(readonly path: string) {}

  static make(): RunFolder {
    const path = mkdtempSync(join(tmpdir(), 'dp-test-'));
    // PostgreSQL may run as another user, who has to come through.
    chmodSync(path, 0o711);
    mkdirSync(join(path, 'bin'));
    process.env['TMPDIR'] = path;
    // Many tests pass on nothing but PATH.
    process.env['PATH'] = [join(path, 'bin'), process.env['PATH']].join(delimiter);
    return new RunFolder(path);
  }

  /** Prints the notes and removes the folder. Ends processes that were left running, and then fails. */
  async remove({ patienceMs = PATIENCE_MS } = {}): Promise<void> {
    const startedAt = performance.now();
    let left = this.processes();
    while (left.length > 0 && performance.now() - startedAt < patienceMs) {
      await sleep(200);
      left = this.processes();
    }
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    const notes = join(this.path, NOTES);
    if (existsSync(notes)) process.stderr.write(`\n${readFileSync(notes, 'utf8')}\n`);
    await rm(this.path, { recursive: true, force: true });
    if (left.length === 0) return;
    const list = left.map(({ pid, command }) => `\n  ${pid} ${command}`).join('');
    throw new Error(`The tests left processes running (killed now):${list}`);
  }

  /** Linux only; elsewhere none are found. */
  private processes(): { pid: number; command: string }[] {
    const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
    return pids.flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        // A zombie has no command line; the workers of vitest are ended by vitest.
        if (command === '' || command.includes('vitest/dist/workers')) return [];
        const isOurs = `${command}${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`${this.path}/`);
        return isOurs ? [{ pid: Number(pid), command }] : [];
      } catch {
        // It has ended, or belongs to another user.
        return [];
      }
    });
  }
}

/** A line that is printed when the run is over: nobody reads those in the middle. */
export function noteForTheEnd(line: string): void {
  appendFileSync(join(tmpdir(), NOTES), `${line}\n`);
}
