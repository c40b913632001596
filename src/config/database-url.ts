import { isIP } from 'node:net';

/** One of the servers that a URL lists. */
export interface DatabaseHost {
  /** Name, address, or the folder of a Unix socket (begins with `/`); what a certificate is checked against. */
  readonly name: string;
  /** To connect to instead of looking the name up (`hostaddr`). */
  readonly address: string | null;
  readonly port: number;
}

const TLS_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** How to encrypt, with the names of libpq; the files are paths. */
export interface TlsSettings {
  /** Null: as the host decides, see {@link modeFor}. */
  readonly mode: TlsMode | null;
  readonly direct: boolean;
  readonly rootCertificate: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  readonly keyPassword: string | null;
  readonly revocationList: string | null;
  readonly sendServerName: boolean;
  readonly minVersion: string | null;
  readonly maxVersion: string | null;
}

/** A `DATABASE_URL`, read as libpq reads it. */
export interface DatabaseTarget {
  readonly hosts: readonly DatabaseHost[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly tls: TlsSettings;
  readonly channelBinding: 'disable' | 'prefer' | 'require';
  readonly connectTimeoutMs: number;
  readonly applicationName: string | null;
  /** Command line for the session, as in `-c search_path=pusher`. */
  readonly options: string | undefined;
  readonly keepAlive: boolean;
  readonly keepAliveIdleMs: number;
}

/** What is wrong with a URL, in words that show nothing of it but parameter names. */
export class DatabaseUrlError extends Error {}

const DEFAULT_PORT = 5432;
const DEFAULT_HOST = 'localhost';
/** A server that does not answer must leave time to look at another one and to answer the caller. */
const CONNECT_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_IDLE_MS = 10_000;

/** Parameters of libpq that change nothing here, because Node.js or this product settles them. */
const WITHOUT_EFFECT = new Set([
  'client_encoding',
  'fallback_application_name',
  'gssdelegation',
  'gsslib',
  'keepalives_count',
  'keepalives_interval',
  'krbsrvname',
  'load_balance_hosts',
  'tcp_user_timeout',
  'uselibpqcompat',
]);

/**
 * Reads a connection URI as libpq does: `postgresql://user:password@a:5432,b:5432/database?parameter=value`. Everything
 * may be percent-encoded. Unlike libpq it takes the last `@` before the path as the end of the password.
 * Throws {@link DatabaseUrlError}; a parameter that is not known is one, because a misspelt `sslmode` would not protect.
 */
export function parseDatabaseUrl(text: string): DatabaseTarget {
  const scheme = /^postgres(?:ql)?:\/\//i.exec(text);
  if (!scheme) throw new DatabaseUrlError('a URL that begins with postgresql://');
  const { userInfo, hosts, path, query } = split(text.slice(scheme[0].length));
  const parameters = new Parameters(query);
  const [user, password] = userInfo === null ? [] : splitOnce(userInfo, ':');
  const target: DatabaseTarget = {
    hosts: readHosts(hosts, parameters),
    user: parameters.take('user') ?? decode(user, 'the user name'),
    password: parameters.take('password') ?? decode(password, 'the password'),
    database: parameters.take('dbname') ?? decode(path, 'the database name'),
    tls: readTls(parameters),
    channelBinding: parameters.oneOf('channel_binding', ['disable', 'prefer', 'require'] as const) ?? 'disable',
    // Below 1 second PostgreSQL could not even answer the first message of a connection far away.
    connectTimeoutMs: seconds(parameters, 'connect_timeout') ?? CONNECT_TIMEOUT_MS,
    applicationName: parameters.take('application_name') ?? null,
    options: parameters.take('options'),
    keepAlive: parameters.take('keepalives') !== '0',
    keepAliveIdleMs: seconds(parameters, 'keepalives_idle') ?? KEEP_ALIVE_IDLE_MS,
  };
  refuseWhatCantBe(parameters);
  parameters.refuseRest();
  return target;
}

/** Encryption to another machine where the server has it, as libpq; within this machine only when asked for. */
export function modeFor({ tls }: DatabaseTarget, host: DatabaseHost): TlsMode {
  if (host.name.startsWith('/')) return 'disable';
  return tls.mode ?? (isThisMachine(host) ? 'disable' : 'prefer');
}

function isThisMachine({ name, address }: DatabaseHost): boolean {
  const where = address ?? name;
  return where === 'localhost' || where === '::1' || (isIP(where) === 4 && where.startsWith('127.'));
}

function split(rest: string): { userInfo: string | null; hosts: string; path: string | undefined; query: string } {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  // Without a path the query follows the hosts: its values may contain an @, and so may a raw password.
  const query = /@[^?]*(\?\w+=.*)$/.exec(authority)?.[1] ?? '';
  const at = authority.lastIndexOf('@', authority.length - query.length);
  const [place, parameters = ''] = splitOnce(rest.slice(at + 1), '?');
  const [hosts, path] = splitOnce(place, '/');
  return { userInfo: at < 0 ? null : rest.slice(0, at), hosts, path: path || undefined, query: parameters };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}

function decode(text: string | undefined, what: string): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    throw new DatabaseUrlError(`%XX escapes of UTF-8 in ${what} (write a percent sign as %25)`);
  }
}

/** The query, each parameter to be taken once. */
class Parameters {
  private readonly values = new Map<string, string>();

  constructor(query: string) {
    for (const pair of query.split('&')) {
      if (pair === '') continue;
      const [name, value] = splitOnce(pair, '=');
      // What is not like a name may be the end of a password with a raw question mark.
      if (!/^[a-z_]{2,32}$/.test(name)) throw new DatabaseUrlError('? and / in the password written as %3F and %2F');
      if (value === undefined) throw new DatabaseUrlError(`a value for the parameter ${name}`);
      this.values.set(name, decode(value, `the parameter ${name}`) ?? '');
    }
  }

