import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { logger } from '../common/logger.js';
import { within } from '../common/within.js';
import type { RunSettings } from '../config/settings.js';
import type { FromFork, ToFork } from './fork-messages.js';
import { releaseLeases } from './release-leases.js';
import { explainStartError, stopDeadlineMs, type Workforce } from './workforce.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** Who has run that long is no crash loop: the next pause is the first again. */
const STEADY_MS = 60_000;

/** Starts `settings.processes` forks that share one port, and starts again those that die. */
export async function startForks(settings: RunSettings): Promise<Workforce> {
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./fork-process.js', import.meta.url)),
    args: [],
    serialization: 'advanced',
  });
  const forks = Array.from({ length: settings.processes }, () => new Fork(settings));
  try {
    const [url] = await Promise.all(forks.map((fork) => fork.start()));
    if (url === undefined) throw new Error('PROCESSES must be at least 1');
    for (const fork of forks) fork.keepRunning();
    return { url, failed: new Promise<Error>(() => undefined), stop: () => stopAll(forks) };
  } catch (error) {
    await Promise.all(forks.map((fork) => fork.kill()));
    throw error;
  }
}

async function stopAll(forks: readonly Fork[]): Promise<boolean> {
  const results = await Promise.all(forks.map((fork) => fork.stop()));
  return results.every(Boolean);
}

/** One place among the forks: a process, and after its death the next. */
class Fork {
  private worker: Worker | null = null;
  private stopping = false;
  /** The process is up: before that it hears no message and has nothing to drain. */
  private serving = false;
  private restartTimer: NodeJS.Timeout | undefined;
  private pauseMs = FIRST_PAUSE_MS;

  constructor(private readonly settings: RunSettings) {}

  /** Resolves with the URL once it listens, rejects when it can't. */
  start(): Promise<string> {
    const worker = cluster.fork();
    this.worker = worker;
    this.serving = false;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromFork) => {
        if (message.type === 'ready') send(worker, { type: 'start', settings: this.settings });
        else if (message.type === 'listening') {
          this.serving = true;
          resolve(message.url);
        } else
          reject(explainStartError(Object.assign(new Error(message.message), { code: message.code }), this.settings));
      });
      worker.once('exit', (code, signal) => reject(new Error(`A process ended while starting (${signal || code})`)));
    });
  }

  /** From now on a death is followed by a new process. */
  keepRunning(): void {
    const startedAt = performance.now();
    const { worker } = this;
    if (!worker) return;
    const next = (code: number, signal: string) => {
      if (this.stopping) return;
      if (performance.now() - startedAt > STEADY_MS) this.pauseMs = FIRST_PAUSE_MS;
      logger.error(
        { forkPid: worker.process.pid, code, signal, pauseMs: this.pauseMs },
        'a process died, starting another',
      );
      void this.release(worker);
      this.restartTimer = setTimeout(() => void this.restart(), this.pauseMs);
      this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
    };
    if (worker.isDead()) next(worker.process.exitCode ?? 0, worker.process.signalCode ?? '');
    else worker.once('exit', next);
  }

  /** True when it drained and ended by itself. */
  async stop(): Promise<boolean> {
    this.stopping = true;
    clearTimeout(this.restartTimer);
    const { worker } = this;
    if (!worker || worker.isDead()) return true;
    if (!this.serving) {
      await this.kill();
      return true;
    }
    const ended = endOf(worker);
    send(worker, { type: 'stop' });
    if (await within(stopDeadlineMs(this.settings), ended)) return worker.process.exitCode === 0;
    await this.kill();
    await this.release(worker);
    return false;
  }

  async kill(): Promise<void> {
    this.stopping = true;
    const { worker } = this;
    if (!worker || worker.isDead()) return;
    const ended = endOf(worker);
    worker.process.kill('SIGKILL');
    await ended;
  }

  private async restart(): Promise<void> {
    await this.start().catch((error: unknown) => logger.error({ err: error }, 'a process could not start'));
    this.keepRunning();
  }

  private async release(worker: Worker): Promise<void> {
    await releaseLeases(this.settings.databaseUrl).catch((error: unknown) => {
      logger.warn({ err: error, forkPid: worker.process.pid }, 'its leases go back only when its heartbeat is missed');
    });
  }
}

function endOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
  });
}

/** Fails only when the process is gone, which its `exit` tells. */
function send(worker: Worker, message: ToFork): void {
  worker.send(message, () => undefined);
}
