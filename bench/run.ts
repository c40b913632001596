import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { killAllChildren } from './harness/child.js';
import { createWorld, type World } from './harness/world.js';
import { describeMachine } from './report/machine.js';
import { tablesOf, targetsOf, toMarkdown, type Report } from './report/markdown.js';
import { toSvg } from './report/svg.js';
import { againstBuild } from './scenarios/against-build.js';
import { againstFloor } from './scenarios/against-floor.js';
import { againstItself } from './scenarios/against-itself.js';
import { againstUndici } from './scenarios/against-undici.js';
import { againstVersions } from './scenarios/against-versions.js';
import type { Scale, Scenario, ScenarioResult } from './scenarios/scenario.js';

const SCENARIOS: readonly Scenario[] = [...againstFloor, ...againstItself, ...againstUndici];

const USAGE = `Usage: npm run bench -- [options]

  --quick           small counts and the main scenarios, for everyday use: about three minutes, nothing is written
                    unless --out is given
  --only NAMES      comma-separated scenarios; a name's beginning chooses all that share it
  --rounds N        rounds each contender is measured (default 5; quick: 2)
  --factor X        multiplies the number of events
  --date TEXT       the day as it is to stand in the report (default: today)
  --out DIR         where benchmarks.md, .json and .svg are written (the full run: docs)
  --profile DIR     writes V8 CPU profiles of the product's processes there
  --against DIR     compares this build with that of another checkout, built by \`npm run build\`, in place of all else
  --postgres DIRS   compares other versions of PostgreSQL with the embedded one, in place of all else: comma-separated
                    folders with \`initdb\` and \`postgres\`, each with the embedded one's settings and with its own
  --database URL    a PostgreSQL on this machine to use in place of the embedded one; its role must be able to make
                    databases and should be one that may checkpoint (pg_checkpoint), and what else the server does is
                    counted, too
  --list            names of the scenarios
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      factor: { type: 'string' },
      date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
      out: { type: 'string' },
      profile: { type: 'string' },
      against: { type: 'string' },
      postgres: { type: 'string' },
      database: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const { against, postgres } = values;
  const all =
    against !== undefined
      ? await againstBuild(against)
      : postgres !== undefined
        ? againstVersions(postgres.split(','))
        : SCENARIOS;
  if (values.list) {
    process.stdout.write(`${all.map((scenario) => scenario.name).join('\n')}\n`);
    return;
  }
  const scale: Scale = {
    quick: values.quick,
    rounds: Number(values.rounds ?? (values.quick ? 2 : 5)),
    factor: Number(values.factor ?? (values.quick ? 0.1 : 1)),
  };
  const nodeFlags = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`] : [];
  const { scenarios, machine } = await runAll(chosen(all, values.only, scale), scale, nodeFlags, values.database);
  const isPart = values.only !== undefined || against !== undefined || postgres !== undefined;
  const parts = [values.quick ? 'quick' : isPart ? 'scenarios chosen' : 'full'];
  if (scale.factor !== 1) parts.push(`${scale.factor} times the full number of events`);
  const preset = parts.join(', ');
  const report: Report = { date: values.date, preset, rounds: scale.rounds, machine, scenarios };
  const out = values.out ?? (values.quick || isPart ? null : 'docs');
  if (out) await write(report, out);
  process.stdout.write(`## Against what is to be reached\n\n${targetsOf(scenarios)}\n`);
}

function chosen(all: readonly Scenario[], only: string | undefined, scale: Scale): Scenario[] {
  if (only === undefined) return all.filter((scenario) => scenario.quick || !scale.quick);
  const wanted = only.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !all.some((scenario) => scenario.name.startsWith(name)));
  if (unknown.length > 0) throw new Error(`no scenario is called ${unknown.join(', ')}; --list shows them`);
  const isName = (text: string): boolean => all.some((scenario) => scenario.name === text);
  return all.filter(
    ({ name }) => wanted.includes(name) || wanted.some((start) => !isName(start) && name.startsWith(start)),
  );
}

async function runAll(
  scenarios: readonly Scenario[],
  scale: Scale,
  nodeFlags: readonly string[],
  databaseUrl: string | undefined,
) {
  const world = await createWorld(nodeFlags, databaseUrl, (message) => process.stderr.write(`${message}\n`));
  try {
    const machine = describeMachine(await world.server.describe());
    const results: ScenarioResult[] = [];
    for (const scenario of scenarios) results.push(await runOne(world, scenario, scale));
    return { machine, scenarios: results };
  } finally {
    await world.close();
  }
}

async function runOne(world: World, scenario: Scenario, scale: Scale): Promise<ScenarioResult> {
  const startedAt = performance.now();
  world.tell(`${scenario.name} …`);
  try {
    const result = await scenario.run(world, scale);
    world.tell(`${scenario.name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    // At once: a long run that fails later has shown what it measured.
    process.stdout.write(`${tablesOf(result.tables)}\n\n`);
    return { name: scenario.name, ...result };
  } catch (error) {
    throw new Error(`${scenario.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function write(report: Report, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const svg = toSvg(report.scenarios);
  await writeFile(join(directory, 'benchmarks.md'), toMarkdown(report, svg === null ? null : 'benchmarks.svg'));
  await writeFile(join(directory, 'benchmarks.json'), `${JSON.stringify(report, null, 1)}\n`);
  if (svg !== null) await writeFile(join(directory, 'benchmarks.svg'), svg);
}

/** Broken off: what runs is ended by the failing calls' own clean-up, and whatever is left after a while by force. */
function onSignal(): void {
  process.stderr.write('broken off\n');
  killAllChildren();
  setTimeout(() => process.exit(130), 15_000).unref();
}

process.once('SIGINT', onSignal);
process.once('SIGTERM', onSignal);
process.once('exit', killAllChildren);

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
} finally {
  killAllChildren();
}
