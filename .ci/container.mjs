// Makes the image of the Dockerfile without a container engine and starts it as docker-compose.yml does, beside a PostgreSQL
// of Debian. Each stage has a root folder of its own, in which its instructions are carried out; a file that was not copied
// is missing there as it is in an image.
// usage, as root in a mount namespace of its own (.ci/fresh-machine --root --with postgresql): node .ci/container.mjs
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 120_000;
const DELIVERED_MS = 30_000;
/** What compose gives the service to end. */
const STOP_MS = 30_000;
const URL_OF_SERVICE = 'http://127.0.0.1:3000';
const PASSWORD = 'a+b/c d%';
const NODE = dirname(dirname(process.execPath));

process.env.PATH += ':/usr/sbin:/sbin';
const folder = await mkdtemp('/tmp/container-');
const stages = await readStages();
let image;
for (const stage of stages) image = await build(stage);
const postgres = await startPostgres();
try {
  await tryService();
} finally {
  postgres.kill('SIGINT');
  if (postgres.exitCode === null) await once(postgres, 'exit');
}
console.log('1 passed, 0 failed');

/** The instructions of each stage, without comments; a \ at a line's end continues it. */
async function readStages() {
  const text = await readFile('Dockerfile', 'utf8');
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const instructions = lines
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const found = [];
  for (const line of instructions) {
    const [, verb, rest] = /^([A-Z]+) +(.*)$/.exec(line.trim()) ?? [];
    if (verb === 'FROM') {
      const [, base, name = ''] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      check(base.startsWith(`node:${process.versions.node.split('.')[0]}-`), `${base} is the Node that runs this`);
      found.push({ name, root: join(folder, `stage-${found.length}`), env: {}, workdir: '/', user: 'root', steps: [] });
    } else if (verb) found.at(-1)?.steps.push([verb, rest]);
  }
  return found;
}

/** A root with the programs of this machine and nothing of the project. */
async function build(stage) {
  await makeRoot(stage.root);
  for (const [verb, rest] of stage.steps) {
    console.log(`${verb} ${rest}`);
    if (verb === 'WORKDIR') await mkdir(join(stage.root, (stage.workdir = rest)), { recursive: true });
    else if (verb === 'ENV')
      Object.assign(stage.env, Object.fromEntries(rest.split(/ +/).map((pair) => pair.split('='))));
    else if (verb === 'COPY') await copy(stage, rest);
    else if (verb === 'RUN') execFileSync(...inside(stage, ['sh', '-c', rest]), { stdio: 'inherit' });
    else if (verb === 'USER') stage.user = rest;
    else if (verb === 'ENTRYPOINT' || verb === 'CMD') stage[verb] = JSON.parse(rest);
    else if (verb === 'HEALTHCHECK') stage.healthcheck = JSON.parse(/ CMD (\[.*\])$/.exec(rest)[1]);
    else if (verb === 'STOPSIGNAL') stage.stopSignal = rest;
    else check(['VOLUME', 'EXPOSE'].includes(verb), `${verb} is understood`);
  }
  return stage;
}

async function makeRoot(root) {
  for (const name of ['usr', 'dev', 'proc', 'tmp', 'run/secrets', 'root'])
    await mkdir(join(root, name), { recursive: true });
  mount('--rbind', '/usr', join(root, 'usr'));
  mount('--rbind', '/dev', join(root, 'dev'));
  mount('--rbind', '/proc', join(root, 'proc'));
  mount('-t', 'tmpfs', 'tmpfs', join(root, 'tmp'));
  execFileSync('chmod', ['1777', join(root, 'tmp')]);
  for (const link of ['bin', 'sbin', 'lib', 'lib64']) execFileSync('cp', ['-a', `/${link}`, root]);
  execFileSync('cp', ['-a', '/etc', root]);
  await mkdir(join(root, 'opt/node'), { recursive: true });
  mount('--bind', NODE, join(root, 'opt/node'));
  // How this machine reaches its package registry.
  await cp(join(process.env.HOME ?? '/root', '.npmrc'), join(root, 'root/.npmrc')).catch(() => undefined);
  execFileSync('chroot', [root, 'useradd', '--uid', '1999', '--create-home', 'node']);
}

/** Copies what .dockerignore lets through of the project, or files of another stage. */
async function copy(stage, rest) {
  const words = rest.split(/ +/);
  const from = words[0].startsWith('--from=') ? words.shift().slice('--from='.length) : null;
  const to = words.pop();
  const root = from === null ? process.cwd() : stages.find(({ name }) => name === from).root;
  const target = join(stage.root, stage.workdir, to);
  for (const word of words) {
    if (from === null) check(await isSent(word), `${word} is let through by .dockerignore`);
    const source = join(root, word);
    const into = to.endsWith('/') ? join(target, word.split('/').at(-1)) : target;
    // As the last line of .dockerignore.
    const filter = (path) => from !== null || !path.endsWith('.spec.ts');
    await cp(source, into, { recursive: true, verbatimSymlinks: true, filter });
  }
}

async function isSent(path) {
  const lines = (await readFile('.dockerignore', 'utf8')).split('\n');
  return lines.includes('*') && lines.includes(`!${path}`);
}

/** Program and arguments that run `command` in the stage's root, as its user, with its environment and `env`. */
function inside(stage, command, env = {}) {
  const { user } = stage;
  const all = { ...process.env, HOME: user === 'root' ? '/root' : `/home/${user}`, ...stage.env, ...env };
  all.PATH = '/opt/node/bin:/usr/local/bin:/usr/bin:/bin';
  const words = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  // As `cap_drop` and `no-new-privileges` of docker-compose.yml have it.
  const rights =
    user === 'root'
      ? []
      : ['setpriv', '--reuid', user, '--regid', user, '--clear-groups', '--no-new-privs', '--bounding-set=-all'];
  return [
    'chroot',
    [stage.root, ...rights, 'env', '-i', ...words, 'sh', '-c', `cd ${stage.workdir} && exec "$@"`, 'sh', ...command],
  ];
}

