import type { Measurement } from '../measure/measure.js';
import type { Percentiles } from '../measure/percentiles.js';
import { median } from '../measure/percentiles.js';
import { ratio, type ScenarioResult, type Side, type Table, type Target } from '../scenarios/scenario.js';
import type { Machine } from './machine.js';

export interface Report {
  readonly date: string;
  readonly preset: string;
  readonly rounds: number;
  readonly machine: Machine;
  readonly scenarios: readonly ScenarioResult[];
}

const HEAD = [
  '',
  'events/s',
  'deliveries/s',
  'accept ms p50 / p95 / p99 / max',
  'received ms p50 / p95 / p99 / max',
  'CPU µs a delivery: Node + PostgreSQL',
  'CPU, ratio',
  'peak MiB',
  'twice',
];

export function toMarkdown(report: Report, plot: string | null): string {
  const { machine } = report;
  const parts = [
    '# Benchmarks',
    `The last run of \`npm run bench\` (${report.preset}, ${report.rounds} rounds), ${report.date}: ${machine.cpu}, ` +
      `${machine.cores} cores for everything, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}, ` +
      `${machine.database}.`,
    ...(plot ? [`![CPU time a delivery and deliveries a second, floor and product](${plot})`] : []),
    METHOD,
    '## Against what is to be reached',
    targetsOf(report.scenarios),
    ...report.scenarios.map((scenario) => tablesOf(scenario.tables)),
  ];
  return `${parts.join('\n\n')}\n`;
}

const METHOD = `## Method

Everything runs on one machine over loopback: one PostgreSQL with durable commits, a receiver and a load generator
(raw sockets, kept connections, one request in flight on each, bodies of 400 bytes where nothing else is said), the
product as it is built, its log lines written to nowhere, and the floor. The **floor** is the least script that accepts,
commits in groups, posts with undici and settles in batches: no token, no validation, no signature, no retry, no attempt
kept, no log (\`bench/children/floor.ts\`). A statement takes what came while the one before was under way, and waits for
nothing more, as the product does: with few senders and at half load that costs the floor CPU. The **floor that keeps a
ledger** is the same script with the product's rows and indexes, a token that is checked, a body that must be JSON, and a
signature, written as one would, without the tuning that the product's statements have had. Each may have 64 requests at
once under way to each destination.

Contenders take turns, each on a database of its own, backwards in every other round, and a checkpoint goes before each
measurement; a first round, of 30,000 deliveries a process at full speed, warms up and does not count. Where tails are
compared a round takes 15 s, as long as the server waits from one autovacuum to the next, and there are three times as
many. Figures are medians of the rounds, ratios medians of the ratios of rounds that lie side by side.
*accept* is from sending an event to its answer, *received* from sending it to the end of its request at the
destination; at a given rate both count from when the event was due. CPU time is that of all the contender's processes
and of PostgreSQL with all its backends, from the first event to the last settled delivery, divided by the deliveries.
*peak* is the largest of the contender's processes.

**Every event is accounted for**: what was accepted must have come to each of its destinations, nothing else may have
come, and what a hung destination did not take must wait in the table; else the run fails. *twice* counts deliveries
that came once more than needed.`;

export function tablesOf(tables: readonly Table[]): string {
  return tables.map((measurements) => `## ${measurements.title}\n\n${measured(measurements)}`).join('\n\n');
}

export function targetsOf(scenarios: readonly ScenarioResult[]): string {
  const targets: readonly Target[] = scenarios.flatMap((scenario) => scenario.targets);
  return table(
    ['what', 'to reach', 'reached', '', 'for comparison'],
    targets.map(({ what, value, limit, kind, compare = [] }) => {
      const reached = kind === 'at most' ? value <= limit : value >= limit;
      const others = compare.map((other) => `${other.who}: ${short(other.value)}`).join('; ');
      return [what, `${kind === 'at most' ? '≤' : '≥'} ${limit}`, short(value), reached ? 'yes' : '**no**', others];
    }),
  );
}

function measured({ sides }: Table): string {
  const [reference] = sides;
  return table(
    HEAD,
    sides.map((side) => [
      side.name,
      rounded(side, (m) => m.eventsPerSecond),
      rounded(side, (m) => m.deliveriesPerSecond),
      latencies(side, (m) => m.acceptMs),
      latencies(side, (m) => m.arriveMs),
      `${rounded(side, (m) => m.nodeCpuUsPerDelivery)} + ${rounded(side, (m) => m.postgresCpuUsPerDelivery)}`,
      reference && side !== reference ? `${ratio(side, reference, (m) => m.cpuUsPerDelivery).toFixed(2)} ×` : '',
      Math.max(...side.rounds.map((m) => m.peakMib)).toFixed(0),
      String(side.rounds.reduce((sum, m) => sum + m.duplicates, 0)),
    ]),
  );
}

function rounded(side: Side, value: (measurement: Measurement) => number): string {
  return Math.round(median(side.rounds.map(value))).toLocaleString('en');
}

function latencies(side: Side, of: (measurement: Measurement) => Percentiles): string {
  const names = ['p50', 'p95', 'p99', 'max'] as const;
  return names.map((name) => short(median(side.rounds.map((m) => of(m)[name])))).join(' / ');
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
