/**
 * How much of one limit of this process each account takes. One that has many slow destinations must not leave the
 * others without room: each may have half of what the others leave, so that the next always finds some.
 */
export class Shares {
  private readonly taken = new Map<string, number>();
  private total = 0;

  /** `least`: what an account may always have, whatever the others took. */
  constructor(
    private readonly limit: number,
    private readonly least: number,
  ) {}

  /** Less than nothing gives back. */
  take(accountId: string, amount: number): void {
    const own = (this.taken.get(accountId) ?? 0) + amount;
    this.total += amount;
    if (own === 0) this.taken.delete(accountId);
    else this.taken.set(accountId, own);
  }

  /** May it take more? */
  hasRoom(accountId: string): boolean {
    // Had it taken all of that itself, as much would be left. Nearly always so, and asked for every delivery.
    if (this.total < this.limit / 2) return true;
    const own = this.taken.get(accountId) ?? 0;
    return own < Math.max(this.least, (this.limit - (this.total - own)) / 2);
  }

  /** Those that may not. */
  crowded(): string[] {
    return [...this.taken.keys()].filter((accountId) => !this.hasRoom(accountId));
  }
}
