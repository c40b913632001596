/** What one process runs: everything, only the API side, or only the delivery side. */
export type Role = 'all' | 'api' | 'worker';

/** First and last of a range of ports. */
export type PortRange = readonly [from: number, to: number];

/**
 * The whole configuration, validated once at start. Durations carry their unit in the name,
 * sizes are bytes. `databaseUrl` is null when the embedded PostgreSQL is to be used.
 */
export abstract class Settings {
  abstract readonly host: string;
  abstract readonly port: number;
  /** Origin under which people and programs reach us, without a trailing slash. */
  abstract readonly publicUrl: string;
  /** CIDRs of proxies whose forwarding headers are believed. */
  abstract readonly trustedProxies: readonly string[];
  /** Absolute path. */
  abstract readonly dataDir: string;
  abstract readonly databaseUrl: string | null;
  /** Accept only while so many standbys confirm each commit; 0: whatever the database does. */
  abstract readonly requireSyncReplicas: number;
  abstract readonly role: Role;
  abstract readonly processes: number;
  /** 32-byte keys, newest first; empty: generate one under `dataDir` (embedded database only). */
  abstract readonly encryptionKeys: readonly Buffer[];
  abstract readonly superuser: { readonly email: string; readonly password: string } | null;
  abstract readonly bootstrapApiKey: string | null;
  /** CIDRs that destinations may reach although they are not public. */
  abstract readonly allowedPrivateNetworks: readonly string[];
  /** Ports that destinations may be reached at; empty: any. */
  abstract readonly allowedPorts: readonly PortRange[];
  /** An http URL, perhaps with credentials; null: destinations are connected to directly. */
  abstract readonly egressProxy: string | null;
  /** Name servers (`address` or `address:port`) for the names of destinations; empty: those of the system. */
  abstract readonly dnsServers: readonly string[];
  abstract readonly maxBodyBytes: number;
  /** How long a request may take to arrive. */
  abstract readonly requestTimeoutSeconds: number;
  abstract readonly maxDestinations: number;
  abstract readonly retentionDays: number;
  abstract readonly drainSeconds: number;
}

/**
 * The settings a running application gets from its supervisor: what was configured, with the database and the keys
 * resolved (embedded server started, key generated), so that every fork works with the same ones.
 * Abstract classes rather than interfaces, so that Nest can inject them by type.
 */
export abstract class RunSettings extends Settings {
  abstract override readonly databaseUrl: string;
}
