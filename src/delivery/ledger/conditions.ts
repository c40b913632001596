import { firstUuidOf } from '../../database/partitions.js';
import type { Cursor } from './cursor.js';

/** Collects conditions and their parameters for one statement. */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly clauses: string[] = [];

  /** `$` in `clause` stands for the value. */
  add(clause: string, value: unknown): void {
    this.clauses.push(clause.replaceAll('$', this.value(value)));
  }

  /** A condition without a value. */
  addPlain(clause: string): void {
    this.clauses.push(clause);
  }

  /** Registers a value and returns its placeholder. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get where(): string {
    return this.clauses.length === 0 ? '' : `WHERE ${this.clauses.join(' AND ')}`;
  }
}

/**
 * Ids carry their time, so a bound on the time is one on the key too and leaves out whole partitions. An hour of
 * grace, because ids are made by the clock of a process and times by that of the database.
 */
const CLOCK_GRACE_MS = 3_600_000;

export function idNotBefore(ms: number): string {
  return firstUuidOf(Math.max(0, ms - CLOCK_GRACE_MS));
}

export function idNotAfter(ms: number): string {
  return firstUuidOf(ms + CLOCK_GRACE_MS);
}

/** The ids of an event's deliveries: they share its first 60 bits. */
export function deliveryIdsOf(eventId: string): { first: string; last: string } {
  const prefix = eventId.slice(0, 18);
  return { first: `${prefix}-0000-000000000000`, last: `${prefix}-ffff-ffffffffffff` };
}

/** The order of a list, newest first, and the condition that goes on from a cursor. */
export function fromCursor(cursor: Cursor | null): { comparison: '<' | '>' | null; order: 'ASC' | 'DESC' } {
  if (cursor === null) return { comparison: null, order: 'DESC' };
  return cursor.direction === 'after' ? { comparison: '<', order: 'DESC' } : { comparison: '>', order: 'ASC' };
}
