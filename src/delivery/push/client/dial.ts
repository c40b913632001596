import type { Socket } from 'node:net';
import type { Phase } from './http-result.js';

/** The making of one connection, to be watched and called off. */
export class Dial {
  phase: Phase = 'dns';
  /** The address being tried while there is only one, then the peer's. */
  address: string | null = null;
  cancelled = false;
  readonly startedAt = performance.now();
  readonly timings: { dns?: number; connect?: number; tls?: number } = {};
  private running: { destroy(): unknown } | null = null;
  private phaseStartedAt = this.startedAt;

  /** Moves on to the next phase and notes what the one before took. */
  enter(phase: Phase): void {
    const now = performance.now();
    if (this.phase !== 'ready') this.timings[this.phase] = now - this.phaseStartedAt;
    this.phase = phase;
    this.phaseStartedAt = now;
  }

  /** `running`: to be destroyed when the dial is called off. */
  watch(running: { destroy(): unknown }): void {
    this.running = running;
  }

  /** The connection is there. */
  finish(socket: Socket): void {
    this.enter('ready');
    this.address = socket.remoteAddress ?? this.address;
  }

  cancel(): void {
    this.cancelled = true;
    this.running?.destroy();
  }
}
