import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../common/error-code.js';

/** A server that is running on a data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** The server that runs on `clusterDir`, or null: no lock file, or one that a crash left behind. */
export async function findPostmaster(clusterDir: string): Promise<Postmaster | null> {
  const postmaster = parseLockFile(await readFile(`${clusterDir}/postmaster.pid`, 'utf8').catch(() => ''));
  if (!postmaster || !(await servesFolder(postmaster.pid, clusterDir))) return null;
  return postmaster;
}

/** First line: process id; fourth: port (PostgreSQL's documentation, "Database File Layout"). */
export function parseLockFile(text: string): Postmaster | null {
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return Number.isInteger(pid) && pid > 1 && Number.isInteger(port) ? { pid, port } : null;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Process ids are used again, soon in a container: a live one counts only if it is a server of this folder. */
async function servesFolder(pid: number, clusterDir: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  // A server works inside its data folder.
  const cwd = await realpath(`/proc/${pid}/cwd`).catch(() => null);
  if (cwd !== null) return cwd === (await realpath(clusterDir));
  const command = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'args=']).catch(() => null);
  return command !== null && command.stdout.includes(clusterDir);
}

/** Ends a server: SIGINT closes connections and writes everything out; SIGQUIT after `patienceMs` leaves recovery to the next start. */
export async function stopPostmaster(pid: number, patienceMs = 15_000): Promise<void> {
  send(pid, 'SIGINT');
  if (await waitForEnd(pid, patienceMs)) return;
  send(pid, 'SIGQUIT');
  if (await waitForEnd(pid, 10_000)) return;
  send(pid, 'SIGKILL');
  await waitForEnd(pid, 5_000);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

async function waitForEnd(pid: number, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}
