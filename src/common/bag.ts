/** Knows its place in a {@link Bag}, which alone writes it. */
export interface Member {
  place: number;
}

/**
 * What comes and goes by the thousands a second, in no order. Not a Set: that copies itself to a new table every so many
 * entries, and when the table it left has grown old, V8 takes all that stood in it for alive until its next collection
 * of the old generation. See docs/adr/0028.
 */
export class Bag<T extends Member> implements Iterable<T> {
  private readonly members: T[] = [];

  get size(): number {
    return this.members.length;
  }

  /** Only what is in no bag. */
  add(member: T): void {
    member.place = this.members.push(member) - 1;
  }

  /** Only what is in this one. */
  delete(member: T): void {
    const last = this.members.pop();
    if (last === undefined || last === member) return;
    this.members[member.place] = last;
    last.place = member.place;
  }

  /** As it is now: what is added or deleted meanwhile makes no difference. */
  [Symbol.iterator](): IterableIterator<T> {
    return [...this.members].values();
  }
}
