import { type Mood, MOODS } from './moods.js';
import type { Random } from './random.js';

/** What is thrown at the service, one at a time. Durations in milliseconds. */
export type Fault =
  /** SIGKILL to the supervisor and all its processes. */
  | { readonly kind: 'kill service' }
  /** SIGKILL to the supervisor only. */
  | { readonly kind: 'kill supervisor' }
  /** SIGKILL to one of its processes. */
  | { readonly kind: 'kill process'; readonly which: number }
  | { readonly kind: 'kill postgres' }
  /** SIGKILL to one server process of PostgreSQL, which then recovers as after a crash. */
  | { readonly kind: 'kill postgres backend'; readonly which: number }
  | { readonly kind: 'kill all' }
  | { readonly kind: 'stop postgres immediately' }
  | { readonly kind: 'restart postgres' }
  | { readonly kind: 'cut connections' }
  | { readonly kind: 'stop service' }
  | { readonly kind: 'freeze process'; readonly which: number; readonly forMs: number }
  | { readonly kind: 'lock table'; readonly table: string; readonly forMs: number }
  | { readonly kind: 'fill disk'; readonly forMs: number }
  | { readonly kind: 'set clock'; readonly offsetMs: number; readonly forMs: number }
  /** Another version starts beside the running one and changes the schema under it; ends by SIGTERM or SIGKILL. */
  | { readonly kind: 'second version'; readonly forMs: number; readonly killed: boolean };

export type FaultKind = Fault['kind'];

/** How often each is drawn (less what takes long: a whole start), and how many processes it kills. */
const FAULTS: Readonly<Record<FaultKind, { readonly weight: number; readonly kills: number }>> = {
  'kill service': { weight: 6, kills: 1 },
  'kill supervisor': { weight: 2, kills: 1 },
  'kill process': { weight: 30, kills: 1 },
  'kill postgres': { weight: 16, kills: 1 },
  'kill postgres backend': { weight: 10, kills: 1 },
  'kill all': { weight: 2, kills: 2 },
  'stop postgres immediately': { weight: 10, kills: 1 },
  'restart postgres': { weight: 6, kills: 0 },
  'cut connections': { weight: 8, kills: 0 },
  'stop service': { weight: 4, kills: 0 },
  'freeze process': { weight: 3, kills: 0 },
  'lock table': { weight: 8, kills: 0 },
  'fill disk': { weight: 3, kills: 0 },
  'set clock': { weight: 5, kills: 0 },
  'second version': { weight: 2, kills: 0 },
};

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

const HOT_TABLES = [
  'waiting_deliveries',
  'events',
  'attempts',
  'finished_deliveries',
  'destinations',
  'account_tokens',
  'processes',
] as const;
const MINUTE_MS = 60_000;
const CLOCK_JUMPS_MS = [
  -48 * 60 * MINUTE_MS,
  -61 * MINUTE_MS,
  -20_000,
  20_000,
  61 * MINUTE_MS,
  48 * 60 * MINUTE_MS,
] as const;

export interface Step {
  readonly fault: Fault;
  /** Load without a fault before it. */
  readonly pauseMs: number;
}

/** The faults of a run, in order: each kind once at least if there is room, until so many processes were killed. */
export function drawPlan(random: Random, kills: number, only: readonly FaultKind[] = FAULT_KINDS): Step[] {
  const steps: Step[] = [];
  let planned = 0;
  // Shuffled: a short run sees some, each run others.
  const first = [...only].map((kind) => ({ kind, at: random.next() })).sort((one, other) => one.at - other.at);
  const queue = first.map(({ kind }) => kind);
  const canKill = only.some((kind) => FAULTS[kind].kills > 0);
  while (canKill ? planned < kills : steps.length < kills) {
    const kind = queue.shift() ?? drawKind(random, only);
    planned += FAULTS[kind].kills;
    steps.push({ fault: DRAWS[kind](random), pauseMs: random.between(300, 2_500) });
  }
  return steps;
}

export function killsOf(kind: FaultKind): number {
  return FAULTS[kind].kills;
}

function drawKind(random: Random, only: readonly FaultKind[]): FaultKind {
  let left = random.next() * only.reduce((sum, kind) => sum + FAULTS[kind].weight, 0);
  for (const kind of only) {
    left -= FAULTS[kind].weight;
    if (left < 0) return kind;
  }
  return only[0] ?? 'kill service';
}

/** What is left to chance in each kind. */
const DRAWS: { readonly [K in FaultKind]: (random: Random) => Extract<Fault, { kind: K }> } = {
  'kill service': () => ({ kind: 'kill service' }),
  'kill supervisor': () => ({ kind: 'kill supervisor' }),
  'kill process': (random) => ({ kind: 'kill process', which: random.between(0, 99) }),
  'kill postgres': () => ({ kind: 'kill postgres' }),
  'kill postgres backend': (random) => ({ kind: 'kill postgres backend', which: random.between(0, 99) }),
  'kill all': () => ({ kind: 'kill all' }),
  'stop postgres immediately': () => ({ kind: 'stop postgres immediately' }),
  'restart postgres': () => ({ kind: 'restart postgres' }),
  'cut connections': () => ({ kind: 'cut connections' }),
  'stop service': () => ({ kind: 'stop service' }),
  'freeze process': (random) => ({
    kind: 'freeze process',
    which: random.between(0, 99),
    // Taken for dead after 8 s: both sides of it are worth a look.
    forMs: random.pick([3_000, 11_000]),
  }),
  'lock table': (random) => ({
    kind: 'lock table',
    table: random.pick(HOT_TABLES),
    forMs: random.between(500, 5_000),
  }),
  'fill disk': (random) => ({ kind: 'fill disk', forMs: random.between(2_000, 6_000) }),
  'set clock': (random) => ({
    kind: 'set clock',
    offsetMs: random.pick(CLOCK_JUMPS_MS),
    forMs: random.between(1_000, 4_000),
  }),
  'second version': (random) => ({
    kind: 'second version',
    forMs: random.between(1_000, 5_000),
    killed: random.next() < 0.5,
  }),
};

/** The next way in which receivers misbehave, while the faults above go on. */
export interface MoodChange {
  readonly mood: Mood;
  /** Of one receiver (its number) or all of them. */
  readonly receiver: number | 'all';
  readonly forMs: number;
  readonly pauseMs: number;
}

export function drawMood(random: Random, receivers: number): MoodChange {
  return {
    mood: random.pick(MOODS),
    receiver: random.next() < 0.15 ? 'all' : random.between(0, receivers - 1),
    forMs: random.between(500, 3_500),
    pauseMs: random.between(200, 2_500),
  };
}
