import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { connectAsSuperuser } from './connect.js';
import { SERVER_ENVIRONMENT } from './create-cluster.js';
import { whyRefused } from './ownership.js';
import type { Placement } from './placement.js';
import { stopPostmaster } from './postmaster.js';

/** Recovery after a crash takes as long as it takes to read what was written since the last checkpoint. */
const READY_WITHIN_MS = 300_000;
const POLL_MS = 50;
const STDERR_KEPT = 4_096;

/** The server ended before it took a connection; `message` ends with what it said. */
export class ServerDidNotStart extends Error {}

interface Launch {
  readonly placement: Pick<Placement, 'binaries' | 'account'>;
  /** The server's command line. */
  readonly args: readonly string[];
  readonly port: number;
  readonly password: string;
  readonly name: string;
}

/** One run of the database server, as a child process in a session of its own. */
export class ServerProcess {
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly guard: ChildProcess;
  private said = '';
  private end: string | null = null;

  constructor(private readonly launch: Launch) {
    const { binaries, account } = launch.placement;
    const as = account ? { uid: account.uid, gid: account.gid } : {};
    // Detached: Ctrl-C in a terminal goes to the whole foreground group and must not reach the server before us.
    const common = { detached: true, cwd: '/', env: SERVER_ENVIRONMENT, ...as };
    const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
    this.child = spawn(join(binaries, 'bin', 'postgres'), launch.args, { ...common, stdio });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-STDERR_KEPT);
    });
    this.guard = spawnGuard(this.child.pid, common);
    this.ended = new Promise((resolve) => {
      const finish = (how: string) => {
        this.end = how;
        this.guard.kill('SIGKILL');
        resolve(how);
      };
      this.child.once('error', (error) => finish(error.message));
      this.child.once('close', (code, signal) => finish(signal ?? `exit code ${code}`));
    });
  }

  /** Waits until the server takes connections and returns one of its superuser. */
  async ready(): Promise<Client> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (this.end === null) {
      try {
        return await connectAsSuperuser(this.launch, this.launch.name);
      } catch (error) {
        if (whyRefused(error) === 'refused' || performance.now() > deadline) {
          await this.stop();
          throw error;
        }
      }
      await Promise.race([sleep(POLL_MS), this.ended]);
    }
    throw new ServerDidNotStart(`PostgreSQL did not start (${this.end})\n${this.said}`.trimEnd());
  }

  async stop(): Promise<void> {
    if (this.end === null && this.child.pid !== undefined) await stopPostmaster(this.child.pid);
    await this.ended;
  }
}

/**
 * Ends the server when this process is killed and can't: a shell that waits at the end of a pipe which only we hold
 * open. Without it a killed service would leave its database running for good.
 */
function spawnGuard(pid: number | undefined, options: { detached: boolean; cwd: string }): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'data-pusher-guard', String(pid)], {
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.unref();
  return guard;
}