/** Role and database are those of docker-compose.yml; the password has characters that a URL must encode. */
async function startPostgres() {
  const [version] = (await readdir('/usr/lib/postgresql')).toSorted().reverse();
  const programs = `/usr/lib/postgresql/${version}/bin`;
  const data = join(folder, 'postgres');
  await mkdir(data);
  await writeFile(join(folder, 'password'), PASSWORD);
  execFileSync('chown', ['-R', 'postgres', data, join(folder, 'password')]);
  execFileSync('chmod', ['711', folder]);
  const as = ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
  const set = [`--pwfile=${folder}/password`, '--auth=scram-sha-256', '--username=data_pusher', '-D', data];
  execFileSync('setpriv', [...as, `${programs}/initdb`, ...set], { stdio: 'ignore' });
  const options = ['-D', data, '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`];
  const child = spawn('setpriv', [...as, `${programs}/postgres`, ...options], { stdio: 'ignore' });
  const env = { ...process.env, PGPASSWORD: PASSWORD };
  const server = ['-h', '127.0.0.1', '-U', 'data_pusher'];
  await until('PostgreSQL is up', 30_000, () => succeeds(`${programs}/pg_isready`, server));
  execFileSync(`${programs}/createdb`, [...server, 'data_pusher'], { env });
  console.log(
    execFileSync(`${programs}/psql`, [...server, '-Atc', 'SELECT version()', 'data_pusher'], { env }).toString(),
  );
  return child;
}

/** The secrets and the rights of docker-compose.yml; returns what else it says of the service. */
async function prepareImage() {
  const { load } = createRequire(join(stages[0].root, 'app/package.json'))('js-yaml');
  const { app } = load(await readFile('docker-compose.yml', 'utf8')).services;
  check(app.read_only && app.cap_drop.includes('ALL'), 'the service may write to its volume only');
  await writeFile(
    join(image.root, 'run/secrets/database-url'),
    `postgresql://data_pusher:${encodeURIComponent(PASSWORD)}@127.0.0.1/data_pusher\n`,
  );
  await writeFile(join(image.root, 'run/secrets/encryption-key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
  mount('--rbind', image.root, image.root);
  mount('--bind', join(image.root, 'data'), join(image.root, 'data'));
  mount('-o', 'remount,bind,ro', image.root);
  return app;
}

async function tryService() {
  const app = await prepareImage();
  const receiver = createServer((request, response) =>
    request.resume().on('end', () => response.end(received.push(1) && 'ok')),
  );
  const received = [];
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  // ${NAME:-default} of the compose file; destinations of this test are on this machine.
  const defaults = Object.entries(app.environment).map(([name, value]) => [
    name,
    value.replace(/\$\{\w+:-(.*)\}/, '$1'),
  ]);
  const env = { ...Object.fromEntries(defaults), ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8' };
  const service = spawn(...inside(image, [...image.ENTRYPOINT, ...image.CMD], env), {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let code;
  try {
    const probe = inside(image, image.healthcheck, env);
    const isReadyOrEnded = () => service.exitCode !== null || succeeds(...probe);
    await until('the health check of the image passes', READY_MS, isReadyOrEnded);
    check(service.exitCode === null, 'the service runs');
    await sendEvent(receiver.address().port);
    await until('the event arrives', DELIVERED_MS, () => received.length > 0);
    for (const page of ['/admin/login', '/docs/']) check((await fetch(URL_OF_SERVICE + page)).ok, `${page} opens`);
  } finally {
    code = await stop(service);
    receiver.closeAllConnections();
    receiver.close();
  }
  check(code === 0, `the service ends with 0, not ${code}`);
}

/** Its exit code; rejects when it does not end in time. */
async function stop(service) {
  if (service.exitCode !== null) return service.exitCode;
  const ended = once(service, 'exit', { signal: AbortSignal.timeout(STOP_MS) });
  service.kill(image.stopSignal);
  const [code] = await ended;
  return code;
}

/** To an account with one destination, made with the key of the first run. */
async function sendEvent(port) {
  const told = await readFile(join(image.root, 'data/first-run'), 'utf8');
  const authorization = `Bearer ${/\bdpk_[\w-]+/.exec(told)?.[0]}`;
  const fields = { account_name: 'Container', email: 'container@example.com' };
  const account = await post('/api/accounts/', fields, { authorization });
  const destination = { url: `http://127.0.0.1:${port}/`, http_method: 'POST', headers: { 'X-Test': '1' } };
  await post(`/api/accounts/${account.account_id}/destinations/`, destination, { authorization });
  await post('/server/incoming_data/', { hello: 'container' }, { 'cl-x-token': account.app_secret_token });
}

async function post(path, body, headers) {
  const answer = await fetch(URL_OF_SERVICE + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  check(answer.ok, `POST ${path} succeeds: ${answer.status} ${text}`);
  return JSON.parse(text);
}

async function until(what, patienceMs, isSo) {
  const endMs = performance.now() + patienceMs;
  while (!(await isSo())) {
    check(performance.now() < endMs, `${what} within ${patienceMs / 1000} s`);
    await sleep(200);
  }
}

function succeeds(command, words) {
  try {
    execFileSync(command, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function mount(...words) {
  execFileSync('mount', words);
}

function check(isSo, what) {
  if (!isSo) throw new Error(`not so: ${what}`);
}
