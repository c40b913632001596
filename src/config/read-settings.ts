import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { DatabaseUrlError, parseDatabaseUrl } from './database-url.js';
import type { PortRange, Role, Settings } from './settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that can't be used: names the variable and what it expects, never its value. */
export class SettingError extends Error {
  constructor(
    readonly variable: string,
    readonly expects: string,
  ) {
    super(`${variable}: expected ${expects}`);
    this.name = 'SettingError';
  }
}

const MAX_DEFAULT_PROCESSES = 4;

/** Variables that may hold a secret and so may also be given as `NAME_FILE`. */
export const SECRET_VARIABLES = [
  'DATABASE_URL',
  'ENCRYPTION_KEY',
  'SUPERUSER_PASSWORD',
  'BOOTSTRAP_API_KEY',
  'EGRESS_PROXY',
] as const;

/**
 * Reads and validates the whole environment; throws {@link SettingError} on the first wrong value.
 * Pure but for the files named by `NAME_FILE`. An empty value counts as not set.
 */
export function readSettings(environment: Environment): Settings {
  const env = new Reader(environment);
  const host = env.text('HOST') ?? '127.0.0.1';
  const port = env.integer('PORT', 3000, 0, 65_535);
  const databaseUrl = readDatabaseUrl(env);
  const encryptionKeys = env.list('ENCRYPTION_KEY').map(decodeKey);
  if (databaseUrl !== null && encryptionKeys.length === 0) {
    throw new SettingError('ENCRYPTION_KEY', '32 bytes in base64, required together with DATABASE_URL');
  }
  return {
    host,
    port,
    publicUrl: env.origin('PUBLIC_URL') ?? defaultPublicUrl(host, port),
    trustedProxies: env.networks('TRUSTED_PROXIES'),
    dataDir: resolve(env.text('DATA_DIR') ?? '.data'),
    databaseUrl,
    requireSyncReplicas: env.integer('REQUIRE_SYNC_REPLICAS', 0, 0, 100),
    role: env.oneOf<Role>('ROLE', ['all', 'api', 'worker'], 'all'),
    processes: env.integer('PROCESSES', defaultProcesses(availableParallelism()), 1, 64),
    encryptionKeys,
    superuser: readSuperuser(env),
    bootstrapApiKey: env.matching('BOOTSTRAP_API_KEY', /^[\x21-\x7e]{32,}$/, '32 or more visible ASCII characters'),
    allowedPrivateNetworks: env.networks('ALLOWED_PRIVATE_NETWORKS'),
    allowedPorts: env.list('ALLOWED_PORTS').map(readPorts),
    egressProxy: readProxy(env),
    dnsServers: env.list('DNS_SERVERS').map(readNameServer),
    maxBodyBytes: env.integer('MAX_BODY_BYTES', 1_048_576, 1, 268_435_456),
    requestTimeoutSeconds: env.integer('REQUEST_TIMEOUT_SECONDS', 60, 1, 3600),
    maxDestinations: env.integer('MAX_DESTINATIONS', 100, 1, 10_000),
    retentionDays: env.integer('RETENTION_DAYS', 90, 1, 3650),
    drainSeconds: env.integer('DRAIN_SECONDS', 20, 0, 3600),
  };
}

/** One core is left to PostgreSQL and what else runs: a process more than that costs more than it brings (docs/adr/0044). */
export function defaultProcesses(cores: number): number {
  return Math.max(1, Math.min(cores - 1, MAX_DEFAULT_PROCESSES));
}

function defaultPublicUrl(host: string, port: number): string {
  const wildcard = host === '0.0.0.0' || host === '::';
  const name = wildcard ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function readDatabaseUrl(env: Reader): string | null {
  const value = env.text('DATABASE_URL');
  if (value === null) return null;
  try {
    parseDatabaseUrl(value);
    return value;
  } catch (error) {
    if (error instanceof DatabaseUrlError) throw new SettingError('DATABASE_URL', error.message);
    throw error;
  }
}

function decodeKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new SettingError('ENCRYPTION_KEY', '32 bytes in base64, comma-separated if several');
  return key;
}

function readSuperuser(env: Reader): Settings['superuser'] {
  const email = env.matching('SUPERUSER_EMAIL', /^[^\s@]+@[^\s@]+$/, 'an email address');
  const password = env.text('SUPERUSER_PASSWORD');
  if (email === null && password === null) return null;
  if (email === null) throw new SettingError('SUPERUSER_EMAIL', 'an email address, required with SUPERUSER_PASSWORD');
  if (password === null || password.length < 12) {
    throw new SettingError('SUPERUSER_PASSWORD', 'at least 12 characters, required with SUPERUSER_EMAIL');
  }
  return { email, password };
}

function readPorts(text: string): PortRange {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const range = [Number(from), Number(to)] as const;
  if (range[0] >= 1 && range[0] <= range[1] && range[1] <= 65_535) return range;
  throw new SettingError('ALLOWED_PORTS', 'ports and ranges of ports such as 443,8000-8999');
}

function readProxy(env: Reader): string | null {
  const value = env.text('EGRESS_PROXY');
  if (value === null) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  const isPlain = url?.protocol === 'http:' && url.pathname === '/' && !url.search && !url.hash;
  if (url && isPlain && !/%(?![\da-f]{2})/i.test(url.href)) return url.href;
  throw new SettingError('EGRESS_PROXY', 'an http URL such as http://user:password@proxy.example.com:3128');
}

function readNameServer(text: string): string {
  const [, bracketed, plain, port = '53'] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? text;
  if (isIP(address) > 0 && Number(port) >= 1 && Number(port) <= 65_535) return text;
  throw new SettingError('DNS_SERVERS', 'addresses with or without a port, such as 192.0.2.53,[2001:db8::53]:5353');
}

/** Typed look-ups in one environment. */
class Reader {
  constructor(private readonly environment: Environment) {}

  text(name: string): string | null {
    const value = this.environment[name]?.trim();
    if (value) return value;
    const file = this.environment[`${name}_FILE`]?.trim();
    if (!file || !(SECRET_VARIABLES as readonly string[]).includes(name)) return null;
    try {
      return readFileSync(file, 'utf8').trim() || null;
    } catch {
      throw new SettingError(`${name}_FILE`, 'the path of a readable file');
    }
  }

  matching(name: string, pattern: RegExp, expects: string): string | null {
    const value = this.text(name);
    if (value !== null && !pattern.test(value)) throw new SettingError(name, expects);
    return value;
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.text(name);
    if (value === null) return fallback;
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new SettingError(name, `a whole number from ${min} to ${max}`);
    }
    return number;
  }

  oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === null) return fallback;
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw new SettingError(name, `one of ${values.join(', ')}`);
    return found;
  }

  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  networks(name: string): string[] {
    const networks = this.list(name);
    for (const network of networks) {
      if (!ipaddr.isValidCIDR(network)) {
        throw new SettingError(name, 'networks such as 10.0.0.0/8 or fd00::/8, comma-separated');
      }
    }
    return networks;
  }

  origin(name: string): string | null {
    const value = this.text(name);
    if (value === null) return null;
    const url = URL.canParse(value) ? new URL(value) : null;
    if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
      throw new SettingError(name, 'an http or https origin such as https://pusher.example.com, without a path');
    }
    return url.origin;
  }
}
