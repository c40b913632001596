import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClient } from '../../src/database/client/connections.js';
import { findFreePort } from '../../src/common/free-port.js';
import { type Authority, makeAuthority } from '../support/authority.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';

const SPECIAL = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~é🔑';

/** Certificates must be asked for by a pg_hba.conf of the test's own. */
const ACCESS = `
local   all all               scram-sha-256
hostssl all with_certificate all cert
host    all all all           scram-sha-256
`;

let folder: string;
let sockets: string;
let ours: Authority;
/** With TLS, for the name localhost and the address 127.0.0.1. */
let server: PostgresServer;
/** Without TLS. */
let plain: PostgresServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-pusher-tls-'));
  // Whoever PostgreSQL runs as makes its socket here.
  sockets = join(folder, 'so ckets');
  await mkdir(sockets);
  await chmod(folder, 0o711);
  await chmod(sockets, 0o777);
  ours = makeAuthority('Our authority');
  const { key, cert } = ours.issue('localhost', 'DNS:localhost,IP:127.0.0.1');
  const client = ours.issue('with_certificate');
  const files = {
    'ca.pem': ours.cert,
    'other.pem': makeAuthority('Another authority').cert,
    'client.pem': client.cert,
    'client.key': client.key,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  [server, plain] = await Promise.all([
    startPostgres({
      settings: { ssl: 'on', ssl_ca_file: 'root.crt', unix_socket_directories: sockets },
      files: { 'server.crt': cert, 'server.key': key, 'root.crt': ours.cert, 'pg_hba.conf': ACCESS },
    }),
    startPostgres(),
  ]);
  await server.sql.query('CREATE ROLE with_certificate LOGIN');
  await server.sql.query(`CREATE ROLE odd LOGIN PASSWORD ${server.sql.escapeLiteral(SPECIAL)}`);
}, 60_000);
afterAll(async () => {
  await server.stop();
  await plain.stop();
  await rm(folder, { recursive: true });
});

const HOW = `SELECT current_user AS "user", coalesce(ssl, false) AS encrypted, client_dn AS dn
             FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;

async function connect(url: string): Promise<{ user: string; encrypted: boolean; dn: string | null }> {
  const client = await openClient({ databaseUrl: url, applicationName: 'test', deadlineMs: 5_000 });
  try {
    const { rows } = await client.query<{ user: string; encrypted: boolean; dn: string | null }>(HOW);
    return rows[0]!;
  } finally {
    await client.end();
  }
}

function urlOf(of: PostgresServer, host: string, query: string): string {
  const url = new URL(of.url);
  return `postgresql://${url.username}:${url.password}@${host}:${of.port}${url.pathname}?${query}`;
}
const ca = (name: string) => `sslrootcert=${encodeURIComponent(join(folder, name))}`;

