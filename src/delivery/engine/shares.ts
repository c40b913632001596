/**
 * How much of one limit of this process is taken, and who may take more. One account that has many slow destinations
 * must not leave the others without room: each may have half of what the others leave, so that the next always finds
 * some.
 */
export class Shares {
  private total = 0;

  /** `least`: what an account may always have, whatever the others took. */
  constructor(
    private readonly limit: number,
    private readonly least: number,
  ) {}

  /** Less than nothing gives back. */
  take(amount: number): void {
    this.total += amount;
  }

  /** May any account take more, whatever it has? Nearly always so: had it taken all of that itself, as much is left. */
  get isRoomy(): boolean {
    return this.total < this.limit / 2;
  }

  /** May an account take more that has `own` of it? */
  hasRoom(own: number): boolean {
    return own < Math.max(this.least, (this.limit - (this.total - own)) / 2);
  }
}
