import { machine, table } from '../report.js';
import { type ClusterFaultKind } from './cluster-plan.js';
import type { ClusterChaosResult } from './run-cluster.js';

/** Empty when the run shows what it has to show. */
export function clusterFailuresOf({ problems, seed }: ClusterChaosResult): string[] {
  return problems.map((text) => `${text} (seed ${seed})`);
}

export function clusterText(result: ClusterChaosResult): string {
  return [
    ...clusterRows(result).map(([name, value]) => `${name}: ${value}`),
    FAULT_HEAD.join(' | '),
    ...faultRows(result).map((cells) => cells.join(' | ')),
  ].join('\n');
}

export function clusterMarkdown(result: ClusterChaosResult, command: string, date: string): string {
  const failures = clusterFailuresOf(result).map((text) => `- ${text}`);
  const parts = [
    `Written by \`${command}\` on ${date}: ${result.cluster}; ${machine()}.`,
    table(['what', 'how many'], clusterRows(result)),
    table(FAULT_HEAD, faultRows(result)),
    ...(failures.length > 0 ? [`**Failed:**\n\n${failures.join('\n')}`] : []),
  ];
  return parts.join('\n\n');
}

type Thrown = ClusterChaosResult['thrown'][number];

function clusterRows({ thrown, findings, ...result }: ClusterChaosResult): [string, string][] {
  const count = (value: number): string => value.toLocaleString('en');
  const { kills, crashes, late, unexplained } = findings.duplicates;
  const kills202 = thrown.filter(({ fault }) => fault.kind === 'kill primary');
  return [
    ['faults thrown', count(thrown.length)],
    ['of them primaries killed', count(kills202.length)],
    ['duration', `${count(result.seconds)} s`],
    ['events acknowledged', count(findings.accepted)],
    ['events stored whose sender never heard so', count(findings.acceptedUnheard)],
    ['answers 503, or none', count(result.unavailable)],
    ['deliveries due and made', count(findings.deliveries)],
    ['**lost**', `**${count(findings.lost)}**`],
    ['first 202 after commits succeed again (min / median / max)', spread(thrown.map(firstAcceptedMs))],
    ['longest wait for an answer', seconds(Math.max(...thrown.map(({ verdict }) => verdict.slowestAnswerMs)))],
    ['`/health/ready` says so, in outages beyond 5 s (min / median / max)', spread(thrown.map(notReadyMs))],
    ['stops after or in an outage (min / median / max)', spread(thrown.map(({ took }) => took.stop.tookMs))],
    [
      'most that came again after one fault, of what was in flight then',
      `${count(findings.mostAtOnce.duplicates)} of ${count(findings.mostAtOnce.inFlight)}`,
    ],
    ['faults at which that could not be counted', count(result.uncounted)],
    ['duplicates: cut off, or settled too late to be known', count(kills + late)],
    ['duplicates: lease not yet on the new primary', count(crashes)],
    ['duplicates without a reason', count(unexplained)],
  ];
}

/** One row for each kind of fault and ending. */
function faultRows({ thrown }: ClusterChaosResult): string[][] {
  const kinds = groupBy(thrown, ({ fault }): string => `${fault.kind}, ${nameOf(fault.kind, fault.ending)}`);
  return [...kinds].map(([kind, all]) => [
    kind,
    String(all.length),
    spread(all.map(({ took }) => took.writableAtMs - took.thrownAtMs)),
    spread(all.map(firstAcceptedMs)),
    seconds(Math.max(...all.map(({ verdict }) => verdict.slowestAnswerMs))),
  ]);
}

const FAULT_HEAD = ['fault', 'times', 'outage', 'first 202 after it', 'longest wait for an answer'];

function nameOf(kind: ClusterFaultKind, ending: string): string {
  if (kind === 'primary read-only' || kind === 'phantom') return 'connections kept';
  return ending === 'FIN' ? 'connections ended' : 'silent';
}

function firstAcceptedMs({ verdict }: Thrown): number | null {
  return verdict.firstAcceptedMs;
}

function notReadyMs({ took }: Thrown): number | null {
  return took.darkUntilMs - took.thrownAtMs > 5_000 ? took.notReadyAfterMs : null;
}

/** The least, the middle and the most. */
function spread(values: readonly (number | null)[]): string {
  const sorted = values.filter((value) => value !== null).sort((one, other) => one - other);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (sorted.length === 0 || middle === undefined) return '–';
  return [sorted[0]!, middle, sorted.at(-1)!].map(seconds).join(' / ');
}

function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : 'never';
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
