import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMissing } from '../support/programs.js';
import { Terminal } from '../support/terminal.js';
import { type Block, readWalk } from '../support/walk.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOT_IN_A_CLONE = new Set(['node_modules', 'dist', 'dist.building', '.git', '.data', '.adminjs', '.setup-lock']);
/** CI installs anew, as a newcomer does. */
const INSTALL_MS = 600_000;
const PORTS = ['3000', '4001', '4002'];

let home: string;
let project: string;
let blocks: Block[];
const terminals = new Map<string, Terminal>();

function readBlocks(markdown: string, ports: ReadonlyMap<string, string>): Block[] {
  return readWalk(markdown).map(({ terminal, command: written }) => {
    let command = written;
    for (const [port, free] of ports) {
      if (port === free) continue;
      command = command.replaceAll(`:${port}`, `:${free}`).replaceAll(`--port ${port}`, `--port ${free}`);
      if (port === '3000') {
        command = command
          .replace('npm start --', `npm start -- --port ${free}`)
          .replace('data-pusher send', `data-pusher send --url http://127.0.0.1:${free}`);
      }
    }
    return { terminal, command };
  });
}

/** As they stand in the README, unless something on this machine has them. */
async function choosePorts(): Promise<Map<string, string>> {
  const chosen = new Map<string, string>();
  for (const port of PORTS) chosen.set(port, String((await tryPort(Number(port))) ?? (await tryPort(0))));
  return chosen;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

/** Types the next block; one that runs on gets a terminal, where Ctrl-C ends what ran before. */
async function typeNext(terminal: string, answer?: string): Promise<string> {
  const block = blocks.shift();
  expect(block?.terminal).toBe(terminal);
  const command = block?.command ?? '';
  const { PATH, LANG, CI, npm_config_cache: cache } = process.env;
  const env = { PATH, LANG, CI, HOME: home, ...(cache !== undefined && { npm_config_cache: cache }) };
  const open = terminals.get(terminal);
  if (terminal === 'you') {
    const you = open ?? new Terminal(project, env);
    terminals.set(terminal, you);
    return you.type(command, answer);
  }
  await open?.interrupt();
  terminals.set(terminal, new Terminal(project, env, command));
  return '';
}

function at(terminal: string): Terminal {
  const found = terminals.get(terminal);
  if (!found) throw new Error(`There is no terminal ${terminal}`);
  return found;
}

/** Of Linux; elsewhere there are none to see. */
function processesOfProject(): string[] {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.map(commandOf).filter((line) => line.includes(home));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

async function statesOfDeliveries(serviceUrl: string, apiKey: string): Promise<string[]> {
  const answer = await fetch(`${serviceUrl}/api/deliveries/`, { headers: { Authorization: `Bearer ${apiKey}` } });
  const { results } = (await answer.json()) as { results: { state: string }[] };
  return results.map(({ state }) => state).toSorted();
}

describe.skipIf(isMissing('curl', 'the walk of the README'))('README', () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'readme-walk-'));
    // As root PostgreSQL runs as another user, who has to come through.
    await chmod(home, 0o711);
    project = join(home, 'project');
    await mkdir(project);
    await cp(ROOT, project, {
      recursive: true,
      filter: (source) => source === ROOT || !NOT_IN_A_CLONE.has(basename(source)),
    });
    if (process.env['CI'] !== 'true') await symlink(join(ROOT, 'node_modules'), join(project, 'node_modules'));
    blocks = readBlocks(await readFile(join(project, 'README.md'), 'utf8'), await choosePorts());
  });
  afterAll(async () => {
    for (const terminal of terminals.values()) terminal.kill();
    await rm(home, { recursive: true, force: true });
  });

  it('leads a newcomer from an empty folder to data at two destinations, through a failure and back', async () => {
    await typeNext('service');
    const [, serviceUrl = ''] = await at('service').waitFor(/"url":"([^"]+)".*"msg":"listening"/, INSTALL_MS);
    const apiKey = /dpk_[\w-]+/.exec(await readFile(join(project, '.data', 'first-run'), 'utf8'))?.[0] ?? '';
    // A person looks again when an outcome is not written down yet; a block is typed once.
    const untilStates = async (...states: string[]): Promise<void> => {
      await expect.poll(() => statesOfDeliveries(serviceUrl, apiKey)).toEqual(states);
    };
    await typeNext('receiver-1');
    await typeNext('receiver-2');
    for (const name of ['receiver-1', 'receiver-2']) await at(name).waitFor(/Listening on/);

    await typeNext('you', apiKey);
    expect(JSON.parse(await typeNext('you'))).toMatchObject({ app_secret_token: expect.stringMatching(/^dpt_/) });
    const [first = '', second = ''] = (await typeNext('you')).split('\n');
    expect(JSON.parse(first)).toMatchObject({ http_method: 'POST', headers: { 'X-Api-Key': '********' } });
    expect(JSON.parse(second)).toMatchObject({ http_method: 'GET', headers: { 'X-Greeting': 'hello' } });

    const payload = /-d '(.*)'$/.exec(blocks[0]?.command ?? '')?.[1] ?? '';
    expect(JSON.parse(await typeNext('you'))).toMatchObject({ message: 'Data Received', destinations: 2 });
    for (const name of ['receiver-1', 'receiver-2']) await at(name).waitFor(/answered 200/);
    const hash = createHash('sha256').update(payload).digest('hex');
    expect(at('receiver-1').text).toContain(`body: ${Buffer.byteLength(payload)} bytes, sha256 ${hash}`);
    const headers = /#1 {2}POST \/orders .*\n([^]*?)body: /.exec(at('receiver-1').text)?.[1] ?? '';
    for (const line of [
      'X-Api-Key: secret-of-the-first',
      'X-Tag: one',
      'X-Tag: two',
      'Content-Type: application/json',
    ]) {
      expect(headers).toContain(`${line}\n`);
    }
    const get = /#1 {2}GET \/orders .*\n([^]*)answered/.exec(at('receiver-2').text)?.[1] ?? '';
    expect(get).toContain('X-Greeting: hello\n');
    expect(get).toMatch(
      / source = walk\n {2}order = 12345678901234567890\n {2}items\[0\]\[sku\] = TEA-0042\n {2}items\[0\]\[quantity\] = 2\n {2}note = \n/,
    );
    await untilStates('delivered', 'delivered');
    expect(JSON.parse(await typeNext('you'))).toMatchObject({
      results: [{ state: 'delivered' }, { state: 'delivered' }],
    });

    await typeNext('receiver-2');
    await at('receiver-2').waitFor(/Listening on/);
    expect(await typeNext('you')).toContain('"destinations":2');
    await at('receiver-2').waitFor(/answered 503/);
    await untilStates('delivered', 'delivered', 'delivered', 'retrying');
    expect(await typeNext('you')).toContain('The destination failed with 503');

    await typeNext('you');
    await typeNext('receiver-2');
    await at('receiver-2').waitFor(/Listening on/);
    expect(JSON.parse(await typeNext('you'))).toHaveProperty('state');
    await at('receiver-2').waitFor(/signature: valid\n[^]*order = 2\nanswered 200/);
    await untilStates('delivered', 'delivered', 'delivered', 'delivered');
    expect(JSON.parse(await typeNext('you'))).toMatchObject({ state: 'delivered', last_status: 200 });
    expect(blocks).toEqual([]);

    // npm ends by the signal itself, possibly before what it has started.
    await Promise.all(['receiver-1', 'receiver-2', 'service'].map((name) => at(name).interrupt()));
    at('you').kill();
    for (let tries = 0; tries < 60 && processesOfProject().length > 0; tries++) await sleep(250);
    expect(processesOfProject()).toEqual([]);
    expect(at('service').text).toContain('"clean":true,"msg":"stopped"');
  }, 900_000);
});
