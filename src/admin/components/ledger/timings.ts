import type { TimingsView } from '../../attempt-view.ts';

/** One part of an attempt's time. */
export interface Phase {
  readonly name: string;
  readonly ms: number;
}

/**
 * The parts of an attempt one after the other. `first_byte` and `total` are measured from the start, the parts of a
 * connection each for itself, and only where one was made; what is left over is nobody's part.
 */
export function phasesOf({ dns, connect, tls, first_byte: firstByte, total }: TimingsView): Phase[] {
  const phases: Phase[] = [];
  const add = (name: string, ms: number | undefined): void => {
    if (ms !== undefined && ms > 0) phases.push({ name, ms });
  };
  add('DNS', dns);
  add('Connect', connect);
  add('TLS', tls);
  const connected = (dns ?? 0) + (connect ?? 0) + (tls ?? 0);
  const end = total ?? firstByte ?? connected;
  if (firstByte === undefined) add('No answer', end - connected);
  else {
    add('Waiting', firstByte - connected);
    add('Answer', end - firstByte);
  }
  return phases;
}
