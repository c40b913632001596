import type { Cause } from '../queue/claim.js';
import { Circuit, type CircuitSign } from './circuit.js';
import { type AccountUse, Gate } from './gate.js';
import type { PushTarget } from './push-target.js';
import { Shares } from './shares.js';

/** Deliveries a process holds at once: waiting for their turn, under way, being written down. */
export const MAX_HELD = 4_096;
/** Bytes of payload held for them. */
export const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Of which every account may have so much, whatever the others hold. */
const LEAST_HELD = 32;
const LEAST_HELD_BYTES = 1024 * 1024;
const NOTHING = { deliveries: 0, bytes: 0 };

/** This process' share of `limit` that `processCount` processes have together; the rest goes to some of them. */
export function shareOf(limit: number, destinationId: string, processCount: number, processIndex: number): number {
  const turn = (Number.parseInt(destinationId.slice(-6), 16) + processIndex) % processCount;
  return Math.floor(limit / processCount) + (turn < limit % processCount ? 1 : 0);
}

/**
 * The free room of every destination in this process: concurrency, rate, pauses, circuit. Pauses and open circuits are
 * kept in the database, where claiming asks for them; what is known of them here saves claims in vain. Limits hold over
 * all processes because each keeps to its share, given out with the heartbeat: exact enough, and no round trip an attempt.
 * All times are performance.now()'s: the wall clock may be set, and once set back by an hour would stop all delivery
 * for as long.
 */
export class Gates {
  private readonly gates = new Map<string, Gate>();
  /** Of the accounts that hold something. */
  private readonly uses = new Map<string, AccountUse>();
  private readonly deliveries = new Shares(MAX_HELD, LEAST_HELD);
  private readonly bytes = new Shares(MAX_HELD_BYTES, LEAST_HELD_BYTES);
  private processCount = 1;
  private processIndex = 0;

  setMembership(processCount: number, processIndex: number): void {
    this.processCount = processCount;
    this.processIndex = processIndex;
  }

  get membership(): { processCount: number; processIndex: number } {
    return { processCount: this.processCount, processIndex: this.processIndex };
  }

  /** How many destinations something is remembered of. */
  get size(): number {
    return this.gates.size;
  }

  /** May a delivery accepted now be leased to us? Only if nothing of it waits, and no limit needs the others' say. */
  canTakeAtOnce(target: PushTarget, nowMs: number): boolean {
    if (target.ordered || target.rateLimit !== null || !this.accountHasRoom(target.accountId)) return false;
    const gate = this.gates.get(target.id);
    if (!gate) return this.shareOf(target) > 0;
    if (gate.backlog || gate.restsUntilMs > nowMs) return false;
    return gate.held < this.shareOf(target) + gate.lookahead(nowMs);
  }

  /** Has this process a share of the destination's concurrency at all? */
  hasShare(target: PushTarget): boolean {
    return this.shareOf(target) > 0;
  }

  /** May one more request go out? */
  canRun(target: PushTarget, cause: Cause): boolean {
    const gate = this.gates.get(target.id);
    if (!gate) return true;
    // A pause or an open circuit itself is asked of the database by claiming: a person may have ended it.
    const share = this.shareOf(target);
    return cause === 'urgent' ? gate.running < share : gate.muted === 0 && gate.running < share - gate.asked;
  }

  /** Is a request under way, or about to be, whose end gives others their turn? */
  isRunning(destinationId: string): boolean {
    const gate = this.gates.get(destinationId);
    return gate !== undefined && gate.running + gate.asked > 0;
  }

  /** A request that is no delivery waits for a place, or does no more. */
  ask(destinationId: string, isAsked: boolean): void {
    this.gate(destinationId).asked += isAsked ? 1 : -1;
  }

  /** Would a claim take something, and enough of it to be worth its cost? Unknown destinations: yes. */
  hasRoom(destinationId: string, target: PushTarget | undefined): boolean {
    const gate = this.gates.get(destinationId);
    if (!gate || !target) return true;
    if (!this.accountHasRoom(target.accountId)) return false;
    const nowMs = performance.now();
    // The next of an ordered one is claimed when that which we have is settled.
    const most = target.ordered ? 1 : this.shareOf(target) + gate.lookahead(nowMs) / 2;
    return gate.held < most && gate.restsUntilMs <= nowMs && (target.rateLimit === null || gate.tokens >= 1);
  }

