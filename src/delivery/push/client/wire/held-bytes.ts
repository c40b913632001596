const NOTHING = Buffer.alloc(0);
const FIRST_BYTES = 256;

/**
 * The part of a head or a line that has arrived so far. It grows by doubling, so that a receiver that sends single bytes
 * costs about as much as any other.
 */
export class HeldBytes {
  private bytes = NOTHING;
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Adds what `source` has from `start` to before `end`. */
  add(source: Buffer, start: number, end: number): void {
    const length = this.used + end - start;
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, 2 * length));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    source.copy(this.bytes, this.used, start, end);
    this.used = length;
  }

  /** In Latin-1, a character a byte. */
  text(start = 0, end = this.used): string {
    return this.used === 0 ? '' : this.bytes.toString('latin1', start, Math.min(end, this.used));
  }

  clear(): void {
    this.bytes = NOTHING;
    this.used = 0;
  }
}
