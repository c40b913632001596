import type { ClusterFaultKind, Ending } from './cluster-plan.js';

/** Times by `performance.now()`. */
export interface Succession {
  /** Until then there was no primary whose commits a standby could have acknowledged. */
  readonly darkUntilMs: number;
  /** When a commit was seen to succeed on the new one. */
  readonly writableAtMs: number;
}

/**
 * Three PostgreSQL servers, one of them the primary that waits for any one of the two standbys. The harness of plain
 * streaming replication and the one of Patroni offer the same, so that the same faults are thrown at both.
 */
export interface Cluster {
  /** As the product's DATABASE_URL has it. */
  readonly databaseUrl: string;
  /** What it is made of, with versions. */
  readonly description: string;
  /** Whether it has what this takes. */
  canThrow(kind: ClusterFaultKind, ending: Ending): boolean;
  /** Straight to the primary, as the product's role, past whatever lies between. */
  primaryUrl(): string;
  /** Until there are a primary and two standbys that it waits for. */
  untilWhole(): Promise<void>;

  /** The end of everything that runs on the primary's machine, or on a standby's. */
  kill(which: Which, ending: Ending): Promise<void>;
  /** All on the primary's machine stands still. */
  freezePrimary(ending: Ending): Promise<void>;
  /** The primary reaches nobody and nobody reaches it; it runs on. */
  cutOffPrimary(ending: Ending): Promise<void>;
  /** The primary is reached by clients only; what becomes of that: nothing until it is healed, or another is elected. */
  cutOffStandbys(ending: Ending): Promise<'heals' | 'elects'>;
  /** The primary answers, and refuses to write. */
  makePrimaryReadOnly(): Promise<void>;
  /** Another becomes the primary in its place; where that can be, it runs on and keeps its connections. */
  replaceReadOnly(): Promise<Succession>;
  /** Another becomes the primary, in order; resolves once a commit succeeds there. */
  switchOver(ending: Ending): Promise<Succession>;
  /** After the loss of the primary: waits for a new one, or makes one `afterMs` later; resolves once a commit succeeds. */
  failOver(afterMs: number): Promise<Succession>;
  /** What was frozen goes on. */
  thaw(): void;
  /** Until a commit succeeds on the primary. */
  untilCommit(): Promise<void>;
  /** All links are open again at once; who was lost or has fallen behind becomes a standby of the primary. */
  heal(): Promise<void>;

  stop(): Promise<void>;
}

export type Which = 'primary' | 'standby';
