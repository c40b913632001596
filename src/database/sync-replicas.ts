import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { logger } from '../common/logger.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { Problem } from '../common/problem.js';
import { RunSettings } from '../config/settings.js';
import { HotPool } from './hot-pool.js';
import { awaitedStandbys } from './synchronous-standby-names.js';

const CHECK_EVERY_MS = 1_000;
const DEADLINE_MS = 2_000;
/** What was seen last is believed for so long while nothing new can be seen. */
const BELIEVED_MS = 3_000;

/** As the connections that accept see it; `synchronous_commit` is raised to `on` on them at least. */
const STATE = `
SELECT current_setting('synchronous_standby_names') AS names, current_setting('synchronous_commit') AS commit,
       (SELECT count(*)::int FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) AS connected`;

interface State {
  readonly names: string;
  readonly commit: string;
  readonly connected: number;
}

/**
 * `REQUIRE_SYNC_REPLICAS`: accepting is allowed only while that many standbys are waited for and are there. Without it a
 * cluster that lost its standbys, or its configuration, would go on with commits that a failover loses.
 */
@Injectable()
export class SyncReplicas implements OnApplicationShutdown {
  private readonly required: number;
  private readonly checks = new PeriodicTask('looking at the synchronous replicas', CHECK_EVERY_MS, () => this.look());
  private trouble: string | null = 'The state of its replicas is not known yet';
  private seenAtMs = -Infinity;

  constructor(
    private readonly pool: HotPool,
    settings: RunSettings,
  ) {
    this.required = settings.requireSyncReplicas;
    if (this.required === 0) return;
    this.checks.start();
    void this.checks.run();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.checks.stop();
  }

  /** `database_unsafe` while it is not safe to accept, else null. */
  refusal(): Problem | null {
    if (this.required === 0) return null;
    const isOld = performance.now() - this.seenAtMs > BELIEVED_MS;
    const error = this.trouble ?? (isOld ? 'The state of its replicas could not be seen for some seconds' : null);
    return error === null ? null : new Problem('database_unsafe', { error, headers: { 'Retry-After': '1' } });
  }

  private async look(): Promise<void> {
    const [state] = await this.pool.query<State & { [column: string]: unknown }>('replicas', STATE, [], DEADLINE_MS);
    if (state) this.learn(troubleWith(state, this.required));
  }

  private learn(trouble: string | null): void {
    if (trouble !== this.trouble) {
      if (trouble === null) logger.info({ required: this.required }, 'enough synchronous replicas: accepting');
      else logger.error({ required: this.required }, `not accepting: ${trouble}`);
    }
    this.trouble = trouble;
    this.seenAtMs = performance.now();
  }
}

function troubleWith({ names, commit, connected }: State, required: number): string | null {
  const awaited = awaitedStandbys(names);
  if (awaited < required) {
    return `synchronous_standby_names waits for ${awaited} standbys, ${required} are required`;
  }
  if (connected < required) return `${connected} synchronous standbys are connected, ${required} are required`;
  if (commit !== 'on' && commit !== 'remote_apply') return `synchronous_commit is ${commit}, on is required`;
  return null;
}

/** Throws where the role can't see what {@link SyncReplicas} looks at: it would be NULL, as if nobody were there. */
export async function requireReplicationRights(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ allowed: boolean; role: string }>(
    `SELECT pg_has_role('pg_read_all_stats', 'USAGE') AS allowed, quote_ident(current_user) AS role`,
  );
  const [row] = rows;
  if (row?.allowed) return;
  throw new Error(
    `REQUIRE_SYNC_REPLICAS: the role of DATABASE_URL may not see replicas. As a superuser run: GRANT pg_read_all_stats TO ${row?.role}`,
  );
}
