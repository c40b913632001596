/** What a value holds of memory, in bytes, more or less. */
export interface Weighed {
  readonly weight: number;
}

/**
 * A map that holds no more than so many entries and bytes; beyond that those go that were set longest ago. A value's
 * weight stays as it is while it is in the map, or is changed by {@link grow}.
 */
export class WeighedMap<Key, Value extends Weighed> {
  private readonly entries = new Map<Key, Value>();
  private bytes = 0;

  constructor(
    private readonly maxEntries: number,
    private readonly maxBytes: number,
  ) {}

  /** Of all values together. */
  get weight(): number {
    return this.bytes;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: Key): Value | undefined {
    return this.entries.get(key);
  }

  /** Makes it the newest entry. */
  set(key: Key, value: Value): void {
    this.delete(key);
    this.entries.set(key, value);
    this.bytes += value.weight;
    this.shrink();
  }

  delete(key: Key): void {
    const known = this.entries.get(key);
    if (known === undefined) return;
    this.entries.delete(key);
    this.bytes -= known.weight;
  }

  /** `change` makes a value heavier by `bytes`. One that is not in the map any more weighs nothing here. */
  grow(key: Key, value: Value, bytes: number, change: () => void): void {
    change();
    if (this.entries.get(key) !== value) return;
    this.bytes += bytes;
    this.shrink();
  }

  private shrink(): void {
    for (const key of this.entries.keys()) {
      if (this.entries.size <= this.maxEntries && this.bytes <= this.maxBytes) return;
      this.delete(key);
    }
  }
}
