import { WeighedMap } from '../../common/weighed-map.js';
import type { PushTarget } from './push-target.js';

/** Tokens whose destinations are remembered, at most; the oldest go first. */
const MAX_HINTS = 20_000;
/** What their destinations hold of memory, at most: accounts have up to MAX_DESTINATIONS, with up to 8 KiB of headers. */
const MAX_HINTS_BYTES = 67_108_864;
/** One token's share; what it leads to beyond that is claimed. */
const MAX_HINT_BYTES = MAX_HINTS_BYTES / 8;
/** Then a hint begins anew: of a destination that is gone no statement tells. */
const HINT_MS = 600_000;
const EMPTY_HINT_BYTES = 500;

/** Where a token leads. */
export interface Hint {
  readonly sinceMs: number;
  readonly targets: ReadonlyMap<string, PushTarget>;
}

class KnownHint implements Hint {
  readonly targets = new Map<string, PushTarget>();
  weight = EMPTY_HINT_BYTES;

  constructor(readonly sinceMs: number) {}

  put(target: PushTarget): void {
    this.weight += target.weight - (this.targets.get(target.id)?.weight ?? 0);
    this.targets.set(target.id, target);
  }
}

/**
 * Which destinations each token leads to, as far as acceptances have told. Bounded by what the destinations hold, not
 * by tokens alone: a hint keeps its destinations alive although the book of targets has let them go.
 */
export class HintBook {
  private readonly hints = new WeighedMap<string, KnownHint>(MAX_HINTS, MAX_HINTS_BYTES);

  /** In bytes, more or less. */
  get weight(): number {
    return this.hints.weight;
  }

  find(tokenHash: Buffer): Hint | undefined {
    return this.hints.get(keyOf(tokenHash));
  }

  /** The token has a hint, although it may lead nowhere. One that is too old begins anew. */
  renew(tokenHash: Buffer, nowMs: number): void {
    this.hintOf(keyOf(tokenHash), nowMs);
  }

  add(tokenHash: Buffer, target: PushTarget, nowMs: number): void {
    const key = keyOf(tokenHash);
    const hint = this.hintOf(key, nowMs);
    const more = target.weight - (hint.targets.get(target.id)?.weight ?? 0);
    if (hint.weight + more > MAX_HINT_BYTES) return;
    this.hints.grow(key, hint, more, () => hint.put(target));
  }

  private hintOf(key: string, nowMs: number): KnownHint {
    const known = this.hints.get(key);
    if (known && isFresh(known, nowMs)) return known;
    const hint = new KnownHint(nowMs);
    this.hints.set(key, hint);
    return hint;
  }
}

export function isFresh({ sinceMs }: Hint, nowMs: number): boolean {
  return nowMs < sinceMs + HINT_MS;
}

function keyOf(tokenHash: Buffer): string {
  return tokenHash.toString('latin1');
}
