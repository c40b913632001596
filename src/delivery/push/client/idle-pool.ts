/** Knows its neighbours in an {@link IdlePool}, which alone writes them. */
export interface Resting<T> {
  readonly origin: string;
  /** Came to rest just before it. */
  before: T | null;
  after: T | null;
  isResting: boolean;
}

/**
 * Connections that wait for their next request: the last used of an origin goes first, the oldest of all makes room.
 *
 * Linked through the connections themselves: a Map in the order of coming would make itself anew every so many requests,
 * see {@link Bag}.
 */
export class IdlePool<T extends Resting<T>> {
  private readonly byOrigin = new Map<string, T[]>();
  private oldest: T | null = null;
  private newest: T | null = null;
  private count = 0;

  constructor(private readonly capacity: number) {}

  take(origin: string): T | undefined {
    const item = this.byOrigin.get(origin)?.pop();
    if (item) this.unlink(item);
    return item;
  }

  /** Gives back the item that had to make room, if any. */
  put(item: T): T | undefined {
    const waiting = this.byOrigin.get(item.origin);
    if (waiting) waiting.push(item);
    else this.byOrigin.set(item.origin, [item]);
    this.link(item);
    if (this.count <= this.capacity || !this.oldest) return undefined;
    const { oldest } = this;
    this.remove(oldest);
    return oldest;
  }

  /** false when it was not waiting. */
  remove(item: T): boolean {
    if (!item.isResting) return false;
    this.unlink(item);
    const waiting = this.byOrigin.get(item.origin) ?? [];
    waiting.splice(waiting.indexOf(item), 1);
    return true;
  }

  /** All that wait, the oldest first; what it gives may be removed meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    for (let item = this.oldest, next: T | null; item; item = next) {
      next = item.after;
      yield item;
    }
  }

  /** Forgets origins of which nothing waits: not at once, as for one that is busy that is so again and again. */
  tidy(): void {
    for (const [origin, waiting] of this.byOrigin) if (waiting.length === 0) this.byOrigin.delete(origin);
  }

  get size(): number {
    return this.count;
  }

  /** Empties the pool. */
  clear(): T[] {
    const items = [...this];
    for (const item of items) this.unlink(item);
    this.byOrigin.clear();
    return items;
  }

  private link(item: T): void {
    item.isResting = true;
    item.before = this.newest;
    if (this.newest) this.newest.after = item;
    else this.oldest = item;
    this.newest = item;
    this.count++;
  }

  private unlink(item: T): void {
    if (item.before) item.before.after = item.after;
    else this.oldest = item.after;
    if (item.after) item.after.before = item.before;
    else this.newest = item.before;
    item.before = null;
    item.after = null;
    item.isResting = false;
    this.count--;
  }
}
