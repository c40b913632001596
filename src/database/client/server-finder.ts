import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Client, DatabaseError } from 'pg';
import { DatabaseConnection } from './database-connection.js';
import { type DatabaseHost, type DatabaseTarget, parseDatabaseUrl } from '../../config/database-url.js';
import { describeEndpoint, type Endpoint } from './endpoint.js';
import { openSocket } from './open-socket.js';

/** How long a server may take to say anything at all before it counts as silent. */
const PING_TIMEOUT_MS = 2_000;

/** Why no server could be used; one line for each that was tried. Holds no secret. */
export class NoServer extends Error {
  readonly code = 'ECONNREFUSED';
}

/** Does this server take writes? False on a standby, and where an administrator switched writing off. */
const IS_WRITABLE = `SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::bool AS ok`;

/**
 * Finds the server that takes writes among those of the URL: all addresses of all names side by side, so that one that is
 * silent holds up nobody. One for a process and URL: what one connection found, the next ones use.
 */
export class ServerFinder {
  private found: Endpoint | null = null;
  private searching: Promise<Endpoint> | null = null;
  private readonly pings = new Map<string, Promise<boolean>>();

  constructor(readonly target: DatabaseTarget) {}

  /** Rejects with {@link NoServer}. */
  async find(): Promise<Endpoint> {
    if (this.found) return this.found;
    this.searching ??= this.search().finally(() => (this.searching = null));
    return this.searching;
  }

  /** This one failed or takes no writes any more: the next connection looks again. */
  forget(endpoint: Endpoint): void {
    if (this.found === endpoint) this.found = null;
  }

  /**
   * Does the server say anything, be it that it refuses? Asked when an answer is late, to tell a slow statement from a
   * host that is gone. Whoever asks meanwhile shares the answer.
   */
  isAnswering(endpoint: Endpoint): Promise<boolean> {
    const key = describeEndpoint(endpoint);
    const known = this.pings.get(key);
    if (known) return known;
    const ping = this.ask(endpoint, AbortSignal.timeout(PING_TIMEOUT_MS))
      .then(
        () => true,
        (error: unknown) => error instanceof DatabaseError,
      )
      .finally(() => this.pings.delete(key));
    this.pings.set(key, ping);
    return ping;
  }

  /**
   * One host with one address is used untried: its connection finds out by itself. Of several the first that says it
   * takes writes wins.
   */
  private async search(): Promise<Endpoint> {
    const { hosts, connectTimeoutMs } = this.target;
    const won = new AbortController();
    const signal = AbortSignal.any([won.signal, AbortSignal.timeout(connectTimeoutMs)]);
    const tries = hosts.map(async (host) => {
      const endpoints = await endpointsOf(host, signal);
      const [only] = endpoints;
      if (hosts.length === 1 && endpoints.length === 1 && only) return only;
      const found = await Promise.any(endpoints.map((endpoint) => this.tryEndpoint(endpoint, signal)));
      this.found = found;
      return found;
    });
    try {
      return await Promise.any(tries);
    } catch (error) {
      throw new NoServer(describeFailure(error, connectTimeoutMs), { cause: error });
    } finally {
      won.abort(new Error('another host was faster'));
    }
  }

  private async tryEndpoint(endpoint: Endpoint, signal: AbortSignal): Promise<Endpoint> {
    try {
      if (await this.ask(endpoint, signal)) return endpoint;
    } catch (error) {
      throw new Error(`${describeEndpoint(endpoint)}: ${describeFailure(error, this.target.connectTimeoutMs)}`, {
        cause: error,
      });
    }
    throw new Error(`${describeEndpoint(endpoint)}: takes no writes (a standby, or set to read-only)`);
  }

  /** Whether it takes writes; on a connection of its own, which is cut off when `signal` aborts. */
  private async ask(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
    const connection = new DatabaseConnection((opening) =>
      openSocket(this.target, endpoint, AbortSignal.any([opening, signal])),
    );
    const client = plainClient(this.target, connection, 'data-pusher finder');
    const abort = (): void => connection.destroy(toError(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await client.connect();
      const { rows } = await client.query<{ ok: boolean }>(IS_WRITABLE);
      return rows[0]?.ok === true;
    } finally {
      signal.removeEventListener('abort', abort);
      connection.end();
      // A server that has not noticed its end by then never will.
      setTimeout(() => connection.destroy(new Error('ended')), PING_TIMEOUT_MS).unref();
    }
  }
}

/** A client of `pg` over a connection of ours. */
function plainClient(target: DatabaseTarget, connection: DatabaseConnection, applicationName: string): Client {
  const client = new Client(clientConfig(target, connection, applicationName));
  return client.on('error', () => undefined);
}

/** What `pg` needs to know; where to connect to is the connection's business. */
export function clientConfig(target: DatabaseTarget, connection: DatabaseConnection, applicationName: string): object {
  const { user, password, database, options } = target;
  return {
    connection,
    user,
    password,
    database,
    options,
    application_name: target.applicationName ?? applicationName,
    // pg would take a host from the environment, and look the password up in ~/.pgpass under it.
    host: target.hosts[0]?.name,
    port: target.hosts[0]?.port,
    ssl: false,
    enableChannelBinding: target.channelBinding !== 'disable',
  };
}

async function endpointsOf(host: DatabaseHost, signal: AbortSignal): Promise<Endpoint[]> {
  const { name, address } = host;
  if (address !== null) return [{ host, address }];
  if (name.startsWith('/') || isIP(name) > 0) return [{ host, address: name }];
  // A look-up can't be broken off, only no longer be waited for.
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(toError(signal.reason)), { once: true });
  });
  const found = await Promise.race([lookup(name, { all: true }), aborted]).catch((error: unknown) => {
    throw new Error(`${name}: the name was not found (${toError(error).message})`, { cause: error });
  });
  return found.map((entry) => ({ host, address: entry.address }));
}

/** Each failure once; several are on lines of their own by semicolon. */
function describeFailure(error: unknown, timeoutMs: number): string {
  if (error instanceof AggregateError) {
    return [...new Set(error.errors.map((each) => describeFailure(each, timeoutMs)))].join('; ');
  }
  const { name, message } = toError(error);
  return name === 'TimeoutError' ? `no answer within ${timeoutMs / 1000} s` : message;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

const finders = new Map<string, ServerFinder>();

/** The finder that all connections of this process to `url` share. */
export function finderFor(url: string): ServerFinder {
  const known = finders.get(url);
  if (known) return known;
  const finder = new ServerFinder(parseDatabaseUrl(url));
  finders.set(url, finder);
  return finder;
}
