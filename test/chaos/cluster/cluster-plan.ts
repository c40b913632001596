import type { Random } from '../random.js';

/** How faults end connections: by FIN or RST as a dying process does, or not at all as a vanished host does. */
export type Ending = 'FIN' | 'silence';
export type ClusterFaultKind = keyof typeof KINDS;

/** What is thrown at a cluster, one at a time. */
export interface ClusterFault {
  readonly kind: ClusterFaultKind;
  readonly ending: Ending;
  /** How long nobody can commit at least; where the cluster elects by itself, that decides. */
  readonly outageMs: number;
  /** When the service is asked to stop: once all is well again, or while the database is away. */
  readonly stop: 'afterwards' | 'meanwhile';
}

/** Which of the endings make a difference, and whether commits are impossible for a while. */
const KINDS = {
  'kill primary': { endings: ['FIN', 'silence'], outage: true },
  'cut off primary': { endings: ['FIN', 'silence'], outage: true },
  'cut off standbys': { endings: ['FIN', 'silence'], outage: true },
  'freeze primary': { endings: ['FIN', 'silence'], outage: true },
  'primary read-only': { endings: ['FIN'], outage: true },
  'switch over': { endings: ['FIN', 'silence'], outage: true },
  'kill standby': { endings: ['FIN', 'silence'], outage: false },
  phantom: { endings: ['FIN'], outage: true },
} as const satisfies Record<string, { endings: readonly Ending[]; outage: boolean }>;

export const CLUSTER_FAULT_KINDS = Object.keys(KINDS) as ClusterFaultKind[];

/** Shorter than it takes to notice, and longer than the service may take to say that it is not ready. */
const OUTAGES_MS = [500, 6_500] as const;

export function interruptsCommits(kind: ClusterFaultKind): boolean {
  return KINDS[kind].outage;
}

export interface ClusterPlanOptions {
  /** Primaries to kill in all. */
  readonly kills: number;
  /** Each kind with each of its endings, instead of one of them. */
  readonly everyEnding: boolean;
  readonly only: readonly ClusterFaultKind[];
}

type CanThrow = (kind: ClusterFaultKind, ending: Ending) => boolean;

/** The faults of a run in the order in which they are thrown. */
export function drawClusterPlan(random: Random, options: ClusterPlanOptions, canThrow: CanThrow): ClusterFault[] {
  const { kills, everyEnding, only } = options;
  const faults = only.flatMap((kind) => {
    const endings = KINDS[kind].endings.filter((ending) => canThrow(kind, ending));
    if (endings.length === 0) return [];
    const chosen = everyEnding ? endings : [endings[random.between(0, endings.length - 1)] ?? 'FIN'];
    return chosen.map((ending) => draw(random, kind, ending));
  });
  const isKill = ({ kind }: ClusterFault): boolean => kind === 'kill primary';
  const endings = KINDS['kill primary'].endings.filter((ending) => canThrow('kill primary', ending));
  for (let n = faults.filter(isKill).length; only.includes('kill primary') && n < kills; n++)
    faults.push(draw(random, 'kill primary', endings[n % endings.length] ?? 'FIN'));
  return faults
    .map((fault) => ({ fault, at: random.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ fault }) => fault);
}

function draw(random: Random, kind: ClusterFaultKind, ending: Ending): ClusterFault {
  return {
    kind,
    ending,
    outageMs: kind === 'kill primary' ? random.pick([OUTAGES_MS[0], OUTAGES_MS[1]]) : OUTAGES_MS[1],
    stop: KINDS[kind].outage && kind !== 'phantom' && random.next() < 0.25 ? 'meanwhile' : 'afterwards',
  };
}
