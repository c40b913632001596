import { Injectable } from '@nestjs/common';
import { DatabaseUnreachable } from '../common/database-error.js';
import { logger } from '../common/logger.js';
import { HotPool } from './hot-pool.js';

const STATEMENT_DEADLINE_MS = 2_000;
/** For the connection, too. A load balancer is to know within 5 s. */
const DEADLINE_MS = 3_500;
/** An answer is good for so long, whoever asks: each costs a write. */
const KEPT_MS = 1_000;

/**
 * Can the database take writes now, as an acceptance would make them? A statement that reads does not find out: a
 * demoted primary answers it, and so does one whose standbys are gone. This one commits a few bytes of the log.
 */
@Injectable()
export class WriteCheck {
  private latest: { readonly trouble: Promise<string | null>; readonly atMs: number } | null = null;
  private told: string | null = null;

  constructor(private readonly pool: HotPool) {}

  /** Null when it can, else why not, in words for everybody. Never rejects. */
  trouble(): Promise<string | null> {
    const nowMs = performance.now();
    if (this.latest && nowMs - this.latest.atMs < KEPT_MS) return this.latest.trouble;
    const trouble = this.ask();
    this.latest = { trouble, atMs: nowMs };
    return trouble;
  }

  private async ask(): Promise<string | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    });
    const write = `SELECT pg_logical_emit_message(true, 'data-pusher', 'ready')`;
    try {
      await Promise.race([this.pool.query('ready', write, [], STATEMENT_DEADLINE_MS), late]);
      return this.tell(null);
    } catch (error) {
      return this.tell(describe(error), error);
    } finally {
      clearTimeout(timer);
    }
  }

  private tell(trouble: string | null, error?: unknown): string | null {
    if (trouble !== this.told) {
      if (trouble === null) logger.info('the database takes writes again');
      else logger.warn({ err: error }, `not ready: ${trouble}`);
    }
    this.told = trouble;
    return trouble;
  }
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (/takes no writes|recovery|read-only/.test(message)) return 'The database takes no writes';
  if (error instanceof DatabaseUnreachable) return 'The database can not be reached';
  return 'The database does not answer';
}
