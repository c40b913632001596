import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { endWithFile } from './started.js';

/** As long as the product may take to stop when it has nothing to do. */
const PATIENCE_MS = 10_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) killGroup(child);
});

/** The only way in which tests start a process that goes on: in a group of its own, which ends with the test file. */
export function spawnChild(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  const forget = endWithFile(() => endChild(child));
  child.once('close', () => {
    running.delete(child);
    forget();
  });
  return child;
}

/** With all that it has started; what is in a session of its own (PostgreSQL) notices by itself. */
export function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  const timer = setTimeout(() => killGroup(child), PATIENCE_MS);
  child.kill('SIGTERM');
  await closed;
  clearTimeout(timer);
  // What it should have ended itself.
  killGroup(child);
}
