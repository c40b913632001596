import { type ChildProcess, fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Call, Commands, Reply } from './commands.js';

const KILL_AFTER_MS = 25_000;

/** Every process started here that still runs. */
const running = new Set<ChildProcess>();

/** The last resort, when the run ends in a way it must not: nothing outlives it. */
export function killAllChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

function track(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await ended;
  clearTimeout(timer);
}

/** Starts a program that speaks no IPC of ours. Its output goes nowhere, its errors to ours. */
export function startProgram(file: string, parameters: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return track(spawn(file, parameters, { env, stdio: ['ignore', 'ignore', 'inherit'] }));
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** A child process of `bench/children` and the calls to it. */
export class Child<C extends Commands> {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  private constructor(
    readonly name: string,
    readonly process: ChildProcess,
  ) {
    process.on('message', (reply: Reply) => this.onReply(reply));
    process.once('exit', (code, signal) => this.failAll(`${name} ended (${signal ?? code})`));
  }

  /** Starts `bench/children/<name>.js` and waits until it is ready, with the port it listens on (0: none). */
  static async start<C extends Commands>(
    name: string,
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<{ child: Child<C>; ready: number }> {
    const file = fileURLToPath(new URL(`../children/${name}.js`, import.meta.url));
    const forked = fork(file, [], { env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const child = new Child<C>(name, track(forked));
    const ready = await new Promise<number>((resolve, reject) => child.pending.set(0, { resolve, reject }));
    return { child, ready };
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  call<K extends keyof C & string>(command: K, argument: Parameters<C[K]>[0]): Promise<Awaited<ReturnType<C[K]>>> {
    const id = ++this.lastId;
    const call: Call = { id, command, argument };
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.process.send(call, (error) => {
        if (error) this.settle(id, (waiting) => waiting.reject(error));
      });
    });
  }

  async stop(): Promise<void> {
    await stopProcess(this.process);
  }

  private onReply({ id, result, error }: Reply): void {
    this.settle(id, ({ resolve, reject }) => {
      if (error === undefined) resolve(result as never);
      else reject(new Error(`${this.name}: ${error}`));
    });
  }

  private settle(id: number, act: (waiting: Pending) => void): void {
    const waiting = this.pending.get(id);
    if (!waiting) return;
    this.pending.delete(id);
    act(waiting);
  }

  private failAll(reason: string): void {
    for (const { reject } of this.pending.values()) reject(new Error(reason));
    this.pending.clear();
  }
}
