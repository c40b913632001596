import { Injectable } from '@nestjs/common';
import { HotPool } from '../../database/hot-pool.js';
import { type Backlog, readBacklog } from './backlog.js';
import {
  countUnfinished,
  type DestinationHealth,
  findTroubled,
  readHealth,
  readHealths,
  type TroubledDestination,
  type UnfinishedBusiness,
} from './destination-health.js';
import { type Span, SPANS, toTraffic, type Traffic } from './traffic.js';
import { EVERYTHING, readTraffic } from './traffic-table.js';

export type { Backlog, DestinationHealth, Span, Traffic, TroubledDestination };

/** What goes on, for screens: nothing here costs by the size of the ledger. */
@Injectable()
export class StatisticsService {
  constructor(private readonly pool: HotPool) {}

  /** `scopeId`: an account or a destination; null: everything. */
  async traffic(scopeId: string | null, span: Span): Promise<Traffic> {
    const { seconds, count } = SPANS[span];
    const { lastBeginsAt, rows } = await readTraffic(this.pool, scopeId ?? EVERYTHING, seconds, count);
    return toTraffic(span, lastBeginsAt, rows);
  }

  backlog(): Promise<Backlog> {
    return readBacklog(this.pool);
  }

  /** What waits for a destination and what it failed to take; 1,000 stands for that many or more. */
  unfinishedBusiness(destinationId: string): Promise<UnfinishedBusiness> {
    return countUnfinished(this.pool, destinationId);
  }

  health(destinationId: string): Promise<DestinationHealth> {
    return readHealth(this.pool, destinationId);
  }

  /** As {@link health}, by destination. */
  healths(destinationIds: readonly string[]): Promise<ReadonlyMap<string, DestinationHealth>> {
    return readHealths(this.pool, destinationIds);
  }

  /** Destinations that fail or are disabled, at most `limit`, and how many there are. */
  troubled(limit: number): Promise<{ total: number; destinations: TroubledDestination[] }> {
    return findTroubled(this.pool, limit);
  }
}
