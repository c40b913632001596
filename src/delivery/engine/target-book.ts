import { SecretBox } from '../../common/secret-box.js';
import { WeighedMap } from '../../common/weighed-map.js';
import { HotPool } from '../../database/hot-pool.js';
import { loadTargets } from '../queue/load.js';
import { toPushTarget, type PushTarget } from './push-target.js';
import { logger } from '../../common/logger.js';

/** Destinations kept in memory, at most; the oldest go first. */
const MAX_ENTRIES = 20_000;
const MAX_BYTES = 67_108_864;

/**
 * The destinations this process pushes to, by version. Claiming and accepting return the version a destination has
 * now, so an entry of that version is exact and needs no invalidation between processes.
 */
export class TargetBook {
  private readonly entries: WeighedMap<string, PushTarget>;

  constructor(
    private readonly pool: HotPool,
    private readonly box: SecretBox,
    maxBytes: number = MAX_BYTES,
  ) {
    this.entries = new WeighedMap(MAX_ENTRIES, maxBytes);
  }

  /** Whatever version is at hand: a hint. */
  peek(destinationId: string): PushTarget | undefined {
    return this.entries.get(destinationId);
  }

  /** The destination as of `version` or later; undefined: {@link load} it. */
  get(destinationId: string, version: number): PushTarget | undefined {
    const entry = this.entries.get(destinationId);
    return entry && entry.version >= version ? entry : undefined;
  }

  /** Reads destinations; those that are gone, or whose secrets no key of ours opens, are left out. */
  async load(destinationIds: readonly string[]): Promise<void> {
    for (const stored of await loadTargets(this.pool, destinationIds)) {
      this.entries.delete(stored.id);
      try {
        this.entries.set(stored.id, toPushTarget(stored, this.box));
      } catch (error) {
        logger.error({ err: error, destination_id: stored.id }, 'the secrets of a destination can not be opened');
      }
    }
  }
}
