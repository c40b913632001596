import { Injectable } from '@nestjs/common';
import { Problem } from '../../common/problem.js';
import { MissingKeyError, SecretBox } from '../../common/secret-box.js';
import { HotPool } from '../../database/hot-pool.js';
import { DestinationUrlPolicy } from '../../destinations/destination-url.js';
import { type PushTarget, toPushTarget } from '../engine/push-target.js';
import { loadTargets, type StoredTarget } from '../queue/load.js';
import { type DryRun, dryRun, type Selection } from './dry-run.js';
import { madeUpEvent } from './made-up-event.js';
import type { TryInput } from './test-input.js';

interface SelectionRow extends Selection {
  readonly id: string;
  readonly account_id: string;
  readonly [column: string]: unknown;
}

export type DestinationDryRun = DryRun & { readonly destinationId: string };

/** Shows what would become of an event, and sends nothing. */
@Injectable()
export class DryRunService {
  constructor(
    private readonly pool: HotPool,
    private readonly box: SecretBox,
    private readonly urlPolicy: DestinationUrlPolicy,
  ) {}

  async forDestination(destinationId: string, input: TryInput, scope: string | null): Promise<DestinationDryRun> {
    const [row] = await this.run('d.id', destinationId, input);
    if (!row || (scope !== null && row.accountId !== scope)) throw new Problem('not_found');
    return row;
  }

  /** At every destination of the account, oldest first. */
  forAccount(accountId: string, input: TryInput): Promise<DestinationDryRun[]> {
    return this.run('d.account_id', accountId, input);
  }

  private async run(
    column: 'd.id' | 'd.account_id',
    id: string,
    input: TryInput,
  ): Promise<(DestinationDryRun & { readonly accountId: string })[]> {
    const rows = await this.pool.run<SelectionRow>(
      `SELECT d.id, d.account_id, d.enabled, d.disabled_reason, d.event_types, h.paused_until
       FROM destinations d LEFT JOIN destination_health h ON h.destination_id = d.id
       WHERE ${column} = $1 ORDER BY d.id`,
      [id],
    );
    const stored = await loadTargets(
      this.pool,
      rows.map((row) => row.id),
    );
    const targets = new Map(stored.map((target) => [target.id, target]));
    const now = new Date();
    const event = { ...madeUpEvent(input.event, now), eventType: input.event_type };
    return rows.flatMap((row) => {
      const sealed = targets.get(row.id);
      // Deleted between the two statements.
      if (!sealed) return [];
      const blocked = URL.canParse(sealed.url) ? this.urlPolicy.check(new URL(sealed.url)) : null;
      const target = this.open(sealed);
      const result =
        'missing' in target ? unreadable(target.missing) : dryRun(row, target, event, blocked, now.getTime());
      return { ...result, destinationId: row.id, accountId: row.account_id };
    });
  }

  private open(stored: StoredTarget): PushTarget | { readonly missing: string } {
    try {
      return toPushTarget(stored, this.box);
    } catch (error) {
      if (error instanceof MissingKeyError) return { missing: error.keyId };
      throw error;
    }
  }
}

function unreadable(keyId: string): DryRun {
  const explanation =
    `Its headers or its signing secret are encrypted with the key ${keyId}, which ENCRYPTION_KEY lacks: ` +
    'the delivery would wait for it.';
  return { outcome: 'held', explanation, request: null };
}
