/** Connections that wait for their next request: the last used of an origin goes first, the oldest of all makes room. */
export class IdlePool<T> {
  private readonly byOrigin = new Map<string, T[]>();
  /** In the order they came to rest. */
  private readonly originOf = new Map<T, string>();

  constructor(private readonly capacity: number) {}

  take(origin: string): T | undefined {
    const waiting = this.byOrigin.get(origin);
    const item = waiting?.pop();
    if (waiting?.length === 0) this.byOrigin.delete(origin);
    if (item !== undefined) this.originOf.delete(item);
    return item;
  }

  /** Gives back the item that had to make room, if any. */
  put(origin: string, item: T): T | undefined {
    const waiting = this.byOrigin.get(origin);
    if (waiting) waiting.push(item);
    else this.byOrigin.set(origin, [item]);
    this.originOf.set(item, origin);
    if (this.originOf.size <= this.capacity) return undefined;
    const [oldest] = this.originOf.keys();
    if (oldest !== undefined) this.remove(oldest);
    return oldest;
  }

  /** false when it was not waiting. */
  remove(item: T): boolean {
    const origin = this.originOf.get(item);
    if (origin === undefined) return false;
    this.originOf.delete(item);
    const waiting = this.byOrigin.get(origin) ?? [];
    waiting.splice(waiting.indexOf(item), 1);
    if (waiting.length === 0) this.byOrigin.delete(origin);
    return true;
  }

  /** All that wait; what it gives may be removed meanwhile. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.originOf.keys();
  }

  get size(): number {
    return this.originOf.size;
  }

  /** Empties the pool. */
  clear(): T[] {
    const items = [...this.originOf.keys()];
    this.originOf.clear();
    this.byOrigin.clear();
    return items;
  }
}
