import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { killGroup, spawnChild } from './spawn-child.js';

const PATIENCE_MS = 60_000;

/** A terminal at which commands are typed; what they write is kept. */
export class Terminal {
  text = '';
  private readonly child: ChildProcess;
  private commands = 0;

  /** With a command it runs that, without it takes one after the other. */
  constructor(cwd: string, env: Readonly<Record<string, string | undefined>>, command?: string) {
    const args = command === undefined ? [] : ['-c', command];
    // A process group of its own, as a terminal has it: Ctrl-C goes to all of it.
    this.child = spawnChild('bash', args, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (part: string) => (this.text += part));
    }
  }

  /** Types a command, and `answer` when it asks; returns what it has written. Fails when the command does. */
  async type(command: string, answer?: string): Promise<string> {
    const before = this.text.length;
    const mark = `__command_${++this.commands}_ended_with_`;
    this.child.stdin?.write(`${command}\n${answer === undefined ? '' : `${answer}\n`}echo "${mark}$?."\n`);
    const [, exitCode] = await this.waitFor(new RegExp(`${mark}(\\d+)\\.`));
    const written = this.text.slice(before, this.text.indexOf(mark)).trim();
    if (exitCode !== '0') throw new Error(`Exit code ${exitCode} of\n${command}\n${written}`);
    return written;
  }

  async waitFor(pattern: RegExp, patienceMs = PATIENCE_MS): Promise<RegExpExecArray> {
    for (const startedAt = Date.now(); Date.now() - startedAt < patienceMs;) {
      const found = pattern.exec(this.text);
      if (found) return found;
      if (this.child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${pattern} was not written:\n${this.text}`);
  }

  /** Ctrl-C, and the end of what was running. Returns its exit code. */
  async interrupt(): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.pid === undefined) return this.child.exitCode;
    const closed = once(this.child, 'close');
    process.kill(-this.child.pid, 'SIGINT');
    await closed;
    return this.child.exitCode;
  }

  /** For the end of a test that has failed. */
  kill(): void {
    killGroup(this.child);
  }
}