  /**
   * Might a claim take some of what was just left in the table? If not, it waits for an attempt of ours that ends, the end
   * of a pause, a probe or another process, and a claim before that is in vain. Tokens are counted by claiming, and an
   * account's room is given back by other destinations, too: then it might.
   */
  isClaimable(destinationId: string, target: PushTarget | undefined): boolean {
    const gate = this.gates.get(destinationId);
    if (!gate || !target || target.rateLimit !== null || !this.accountHasRoom(target.accountId)) return true;
    return this.hasRoom(destinationId, target);
  }

  /** Milliseconds until a destination with a rate limit has earned the token for its next attempt. */
  msUntilToken(target: PushTarget): number {
    if (target.rateLimit === null) return 0;
    const missing = 1 - (this.gates.get(target.id)?.tokens ?? 1);
    return Math.max(0, (missing * 1000 * this.processCount) / target.rateLimit);
  }

  /** Takes a place for a delivery that is leased to us. */
  hold(destinationId: string, accountId: string): void {
    const gate = this.gate(destinationId);
    gate.held++;
    gate.use ??= this.use(accountId);
    gate.use.deliveries++;
    this.deliveries.take(1);
  }

  /** The delivery is settled, or its lease given back. */
  letGo(destinationId: string): void {
    const gate = this.gate(destinationId);
    const { use } = gate;
    if (!use) throw new Error('let go of what is not held');
    use.deliveries--;
    if (use.deliveries === 0) this.uses.delete(use.accountId);
    gate.held--;
    if (gate.held === 0) gate.use = null;
    this.deliveries.take(-1);
    this.forgetIfIdle(destinationId, gate);
  }

  /** So many bytes of payload came into memory for what is held, or left it where that is less than nothing. */
  carry(destinationId: string, bytes: number): void {
    const { use } = this.gate(destinationId);
    if (!use) throw new Error('payload for what is not held');
    use.bytes += bytes;
    this.bytes.take(bytes);
  }

  /** Accounts that hold all they may have of this process: nothing more of theirs is to be claimed. */
  crowdedAccounts(): string[] {
    return [...this.uses.keys()].filter((accountId) => !this.accountHasRoom(accountId));
  }

  private accountHasRoom(accountId: string): boolean {
    if (this.deliveries.isRoomy && this.bytes.isRoomy) return true;
    const { deliveries, bytes } = this.uses.get(accountId) ?? NOTHING;
    return this.deliveries.hasRoom(deliveries) && this.bytes.hasRoom(bytes);
  }

  private use(accountId: string): AccountUse {
    let use = this.uses.get(accountId);
    if (!use) {
      use = { accountId, deliveries: 0, bytes: 0 };
      this.uses.set(accountId, use);
    }
    return use;
  }

  /** A request goes out. */
  begin(target: PushTarget): void {
    this.gate(target.id).running++;
  }

  /** Spends the token of an attempt at a destination with a rate limit. */
  spend(destinationId: string): void {
    this.gate(destinationId).tokens--;
  }

  /** Has a destination with a rate limit earned a token? */
  hasToken(target: PushTarget, nowMs: number): boolean {
    if (target.rateLimit === null) return true;
    const gate = this.gate(target.id);
    gate.refill(target.rateLimit / this.processCount, nowMs);
    return gate.tokens >= 1;
  }

  /** It has ended. */
  end(destinationId: string): void {
    const gate = this.gate(destinationId);
    gate.running--;
    gate.ended(performance.now());
  }

  /** More of it waits in the table than can be taken: what comes now waits behind it. */
  queueUp(destinationId: string): void {
    const gate = this.gate(destinationId);
    gate.hasWaiting = true;
    gate.backlog = true;
  }

  /** A delivery was accepted that waits in the table, see {@link Gate.leave}. */
  leave(destinationId: string, decidedAtMs: number): void {
    this.gate(destinationId).leave(decidedAtMs, performance.now());
  }

