import type { HotPool } from '../../database/hot-pool.js';
import { DEAD_AFTER_SECONDS } from './lease.js';
import { notify } from './wake-channel.js';

const RECALL = 'recall ';
const RECALLED = 'recalled ';
/** A process that does not answer for so long is stuck, or of a version that does not know the message. */
const MAX_WAIT_MS = 1_000;

interface Pending {
  /** Processes that have not answered. */
  readonly open: Set<string>;
  readonly done: () => void;
}

/**
 * Asks every delivering process to start no further attempt for a destination, or for any destination of an account, that
 * was deleted. A claim no longer finds the destination; this is about what was leased before and has not started.
 */
export class Recall {
  private readonly pending = new Map<string, Set<Pending>>();
  /** Set where this process delivers: gives back what has not started, and starts nothing that comes. */
  onRecall: ((id: string) => void) | null = null;

  constructor(private readonly pool: HotPool) {}

  /**
   * Resolves when all processes have answered, or after a second. `ownProcessId`: of this process, where it delivers.
   * Answers arrive through {@link receive}.
   */
  async recall(id: string, ownProcessId: string | null): Promise<void> {
    this.onRecall?.(id);
    const others = await this.pool.run<{ process_id: string }>(
      `SELECT process_id FROM processes
       WHERE role <> 'api' AND seen_at > now() - $1 * interval '1 second' AND process_id IS DISTINCT FROM $2`,
      [DEAD_AFTER_SECONDS, ownProcessId],
    );
    if (others.length === 0) return;
    const answers = this.expect(id, new Set(others.map((row) => row.process_id)));
    await notify(this.pool, RECALL + id);
    await answers;
  }

  /** A message from another process; `ownProcessId` as for {@link recall}. */
  receive(message: string, ownProcessId: string | null): void {
    if (message.startsWith(RECALL) && this.onRecall && ownProcessId !== null) {
      const id = message.slice(RECALL.length);
      this.onRecall(id);
      void notify(this.pool, `${RECALLED}${id} ${ownProcessId}`).catch(() => undefined);
    } else if (message.startsWith(RECALLED)) {
      const [id = '', processId = ''] = message.slice(RECALLED.length).split(' ');
      for (const { open, done } of this.pending.get(id) ?? []) {
        open.delete(processId);
        if (open.size === 0) done();
      }
    }
  }

  private expect(id: string, open: Set<string>): Promise<void> {
    return new Promise((resolve) => {
      const all = this.pending.get(id) ?? new Set<Pending>();
      const timer = setTimeout(() => entry.done(), MAX_WAIT_MS);
      const entry: Pending = {
        open,
        done: () => {
          clearTimeout(timer);
          all.delete(entry);
          if (all.size === 0) this.pending.delete(id);
          resolve();
        },
      };
      this.pending.set(id, all.add(entry));
    });
  }
}