  /** Undefined when it is missing or empty. */
  take(name: string): string | undefined {
    const value = this.values.get(name);
    this.values.delete(name);
    return value || undefined;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new DatabaseUrlError(`${name} to be one of ${allowed.join(', ')}`);
    return found;
  }

  list(name: string): string[] | null {
    return this.take(name)?.split(',') ?? null;
  }

  refuseRest(): void {
    for (const name of this.values.keys()) {
      if (!WITHOUT_EFFECT.has(name)) throw new DatabaseUrlError(`no parameter ${name}, which is not supported`);
    }
  }
}

function seconds(parameters: Parameters, name: string): number | undefined {
  const value = parameters.take(name);
  if (value === undefined) return undefined;
  if (!/^\d{1,4}$/.test(value)) throw new DatabaseUrlError(`${name} in whole seconds`);
  // 0 means no limit to libpq; here something always waits for the answer.
  return Number(value) * 1000 || undefined;
}

function readHosts(text: string, parameters: Parameters): DatabaseHost[] {
  const inAuthority = text === '' ? [] : text.split(',').map(readHost);
  const names = parameters.list('host') ?? inAuthority.map((host) => host.name);
  const addresses = parameters.list('hostaddr');
  const ports = parameters.list('port') ?? inAuthority.map((host) => host.port);
  const count = Math.max(names.length, addresses?.length ?? 0, 1);
  for (const [what, list] of Object.entries({ host: names, hostaddr: addresses ?? [], port: ports })) {
    const fits = list.length === count || list.length === 0 || (what === 'port' && list.length === 1);
    if (!fits) throw new DatabaseUrlError(`as many values of ${what} as there are hosts`);
  }
  return Array.from({ length: count }, (_none, index) => {
    const address = addresses?.[index] || null;
    if (address !== null && isIP(address) === 0) throw new DatabaseUrlError('addresses as hostaddr');
    return {
      name: names[index] || address || DEFAULT_HOST,
      address,
      port: readPort(ports.length === 1 ? ports[0] : ports[index]),
    };
  });
}

function readHost(text: string): { name: string; port: string } {
  const [, bracketed, afterBracket] = /^\[([^\]]*)\](?::(.*))?$/.exec(text) ?? [];
  if (bracketed !== undefined) return { name: bracketed, port: afterBracket ?? '' };
  const [name, port = ''] = splitOnce(text, ':');
  return { name: decode(name, 'a host name') ?? '', port };
}

function readPort(text: string | undefined): number {
  if (!text) return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    // A password with a raw slash ends up here, too: its beginning stands where the port is expected.
    throw new DatabaseUrlError('a port from 1 to 65535, and / ? # in the password written as %2F %3F %23');
  }
  return port;
}

const TLS_VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

function readTls(parameters: Parameters): TlsSettings {
  const direct = parameters.oneOf('sslnegotiation', ['postgres', 'direct'] as const) === 'direct';
  const rootCertificate = parameters.take('sslrootcert') ?? null;
  const mode = readMode(parameters) ?? (rootCertificate === 'system' ? 'verify-full' : direct ? 'require' : null);
  const isWeak = mode === null || mode === 'disable' || mode === 'allow' || mode === 'prefer';
  if (direct && isWeak) throw new DatabaseUrlError('sslmode=require or stronger with sslnegotiation=direct');
  if (rootCertificate === 'system' && mode !== 'verify-full') {
    throw new DatabaseUrlError('sslmode=verify-full with sslrootcert=system');
  }
  if (mode === 'verify-ca' && rootCertificate === null) {
    // Any public authority would do then, for any host: that verifies next to nothing.
    throw new DatabaseUrlError('sslrootcert with sslmode=verify-ca (or sslmode=verify-full)');
  }
  const settings = {
    mode,
    direct,
    rootCertificate,
    certificate: parameters.take('sslcert') ?? null,
    key: parameters.take('sslkey') ?? null,
    keyPassword: parameters.take('sslpassword') ?? null,
    revocationList: parameters.take('sslcrl') ?? null,
    sendServerName: parameters.take('sslsni') !== '0',
    minVersion: parameters.oneOf('ssl_min_protocol_version', TLS_VERSIONS) ?? null,
    maxVersion: parameters.oneOf('ssl_max_protocol_version', TLS_VERSIONS) ?? null,
  };
  if ((settings.certificate === null) !== (settings.key === null)) {
    throw new DatabaseUrlError('sslcert and sslkey together');
  }
  return settings;
}

/** `ssl=true` is what JDBC says for `sslmode=require`; libpq takes it, too. */
function readMode(parameters: Parameters): TlsMode | undefined {
  const ssl = parameters.take('ssl');
  if (ssl !== undefined && ssl !== 'true') throw new DatabaseUrlError('sslmode instead of ssl');
  return parameters.oneOf('sslmode', TLS_MODES) ?? (ssl === 'true' ? 'require' : undefined);
}

/** Settings that something safer or working is to be had for, or that contradict what the service does. */
function refuseWhatCantBe(parameters: Parameters): void {
  const session = parameters.take('target_session_attrs');
  if (session !== undefined && !['any', 'read-write', 'primary'].includes(session)) {
    throw new DatabaseUrlError('target_session_attrs=read-write (or nothing): the service writes');
  }
  if (parameters.take('gssencmode') === 'require') throw new DatabaseUrlError('no gssencmode=require: use sslmode');
}