describe('sslmode', () => {
  it.each([
    ['127.0.0.1', '', false],
    ['127.0.0.1', 'sslmode=disable', false],
    ['127.0.0.1', 'sslmode=prefer', true],
    ['127.0.0.1', 'sslmode=require', true],
    ['127.0.0.1', 'sslmode=require&ssl_min_protocol_version=TLSv1.3&channel_binding=require', true],
  ])('%s %s', async (host, query, encrypted) => {
    expect(await connect(urlOf(server, host, query))).toMatchObject({ encrypted });
  });

  it.each([
    ['127.0.0.1', 'sslmode=verify-full'],
    ['localhost', 'sslmode=verify-full'],
    ['db.invalid', 'hostaddr=127.0.0.1&sslmode=verify-ca'],
    ['db.invalid', 'hostaddr=127.0.0.1&sslmode=require'],
  ])('%s %s with our authority', async (host, query) => {
    expect(await connect(urlOf(server, host, `${query}&${ca('ca.pem')}`))).toMatchObject({ encrypted: true });
  });

  it.each([
    ['127.0.0.1', () => `sslmode=verify-full&${ca('other.pem')}`, /signed by no authority in sslrootcert/],
    ['127.0.0.1', () => `sslmode=require&${ca('other.pem')}`, /signed by no authority in sslrootcert/],
    ['127.0.0.1', () => 'sslmode=verify-full', /signed by no authority in sslrootcert/],
    [
      'db.invalid',
      () => `hostaddr=127.0.0.1&sslmode=verify-full&${ca('ca.pem')}`,
      /^db\.invalid:\d+ \(127\.0\.0\.1\): its certificate is not for db\.invalid but for DNS:localhost/,
    ],
    [
      '127.0.0.1',
      () => `sslmode=verify-full&${ca('none.pem')}`,
      /sslrootcert can't be read from .*none\.pem \(ENOENT\)/,
    ],
  ])('refuses %s, case %#', async (host, query, message) => {
    await expect(connect(urlOf(server, host, query()))).rejects.toThrow(message);
  });

  it('a server without TLS', async () => {
    expect(await connect(urlOf(plain, '127.0.0.1', 'sslmode=prefer'))).toMatchObject({ encrypted: false });
    await expect(connect(urlOf(plain, '127.0.0.1', 'sslmode=require'))).rejects.toThrow(
      `127.0.0.1:${plain.port}: the server offers no TLS, but sslmode=require needs it`,
    );
  });

  it('a client certificate', async () => {
    const files = `sslcert=${join(folder, 'client.pem')}&sslkey=${join(folder, 'client.key')}`;
    const url = `postgresql://with_certificate@127.0.0.1:${server.port}/postgres?sslmode=verify-full&${ca('ca.pem')}`;
    expect(await connect(`${url}&${files}`)).toEqual({
      user: 'with_certificate',
      encrypted: true,
      dn: '/CN=with_certificate',
    });
    await expect(connect(url)).rejects.toThrow(/certificate/);
  });
});

describe('passwords and Unix sockets', () => {
  it('takes a password with every special character, over TCP and through a socket', async () => {
    const credentials = `odd:${encodeURIComponent(SPECIAL)}`;
    expect(await connect(`postgresql://${credentials}@127.0.0.1:${server.port}/postgres`)).toMatchObject({
      user: 'odd',
    });
    const folderParameter = `host=${encodeURIComponent(sockets)}&port=${server.port}`;
    expect(await connect(`postgresql://${credentials}@/postgres?${folderParameter}`)).toMatchObject({
      user: 'odd',
      encrypted: false,
    });
  });

  it('says what is wrong without the password', async () => {
    const attempt = connect(`postgresql://odd:wrong-secret@127.0.0.1:${server.port}/postgres`);
    await expect(attempt).rejects.toThrow(/127\.0\.0\.1:\d+: password authentication failed for user "odd"/);
    await attempt.catch((error: unknown) => expect(String(error)).not.toContain('wrong-secret'));
    await expect(connect(`postgresql://odd:x@/postgres?host=${folder}`)).rejects.toThrow(/ENOENT/);
  });
});

describe('several hosts', () => {
  it('uses the one that takes writes, whatever the others do, and says what each did when none does', async () => {
    const nobody = await findFreePort('127.0.0.1');
    await plain.sql.query(`ALTER ROLE ${new URL(plain.url).username} SET default_transaction_read_only = on`);
    const { username, password, pathname } = new URL(server.url);
    const hosts = (...ports: number[]) =>
      `postgresql://${username}:${password}@${ports.map((port) => `127.0.0.1:${port}`).join(',')}${pathname}`;
    // Both have the password of tests.
    await expect(connect(hosts(nobody, plain.port, server.port))).resolves.toMatchObject({ user: username });
    const attempt = connect(hosts(nobody, plain.port));
    await expect(attempt).rejects.toThrow(`127.0.0.1:${nobody}: connect ECONNREFUSED`);
    await expect(attempt).rejects.toThrow(`127.0.0.1:${plain.port}: takes no writes (a standby, or set to read-only)`);
    await expect(connect(plain.url)).rejects.toThrow(`127.0.0.1:${plain.port}: takes no writes`);
  });
});
