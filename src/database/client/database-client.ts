import { callbackify } from 'node:util';
import { Client, DatabaseError } from 'pg';
import { ConnectionLost, DatabaseUnreachable, endsSession, isServerError } from '../../common/database-error.js';
import { setUpSession, type SessionSettings } from '../session.js';
import { DatabaseConnection } from './database-connection.js';
import { describeEndpoint, type Endpoint } from './endpoint.js';
import { openSocket } from './open-socket.js';
import { type Backend, endBackend, introduce } from './introduce.js';
import { clientConfig, finderFor, type ServerFinder } from './server-finder.js';
import { Watchdog } from './watchdog.js';

export interface ClientOptions {
  readonly databaseUrl: string;
  /** Seen in `pg_stat_activity`, unless the URL names another. */
  readonly applicationName: string;
  /** Settings of the session on top of those that every connection has. */
  readonly session?: SessionSettings;
  /** How long one statement may take before its connection is cut off; null: as long as the server is not silent. */
  readonly deadlineMs: number | null;
  /** Ends what another connection left behind, and leaves nothing behind itself. */
  readonly cleansUp?: true;
}

/** How long a goodbye may take. A host that is gone never acknowledges it. */
const END_WITHIN_MS = 1_000;
const CLEAN_UP_WITHIN_MS = 3_000;
/** SQLSTATE of a write where no writing is possible. */
const READ_ONLY = '25006';
/** Of a warning that has no code of its own: here, that the wait for a standby was broken off. */
const WARNING = '01000';

/** Where a connection leads to; apart from the client, because it is known before that is made. */
interface Place {
  endpoint: Endpoint | null;
}

/**
 * Every connection of the product: to the server that takes writes, set up as all are, and with a deadline of our own
 * for each statement. When that passes the socket is destroyed and nothing is cancelled, because a cancelled wait for a
 * standby ends as a success. See docs/adr/0035.
 */
export class DatabaseClient extends Client {
  declare readonly connection: DatabaseConnection;
  private backend: Backend | null = null;
  private broken = false;
  private readonly finder: ServerFinder;
  private readonly place: Place;
  private readonly watchdog: Watchdog;

  constructor(private readonly options: ClientOptions) {
    const finder = finderFor(options.databaseUrl);
    const place: Place = { endpoint: null };
    const connection = new DatabaseConnection(async (signal) => {
      place.endpoint = await finder.find();
      return openSocket(finder.target, place.endpoint, signal);
    });
    super(clientConfig(finder.target, connection, options.applicationName));
    this.finder = finder;
    this.place = place;
    this.watchdog = new Watchdog(connection, options.deadlineMs, {
      isAnswering: async () => place.endpoint !== null && finder.isAnswering(place.endpoint),
      onSilent: (error) => {
        this.cutOff(error);
        void this.endWhatIsLeft();
      },
    });
    // What is lost fails the statements under way; without a listener it would end the process.
    this.on('error', () => this.leave());
    connection.on('errorMessage', (error: unknown) => this.onServerError(error));
    this.on('notice', ({ code }) => {
      if (code === WARNING) this.broken = true;
    });
  }

  override connect(): Promise<Client>;
  override connect(callback: (error: Error | null, client?: Client) => void): void;
  override connect(callback?: (error: Error | null, client?: Client) => void): Promise<Client> | void {
    if (!callback) return this.establish();
    callbackify(() => this.establish())(callback);
  }

  private async establish(): Promise<Client> {
    const { connectTimeoutMs } = this.finder.target;
    const late = setTimeout(() => {
      this.cutOff(new Error(`no answer within ${connectTimeoutMs / 1000} s`));
    }, connectTimeoutMs);
    try {
      await super.connect();
      this.backend = await introduce(this);
      await setUpSession(this, this.options.session);
      return this;
    } catch (error) {
      this.cutOff(new Error('connecting failed'));
      throw this.whyNot(error);
    } finally {
      clearTimeout(late);
    }
  }

  /** Says which server it was: `pg` does not. */
  private whyNot(error: unknown): DatabaseUnreachable {
    const { endpoint } = this.place;
    return new DatabaseUnreachable(endpoint && describeEndpoint(endpoint), { cause: error });
  }

  /** Another deadline for the next statement. */
  allowNext(deadlineMs: number): void {
    this.watchdog.allowNext(deadlineMs);
  }

  /**
   * What an error of a statement means. As it is: PostgreSQL said it, so nothing was changed. {@link ConnectionLost}:
   * nobody knows whether it was.
   */
  explainLoss(error: unknown): unknown {
    if (error instanceof ConnectionLost || (isServerError(error) && !endsSession(error))) return error;
    return new ConnectionLost(this.backend, { cause: error });
  }

  /** Throws when the commit of the last statement may lack its standbys although PostgreSQL called it a success. */
  checkDurable(): void {
    if (this.broken)
      throw new ConnectionLost(this.backend, { cause: new Error('the wait for standbys was cancelled') });
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const late = setTimeout(() => this.connection.destroy(new Error('ended')), END_WITHIN_MS);
    this.connection.once('end', () => clearTimeout(late));
    return callback ? super.end(callback) : super.end();
  }

  private cutOff(error: Error): void {
    this.leave();
    this.connection.destroy(error);
  }

  /**
   * PostgreSQL does not notice that its client is gone while it waits for a lock or a standby: without this such
   * processes pile up until no connection is left. Best effort; where the server is silent nothing can be done.
   */
  private async endWhatIsLeft(): Promise<void> {
    const { backend, options } = this;
    if (backend === null || options.cleansUp) return;
    const client = new DatabaseClient({ ...options, session: {}, deadlineMs: CLEAN_UP_WITHIN_MS, cleansUp: true });
    try {
      await client.connect();
      await endBackend(client, backend);
    } catch {
      // Gone, or not to be reached.
    } finally {
      await client.end();
    }
  }

  private leave(): void {
    if (this.place.endpoint) this.finder.forget(this.place.endpoint);
  }

  /** Once its statement has been told: a server that takes no writes is none of ours. */
  private onServerError(error: unknown): void {
    if (error instanceof DatabaseError && error.code === READ_ONLY) {
      setImmediate(() => this.cutOff(new Error('The server takes no writes any more')));
    }
  }
}