  /** All of it that waited in the table at `seenAtMs` has been taken. */
  emptied(destinationId: string, seenAtMs: number): void {
    const gate = this.gates.get(destinationId);
    if (!gate) return;
    gate.emptied(seenAtMs, performance.now());
    this.forgetIfIdle(destinationId, gate);
  }

  /** May some of it wait in the table? */
  hasWaiting(destinationId: string): boolean {
    return this.gates.get(destinationId)?.hasWaiting ?? false;
  }

  /** The destinations of which some may wait in the table. */
  waiting(): string[] {
    return [...this.gates].filter(([, gate]) => gate.hasWaiting).map(([id]) => id);
  }

  /** It is paused, or its circuit is open: nothing of it will be claimed until then. */
  rest(destinationId: string, untilMs: number): void {
    const gate = this.gate(destinationId);
    gate.restsUntilMs = Math.max(gate.restsUntilMs, untilMs);
  }

  /** Neither paused nor down any more: it succeeded, or a person changed it. */
  recovered(destinationId: string): void {
    const gate = this.gates.get(destinationId);
    if (!gate) return;
    gate.restsUntilMs = 0;
    gate.circuit = new Circuit();
    gate.recoveredAtMs = performance.now();
    this.forgetIfIdle(destinationId, gate);
  }

  /** Did an attempt that began then go to the destination as it was before it {@link recovered}? */
  isOutdated(destinationId: string, beganAtMs: number): boolean {
    return beganAtMs < (this.gates.get(destinationId)?.recoveredAtMs ?? -Infinity);
  }

  /** Nothing is to be claimed for a destination until it is muted no more; several may ask for it. */
  mute(destinationId: string, isMuted: boolean): void {
    this.gate(destinationId).muted += isMuted ? 1 : -1;
  }

  /** Learns from an attempt; true when the destination turns out to be down. What is under way then says nothing new. */
  note(destinationId: string, sign: CircuitSign): boolean {
    const gate = sign === 'down' ? this.gate(destinationId) : this.gates.get(destinationId);
    const nowMs = performance.now();
    if (!gate || (sign === 'down' && (gate.muted > 0 || gate.restsUntilMs > nowMs))) return false;
    return gate.circuit.note(sign, nowMs);
  }

  /** What a claim has to leave of the share of each destination; less than nothing where it may look ahead. */
  taken(nowMs: number): Map<string, number> {
    const taken = new Map<string, number>();
    for (const [id, gate] of this.gates) {
      const own = gate.held - gate.lookahead(nowMs);
      if (own !== 0) taken.set(id, own);
    }
    return taken;
  }

  /** The tokens of each destination with a rate limit: so many may be claimed, whatever the concurrency. */
  tokens(target: (id: string) => PushTarget | undefined, nowMs: number): Map<string, number> {
    const tokens = new Map<string, number>();
    for (const [id, gate] of this.gates) {
      const rateLimit = target(id)?.rateLimit ?? null;
      if (rateLimit !== null) {
        gate.refill(rateLimit / this.processCount, nowMs);
        tokens.set(id, Math.max(0, Math.floor(gate.tokens)));
      }
      this.forgetIfIdle(id, gate);
    }
    return tokens;
  }

  /** As {@link tokens}, with those that nothing is to be claimed of at the moment. */
  room(target: (id: string) => PushTarget | undefined, nowMs: number): Map<string, number> {
    const room = this.tokens(target, nowMs);
    for (const [id, gate] of this.gates) if (gate.muted > 0) room.set(id, 0);
    return room;
  }

  private shareOf(target: PushTarget): number {
    return shareOf(target.maxConcurrency, target.id, this.processCount, this.processIndex);
  }

  private gate(destinationId: string): Gate {
    let gate = this.gates.get(destinationId);
    if (!gate) {
      gate = new Gate();
      this.gates.set(destinationId, gate);
    }
    return gate;
  }

  /** Idle gates are dropped, so that memory follows the traffic and not the number of destinations. */
  private forgetIfIdle(destinationId: string, gate: Gate): void {
    if (gate.held === 0 && gate.isIdle(performance.now())) this.gates.delete(destinationId);
  }
}
