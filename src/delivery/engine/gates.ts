import { Circuit, type CircuitSign } from './circuit.js';
import type { PushTarget } from './push-target.js';

/** This process' share of `limit` that `processCount` processes have together; the rest goes to some of them. */
export function shareOf(limit: number, destinationId: string, processCount: number, processIndex: number): number {
  const turn = (Number.parseInt(destinationId.slice(-6), 16) + processIndex) % processCount;
  return Math.floor(limit / processCount) + (turn < limit % processCount ? 1 : 0);
}

/** What this process knows of one destination's traffic. */
interface Gate {
  inFlight: number;
  /** More of it waits in the table: what comes now waits behind it. */
  backlog: boolean;
  pausedUntilMs: number;
  /** Token bucket for `rate_limit`, holding at most one second's worth. */
  tokens: number;
  refilledAtMs: number;
  readonly circuit: Circuit;
}

/**
 * The free room of every destination in this process: concurrency, rate, pauses, circuit. Limits hold over all processes
 * because each keeps to its share, given out with the heartbeat: exact enough, and no round trip an attempt.
 */
export class Gates {
  private readonly gates = new Map<string, Gate>();
  private processCount = 1;
  private processIndex = 0;

  setMembership(processCount: number, processIndex: number): void {
    this.processCount = processCount;
    this.processIndex = processIndex;
  }

  get membership(): { processCount: number; processIndex: number } {
    return { processCount: this.processCount, processIndex: this.processIndex };
  }

  /** May a delivery accepted now start at once? Only if nothing of it waits, and no limit needs the others' say. */
  canStartAtOnce(target: PushTarget, nowMs: number): boolean {
    if (target.ordered || target.rateLimit !== null) return false;
    const gate = this.gates.get(target.id);
    if (!gate) return this.shareOf(target) > 0;
    return !gate.backlog && !gate.circuit.isOpen && gate.pausedUntilMs <= nowMs && gate.inFlight < this.shareOf(target);
  }

  /** Is there room for one more attempt? A destination we know nothing of has some. */
  hasRoom(destinationId: string, target: PushTarget | undefined): boolean {
    const gate = this.gates.get(destinationId);
    if (!gate || !target) return true;
    const limit = Math.min(this.shareOf(target), gate.circuit.limit(Date.now()));
    return gate.inFlight < limit && (target.rateLimit === null || gate.tokens >= 1);
  }

  /** Milliseconds until a destination with a rate limit has earned the token for its next attempt. */
  msUntilToken(target: PushTarget): number {
    if (target.rateLimit === null) return 0;
    const missing = 1 - (this.gates.get(target.id)?.tokens ?? 1);
    return Math.max(0, (missing * 1000 * this.processCount) / target.rateLimit);
  }

  enter(destinationId: string): void {
    this.gate(destinationId).inFlight++;
  }

  leave(destinationId: string): void {
    const gate = this.gate(destinationId);
    gate.inFlight--;
    this.forgetIfIdle(destinationId, gate);
  }

  /** Takes a token for an attempt at a destination with a rate limit. */
  spend(destinationId: string): void {
    this.gate(destinationId).tokens--;
  }

  setBacklog(destinationId: string, backlog: boolean): void {
    const gate = backlog ? this.gate(destinationId) : this.gates.get(destinationId);
    if (!gate) return;
    gate.backlog = backlog;
    this.forgetIfIdle(destinationId, gate);
  }

  hasBacklog(destinationId: string): boolean {
    return this.gates.get(destinationId)?.backlog ?? false;
  }

  backlogged(): string[] {
    return [...this.gates].filter(([, gate]) => gate.backlog).map(([id]) => id);
  }

  pause(destinationId: string, untilMs: number): void {
    const gate = this.gate(destinationId);
    gate.pausedUntilMs = Math.max(gate.pausedUntilMs, untilMs);
  }

  /** Learns from an attempt; returns the milliseconds until the next probe when the circuit opened, else null. */
  note(destinationId: string, sign: CircuitSign): number | null {
    const gate = sign === 'down' ? this.gate(destinationId) : this.gates.get(destinationId);
    return gate?.circuit.note(sign, Date.now()) ?? null;
  }

  inFlight(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [id, gate] of this.gates) if (gate.inFlight > 0) counts.set(id, gate.inFlight);
    return counts;
  }

  /** Room where it may be less than the share of `max_concurrency`: rate limits and open circuits. */
  room(target: (id: string) => PushTarget | undefined, nowMs: number): Map<string, number> {
    const room = new Map<string, number>();
    for (const [id, gate] of this.gates) {
      const rateLimit = target(id)?.rateLimit ?? null;
      let free = gate.circuit.limit(nowMs) - gate.inFlight;
      if (rateLimit !== null) {
        this.refill(gate, rateLimit / this.processCount, nowMs);
        free = Math.min(free, Math.floor(gate.tokens));
      }
      if (free < Infinity) room.set(id, Math.max(0, free));
      this.forgetIfIdle(id, gate);
    }
    return room;
  }

  private refill(gate: Gate, perSecond: number, nowMs: number): void {
    const earned = ((nowMs - gate.refilledAtMs) / 1000) * perSecond;
    gate.tokens = Math.min(Math.max(1, perSecond), gate.tokens + earned);
    gate.refilledAtMs = nowMs;
  }

  private shareOf(target: PushTarget): number {
    return shareOf(target.maxConcurrency, target.id, this.processCount, this.processIndex);
  }

  private gate(destinationId: string): Gate {
    let gate = this.gates.get(destinationId);
    if (!gate) {
      gate = {
        inFlight: 0,
        backlog: false,
        pausedUntilMs: 0,
        tokens: 1,
        refilledAtMs: Date.now(),
        circuit: new Circuit(),
      };
      this.gates.set(destinationId, gate);
    }
    return gate;
  }

  /** Idle gates are dropped, so that memory follows the traffic and not the number of destinations. */
  private forgetIfIdle(destinationId: string, gate: Gate): void {
    const isIdle = gate.inFlight === 0 && !gate.backlog && gate.tokens >= 1 && gate.circuit.isPristine;
    if (isIdle && gate.pausedUntilMs <= Date.now()) this.gates.delete(destinationId);
  }
}
