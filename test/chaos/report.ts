import { cpus, release, totalmem } from 'node:os';
import type { ChaosResult } from './run-chaos.js';

/** Empty when the run shows what it has to show. */
export function failuresOf({ findings, unasked, options }: ChaosResult): string[] {
  return [...findings.problems, ...unasked].map((text) => `${text} (seed ${options.seed})`);
}

export function toText(result: ChaosResult): string {
  return rowsOf(result)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

export function toMarkdown(result: ChaosResult, date: string, version: string): string {
  const { options } = result;
  const parts = [
    '# Reliability',
    INTRODUCTION,
    `## The last long run\n\nWritten by \`npm run chaos -- --seed ${options.seed} --kills ${options.kills} --database ` +
      `${options.database} --out docs\` on ${date}: Data Pusher ${version}, ${machine()}.`,
    table(['what', 'how many'], rowsOf(result)),
    `## Faults thrown\n\n${table(['fault', 'times'], byCount(result.faults))}`,
    `## How receivers misbehaved meanwhile\n\n${table(['mood', 'times'], byCount(result.moods))}`,
    'A second account sends to a receiver that answers 410, one that answers 301, and a name that does not resolve: ' +
      'its deliveries must all end as failed or cancelled, and none as delivered.',
    ...(result.skipped.length > 0 ? [`Not thrown on this machine: ${result.skipped.join('; ')}.`] : []),
    ...(failuresOf(result).length > 0
      ? [
          `**Failed:**\n\n${failuresOf(result)
            .map((text) => `- ${text}`)
            .join('\n')}`,
        ]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const INTRODUCTION = `\`npm run chaos\` loads the built service with events for three destinations each while it kills, stops, freezes and starves
it, its PostgreSQL and the receivers, as a seed draws it; the same seed draws the same faults in the same order. At the
end, when all is well again, it accounts for every single event:

- every event that was acknowledged with 202, or stored without its sender hearing so, reached each of its destinations
  at least once, byte for byte;
- whatever came more than once has a reason that the ledger knows: its attempt was cut off by a kill or taken for dead
  (\`interrupted\`), the answer came too late or into a broken connection (\`timed_out\`, \`connection_reset\`), or
  PostgreSQL crashed before the lease was on disk;
- nothing arrived that was not accepted, or where it was not meant for;
- what was refused (wrong token, no JSON, wrong type) has left no row, and no id of a sender stands for two events;
- no delivery waits any more, no lease is left, and no process is on the list that does not run.

A short form with another seed each time is part of \`npm test\`; a failure names its seed. Clocks are set by wrapping
the service's \`Date\`; the clock of PostgreSQL stays as it is. The second version is the same build beside the first,
with columns added to the hot tables under both. That a stop without a kill repeats nothing at all has tests of its own
(\`test/e2e/crash.e2e.ts\`, \`test/e2e/stop-and-start.e2e.ts\`).`;

function rowsOf(result: ChaosResult): [string, string][] {
  const { findings } = result;
  const { kills, crashes, late, unexplained } = findings.duplicates;
  const count = (value: number): string => value.toLocaleString('en');
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
  return [
    ['processes killed', count(result.kills)],
    ['faults thrown', count(sum(result.faults.values()))],
    ['changes of receivers’ moods', count(sum(result.moods.values()))],
    ['requests that a receiver mistreated', count(result.misbehaved)],
    [
      'duration',
      `${count(result.seconds)} s, ${result.options.processes} processes, ${result.options.database} PostgreSQL`,
    ],
    ['events acknowledged', count(findings.accepted)],
    ['events stored whose sender never heard so', count(findings.acceptedUnheard)],
    ['events refused, as they had to be', count(findings.refused)],
    ['answers 503, or none', count(result.unavailable)],
    ['deliveries due and made', count(findings.deliveries)],
    ['**lost**', `**${count(findings.lost)}**`],
    ['in flight at the moments of kills', count(result.inFlightAtKills)],
    ['duplicates: cut off by a kill or a freeze', count(kills)],
    ['duplicates: lease undone by a crash of PostgreSQL', count(crashes)],
    ['duplicates: answered after the time-out or into a broken connection', count(late)],
    ['duplicates without a reason', count(unexplained)],
  ];
}

function byCount(counts: ReadonlyMap<string, number>): [string, string][] {
  return [...counts].sort(([, one], [, other]) => other - one).map(([name, times]) => [name, String(times)]);
}

function machine(): string {
  const all = cpus();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  return `${all[0]?.model.trim() ?? 'unknown'}, ${all.length} cores, ${memoryGib} GiB, ${process.platform} ${release()}, Node ${process.version}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
