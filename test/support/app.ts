import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from './database.js';
import { spawnChild } from './spawn-child.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface AppOptions {
  /** Environment variables on top of the defaults; null takes one away. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Arguments after `serve`. */
  readonly args?: readonly string[];
  /** Another database than a new clone, which is dropped when the app stops: `null` for the embedded one. */
  readonly databaseUrl?: string | null;
  /** The `main.js` of another build. */
  readonly main?: string;
}

export interface JsonResponse<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when the answer is JSON (problem+json too), else its text; null when it is empty. */
  readonly body: Body;
}

export interface RequestOptions {
  /** Sent as JSON unless it is text or bytes already. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the admin API key; null sends none. */
  readonly apiKey?: string | null;
}

/** One line of the log, parsed; a line that is no JSON stands in `msg`. */
export interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** A child process of the built product. */
export interface App {
  readonly url: string;
  readonly apiKey: string;
  readonly pid: number;
  readonly databaseUrl: string | null;
  /** One request; `path` begins with `/`. Never throws on a status. */
  request<Body = unknown>(method: string, path: string, options?: RequestOptions): Promise<JsonResponse<Body>>;
  get<Body = unknown>(path: string, options?: RequestOptions): Promise<JsonResponse<Body>>;
  post<Body = unknown>(path: string, body?: unknown, options?: RequestOptions): Promise<JsonResponse<Body>>;
  logs(): readonly LogLine[];
  /** All that was written to standard output and error so far. */
  output(): string;
  /** The first log line, past or to come, that matches; rejects when the process ends before. */
  waitForLog(matches: (line: LogLine) => boolean): Promise<LogLine>;
  /** SIGTERM and the end; returns the exit code. Drops the cloned database. */
  stop(): Promise<number | null>;
  /** Sends a signal to the supervisor only, and does not wait. */
  kill(signal: NodeJS.Signals): void;
  /** Settles with exit code or signal when the process has ended. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Starts the built product and resolves once it takes requests. */
export async function startApp(options: AppOptions = {}): Promise<App> {
  const database = options.databaseUrl === undefined ? await createTestDatabase() : null;
  const databaseUrl = database?.url ?? options.databaseUrl ?? null;
  const apiKey = randomBytes(32).toString('base64url');
  const env = {
    ...(databaseUrl !== null && { DATABASE_URL: databaseUrl, ENCRYPTION_KEY: randomBytes(32).toString('base64') }),
    BOOTSTRAP_API_KEY: apiKey,
    PORT: '0',
    PROCESSES: '1',
    ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
    ...options.env,
  };
  const child = spawnMain(['serve', ...(options.args ?? [])], env, options.main);
  const log = new OutputLog(child);
  const listening = await log
    .waitFor((line) => line.msg === 'listening')
    .catch(async (error: unknown) => {
      await database?.drop();
      throw error;
    });
  const url = String(listening['url']);
  const request = requester(url, apiKey, log);
  return {
    url,
    apiKey,
    pid: child.pid ?? 0,
    databaseUrl,
    request,
    get: (path, more) => request('GET', path, more),
    post: (path, body, more) => request('POST', path, { ...more, body }),
    logs: () => log.lines,
    output: () => log.text,
    waitForLog: (matches) => log.waitFor(matches),
    kill: (signal) => void child.kill(signal),
    ended: log.ended,
    stop: async () => {
      child.kill('SIGTERM');
      await log.ended;
      await database?.drop();
      return child.exitCode;
    },
  };
}

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command of the built product to its end. */
export async function runMain(
  args: readonly string[],
  env: Readonly<Record<string, string | null>> = {},
  input = '',
): Promise<Finished> {
  const child = spawnMain(args, env);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin?.end(input);
  await once(child, 'close');
  return { exitCode: child.exitCode, stdout, stderr };
}

function spawnMain(
  args: readonly string[],
  env: Readonly<Record<string, string | null>>,
  main: string = MAIN,
): ChildProcess {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  const full = Object.entries({ PATH, HOME, TMPDIR, LANG, ...env }).filter(([, value]) => value != null);
  return spawnChild(process.execPath, [main, ...args], {
    env: Object.fromEntries(full),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

interface Waiter {
  readonly matches: (line: LogLine) => boolean;
  readonly resolve: (line: LogLine) => void;
  readonly reject: (error: Error) => void;
}

/** What a process writes, as lines that can be waited for. */
class OutputLog {
  readonly lines: LogLine[] = [];
  text = '';
  readonly ended: Promise<number | NodeJS.Signals | null>;
  private readonly waiters = new Set<Waiter>();
  private over = false;

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.add(line));
    }
    this.ended = once(child, 'close').then(() => {
      this.over = true;
      const how = child.exitCode ?? child.signalCode;
      for (const waiter of this.waiters) waiter.reject(this.endError(how));
      return how;
    });
  }

  waitFor(matches: (line: LogLine) => boolean): Promise<LogLine> {
    const found = this.lines.find(matches);
    if (found) return Promise.resolve(found);
    if (this.over) return Promise.reject(this.endError('before'));
    return new Promise((resolve, reject) => this.waiters.add({ matches, resolve, reject }));
  }

  private add(text: string): void {
    this.text += `${text}\n`;
    const line = parseLine(text);
    this.lines.push(line);
    for (const waiter of this.waiters) {
      if (!waiter.matches(line)) continue;
      this.waiters.delete(waiter);
      waiter.resolve(line);
    }
  }

  private endError(how: unknown): Error {
    return new Error(`The process ended (${String(how)}) before it wrote what was waited for:\n${this.text}`);
  }
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { msg: text };
  }
}

function requester(url: string, adminKey: string, log: OutputLog): App['request'] {
  return async <Body>(method: string, path: string, options: RequestOptions = {}) => {
    const { body, apiKey = adminKey } = options;
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(apiKey !== null && { Authorization: `Bearer ${apiKey}` }),
        ...options.headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new TypeError(`${method} ${path} was not answered. The service's last words:\n${log.text.slice(-5_000)}`, {
        cause,
      });
    });
    const text = await response.text();
    const json = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    const parsed: unknown = text === '' ? null : json ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body: parsed as Body };
  };
}
