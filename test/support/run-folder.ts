import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is on its way to its end gets there: an embedded PostgreSQL notices that it is alone after some seconds. */
const PATIENCE_MS = 20_000;

/**
 * The folder for temporary files of a run of the tests. Whatever is started in the run has it in its environment, by which
 * what was left running is found.
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

  /** Removes it; ends what was left running, and then fails. */
  async remove({ patienceMs = PATIENCE_MS } = {}): Promise<void> {
    const startedAt = performance.now();
    let left = this.processes();
    while (left.length > 0 && performance.now() - startedAt < patienceMs) {
      await sleep(200);
      left = this.processes();
    }
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    await rm(this.path, { recursive: true, force: true });
    if (left.length > 0)
      throw new Error(
        `The tests left running (now ended):\n${left.map(({ pid, command }) => `  ${pid} ${command}`).join('\n')}`,
      );
  }

  /** Linux only; elsewhere none are found. */
  private processes(): { pid: number; command: string }[] {
    const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
    return pids.flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${this.path}/`)) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        // vitest's own workers are ended by vitest.
        return command === '' || command.includes('vitest/dist/workers') ? [] : [{ pid: Number(pid), command }];
      } catch {
        // It has ended, or is none of ours.
        return [];
      }
    });
  }
}
