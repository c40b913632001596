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

const HEADING = 'The last long run';

/** The document with this section in the place of the one of the same heading, else at its end. */
export function putSection(document: string, heading: string, text: string): string {
  const sections = document.trimEnd().split(/\n(?=## )/);
  const section = `## ${heading}\n\n${text.trimEnd()}\n`;
  const at = sections.findIndex((one) => one.startsWith(`## ${heading}\n`));
  if (at === -1) sections.push(section);
  else sections[at] = section;
  return `${sections.map((one) => one.trimEnd()).join('\n\n')}\n`;
}

export function putReport(document: string, report: string): string {
  return putSection(document, HEADING, report);
}

export function toMarkdown(result: ChaosResult, date: string, version: string): string {
  const { options } = result;
  const parts = [
    `Written by \`npm run chaos -- --seed ${options.seed} --kills ${options.kills} --database ` +
      `${options.database} --out docs\` on ${date}: Data Pusher ${version}, ${machine()}.`,
    table(['what', 'how many'], rowsOf(result)),
    `### Faults thrown\n\n${table(['fault', 'times'], byCount(result.faults))}`,
    `### How receivers misbehaved meanwhile\n\n${table(['mood', 'times'], byCount(result.moods))}`,
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
    [
      'most that came again after one fault, of what was in flight then',
      `${count(findings.mostAtOnce.duplicates)} of ${count(findings.mostAtOnce.inFlight)}`,
    ],
    ['faults at which that could not be counted', count(result.uncounted)],
    ['duplicates: cut off by a kill or a freeze', count(kills)],
    ['duplicates: lease undone by a crash of PostgreSQL', count(crashes)],
    ['duplicates: answered after the time-out or into a broken connection', count(late)],
    ['duplicates without a reason', count(unexplained)],
  ];
}

function byCount(counts: ReadonlyMap<string, number>): [string, string][] {
  return [...counts].sort(([, one], [, other]) => other - one).map(([name, times]) => [name, String(times)]);
}

export function machine(): string {
  const all = cpus();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  return `${all[0]?.model.trim() ?? 'unknown'}, ${all.length} cores, ${memoryGib} GiB, ${process.platform} ${release()}, Node ${process.version}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
