import { DatabaseSilent } from '../../common/database-error.js';
import type { DatabaseConnection } from './database-connection.js';

/** An answer that takes longer is worth a question whether the server is there at all. */
const ASK_AFTER_MS = 2_500;

interface Owner {
  isAnswering(): Promise<boolean>;
  /** Cuts the connection off. */
  onSilent(error: DatabaseSilent): void;
}

/**
 * Watches a connection for answers that do not come. A statement has a deadline; before that the server is asked, on
 * another connection, whether it is there, so that a slow statement is not taken for a silent host, nor the other way
 * round. One timer, which is not set again for each statement: a hot connection runs hundreds a second.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | null = null;
  private timerMs = 0;
  private nextDeadlineMs: number | null = null;
  /** Of the statement under way. */
  private deadlineMs: number | null = null;
  private bytesRead = 0;

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly usualDeadlineMs: number | null,
    private readonly owner: Owner,
  ) {
    connection.whenSent(() => this.start());
    connection.on('end', () => this.stop());
  }

  /** Another deadline for the next statement only. */
  allowNext(deadlineMs: number): void {
    this.nextDeadlineMs = deadlineMs;
  }

  private start(): void {
    this.deadlineMs = this.nextDeadlineMs ?? this.usualDeadlineMs;
    this.nextDeadlineMs = null;
    this.bytesRead = this.connection.bytesRead;
    const firstLookMs = Math.min(ASK_AFTER_MS, this.deadlineMs ?? Infinity);
    if (this.timer && this.timerMs === firstLookMs) this.timer.refresh();
    else this.lookIn(firstLookMs);
  }

  private stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private look(): void {
    const sinceMs = this.connection.busySinceMs;
    if (sinceMs === null) return;
    const { deadlineMs } = this;
    const waitedMs = performance.now() - sinceMs;
    if (deadlineMs !== null && waitedMs >= deadlineMs) return this.owner.onSilent(tooLate(deadlineMs));
    const restMs = deadlineMs === null ? Infinity : deadlineMs - waitedMs;
    const { bytesRead } = this.connection;
    // What sends is not silent: a large answer on its way.
    if (bytesRead === this.bytesRead) void this.ask(sinceMs);
    this.bytesRead = bytesRead;
    this.lookIn(Math.min(ASK_AFTER_MS, restMs));
  }

  private lookIn(ms: number): void {
    this.stop();
    this.timerMs = ms;
    this.timer = setTimeout(() => this.look(), ms).unref();
  }

  private async ask(sinceMs: number): Promise<void> {
    if (await this.owner.isAnswering()) return;
    // Still the same answer that is awaited?
    if (this.connection.busySinceMs !== sinceMs) return;
    this.owner.onSilent(new DatabaseSilent('The database has fallen silent'));
  }
}

function tooLate(deadlineMs: number): DatabaseSilent {
  return new DatabaseSilent(`The database did not answer within ${deadlineMs} ms`);
}
