import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CLUSTER_USAGE, runClusterTool } from './cluster/cluster-tool.js';
import { FAULT_KINDS, type FaultKind } from './plan.js';
import { failuresOf, putReport, toMarkdown, toText } from './report.js';
import { type ChaosOptions, runChaos } from './run-chaos.js';

const USAGE = `Usage: npm run chaos -- [options]

  --kills N       processes to kill in all (default 100: about ten minutes)
  --seed N        draws the same faults in the same order again (default: another each time)
  --rate N        events a second (default 60)
  --processes N   of the service (default 2)
  --database WHO  embedded: the service's own PostgreSQL (default); external: one that lives apart from it
  --only KINDS    comma-separated kinds of faults: ${FAULT_KINDS.join(', ')}
  --date TEXT     the day as it is to stand in the report (default: today)
  --out DIR       in whose reliability.md the report is put (default: nowhere)

Ends with exit code 1 when an event was lost, repeated without a reason, or anything else is not as it should be.
As root it mounts a small file system to fill; otherwise that fault is left out.

${CLUSTER_USAGE}`;

async function main(): Promise<void> {
  const { tell, startedAt } = teller();
  const args = process.argv.slice(2);
  if (args[0] === '--cluster') {
    if (!(await runClusterTool(args.slice(1), tell))) process.exitCode = 1;
    return;
  }
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      rate: { type: 'string', default: '60' },
      processes: { type: 'string', default: '2' },
      database: { type: 'string', default: 'embedded' },
      only: { type: 'string' },
      date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const options: ChaosOptions = {
    seed: wholeNumber('seed', values.seed, 0),
    kills: wholeNumber('kills', values.kills, 1),
    eventsPerSecond: wholeNumber('rate', values.rate, 1),
    processes: wholeNumber('processes', values.processes, 1),
    database: oneOf('database', values.database, ['embedded', 'external'] as const),
    only: values.only?.split(',').map((kind) => oneOf<FaultKind>('only', kind.trim(), FAULT_KINDS)),
    tell,
  };
  tell(`seed ${options.seed}, started ${startedAt.toISOString()}`);
  const result = await runChaos(options);
  process.stdout.write(`\n${toText(result)}\n`);
  const failures = failuresOf(result);
  for (const text of failures) process.stdout.write(`FAILED: ${text}\n`);
  if (values.out) {
    const file = join(values.out, 'reliability.md');
    const document = await readFile(file, 'utf8').catch(() => '# Reliability');
    await mkdir(values.out, { recursive: true });
    await writeFile(file, putReport(document, toMarkdown(result, values.date, await version())));
  }
  if (failures.length > 0) process.exitCode = 1;
}

function teller(): { tell: (message: string) => void; startedAt: Date } {
  const startedAt = new Date();
  const tell = (message: string): void => {
    process.stderr.write(
      `${String(Math.round((Date.now() - startedAt.getTime()) / 1000)).padStart(5)} s  ${message}\n`,
    );
  };
  return { tell, startedAt };
}

async function version(): Promise<string> {
  return (JSON.parse(await readFile('package.json', 'utf8')) as { version: string }).version;
}

function wholeNumber(name: string, text: string, lowest: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < lowest) throw new Error(`--${name}: expected a whole number from ${lowest}`);
  return value;
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new Error(`--${name}: expected one of ${allowed.join(', ')}`);
  return found;
}

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
