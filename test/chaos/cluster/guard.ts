import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Runs a shell script when this process has ended, by SIGKILL too: the shell waits at the end of a pipe that only we hold
 * open. Killing the guard calls it off.
 */
export function guardWith(
  script: string,
  args: readonly string[],
  as: { uid?: number; gid?: number } = {},
): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', `read -r _; ${script}`, 'data-pusher-guard', ...args], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    ...as,
  });
  guard.on('error', () => undefined);
  guard.unref();
  return guard;
}
