// What a newcomer does with a clone, command by command as the README has it; each ends with nothing left running.
// usage: node .ci/newcomer.mjs start|demo|walk…
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** With the installation of all packages. */
const START_MS = 240_000;
const STEP_MS = 60_000;

const PARTS = {
  async start() {
    const port = await choosePort(3000);
    const service = new Command(port === 3000 ? 'npm start' : `npm start -- --port ${port}`);
    const url = `http://127.0.0.1:${port}`;
    await service.until('it is ready', START_MS, async () => (await answer(`${url}/health/ready`)).status === 200);
    const told = await readFile('.data/first-run', 'utf8');
    const [key] = /\bdpk_[\w-]+/.exec(told) ?? [];
    const [link] = /http\S+\/admin\/setup\?token=\S+/.exec(told) ?? [];
    check((await answer(`${url}/api/accounts/`, key)).status === 200, `the key of .data/first-run is let in:\n${told}`);
    check((await answer(link)).status === 200, `the link of .data/first-run opens:\n${told}`);
    check((await answer(`${url}/docs/`)).status === 200, '/docs/ opens');
    check((await answer(`${url}/admin/login`)).status === 200, '/admin/login opens');
    await service.interrupt('"clean":true,"msg":"stopped"');
  },
  async demo() {
    const demo = new Command('npm run demo');
    await demo.until('a retry is delivered', START_MS, () => demo.text.includes('delivered now'));
    await demo.interrupt('nothing is left running.');
  },
  async walk() {
    const tests = new Command('npm test -- test/e2e/readme-walk.e2e.ts test/e2e/replay-walk.e2e.ts');
    await tests.until('the walks are over', 2 * START_MS, () => tests.child.exitCode !== null);
    check(/^2 passed, 0 failed$/m.test(tests.text), `both walks were walked:\n${tests.text}`);
  },
};

/** A command as it is typed at a terminal: in a process group of its own, to which Ctrl-C goes. */
class Command {
  text = '';

  constructor(command) {
    // The walk is not to install once more what `start` has shown to install.
    const { CI: _, ...env } = process.env;
    this.command = command;
    this.child = spawn('sh', ['-c', `exec ${command}`], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.group = -Number(this.child.pid);
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.setEncoding('utf8').on('data', (part) => (this.text += part));
  }

  async until(what, patienceMs, isSo) {
    const startedAt = performance.now();
    while (!(await isSo())) {
      const ended = this.child.exitCode !== null;
      if (ended || performance.now() - startedAt > patienceMs) {
        if (!ended) process.kill(this.group, 'SIGKILL');
        throw new Error(`${this.command}: not so that ${what}\n${this.text}`);
      }
      await sleep(100);
    }
  }

  async interrupt(lastWords) {
    process.kill(this.group, 'SIGINT');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    // npm ends by the signal, possibly before what it has started.
    const startedAt = performance.now();
    while (this.#isAlive() && performance.now() - startedAt < STEP_MS) await sleep(100);
    check(!this.#isAlive(), `${this.command} ends within ${STEP_MS / 1000} s of Ctrl-C:\n${this.text}`);
    check(this.text.includes(lastWords), `${this.command} ends with ${lastWords}:\n${this.text}`);
  }

  #isAlive() {
    try {
      return process.kill(this.group, 0);
    } catch {
      return false;
    }
  }
}

function check(isSo, what) {
  if (!isSo) throw new Error(`Not so: ${what}`);
}

/** Status 0: no answer. */
async function answer(url, key) {
  try {
    return await fetch(url, key ? { headers: { Authorization: `Bearer ${key}` } } : {});
  } catch {
    return { status: 0 };
  }
}

/** The README's port, or any free one where something has that. */
async function choosePort(wanted) {
  const server = createServer();
  const port = await new Promise((resolve) => {
    server.once('error', () => server.listen(0, '127.0.0.1'));
    server.on('listening', () => resolve(server.address().port));
    server.listen(wanted, '127.0.0.1');
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

for (const name of process.argv.slice(2)) {
  const startedAt = performance.now();
  await PARTS[name]();
  process.stdout.write(
    `Node ${process.version}: ${name} done in ${Math.round((performance.now() - startedAt) / 1000)} s\n`,
  );
}
