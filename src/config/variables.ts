/** One environment variable, as the command line and the documentation show it. */
export interface Variable {
  readonly name: string;
  /** Without the leading dashes. */
  readonly flag: string;
  readonly help: string;
  /** May also be given as `NAME_FILE`. */
  readonly secret?: true;
}

/** Every variable of the contract; each has a flag that wins over it. */
export const VARIABLES: readonly Variable[] = [
  { name: 'HOST', flag: 'host', help: 'address to listen on (127.0.0.1)' },
  { name: 'PORT', flag: 'port', help: 'port to listen on (3000)' },
  { name: 'PUBLIC_URL', flag: 'public-url', help: 'how the outside reaches us (from host and port)' },
  { name: 'TRUSTED_PROXIES', flag: 'trusted-proxies', help: 'networks whose forwarding headers are believed (none)' },
  { name: 'DATA_DIR', flag: 'data-dir', help: 'embedded database and generated key (.data)' },
  { name: 'DATABASE_URL', flag: 'database-url', help: 'an external PostgreSQL 15 or later', secret: true },
  {
    name: 'REQUIRE_SYNC_REPLICAS',
    flag: 'require-sync-replicas',
    help: 'accept only while so many standbys confirm each commit (0)',
  },
  { name: 'ROLE', flag: 'role', help: 'all, api or worker: what this process runs (all)' },
  {
    name: 'PROCESSES',
    flag: 'processes',
    help: 'processes that share the work on this machine (one fewer than cores, 1 to 4)',
  },
  { name: 'ENCRYPTION_KEY', flag: 'encryption-key', help: '32 bytes in base64; several, newest first', secret: true },
  { name: 'SUPERUSER_EMAIL', flag: 'superuser-email', help: 'create this superuser if there is none' },
  { name: 'SUPERUSER_PASSWORD', flag: 'superuser-password', help: 'password of that superuser', secret: true },
  { name: 'BOOTSTRAP_API_KEY', flag: 'bootstrap-api-key', help: 'accept this as an admin API key', secret: true },
  {
    name: 'ALLOWED_PRIVATE_NETWORKS',
    flag: 'allow-private',
    help: 'networks that destinations may reach although private',
  },
  { name: 'ALLOWED_PORTS', flag: 'allowed-ports', help: 'ports that destinations may be reached at (any)' },
  { name: 'EGRESS_PROXY', flag: 'egress-proxy', help: 'http proxy to reach destinations through (none)', secret: true },
  { name: 'DNS_SERVERS', flag: 'dns-servers', help: "name servers for destinations' names (the system's)" },
  { name: 'MAX_BODY_BYTES', flag: 'max-body-bytes', help: 'largest payload (1048576)' },
  {
    name: 'REQUEST_TIMEOUT_SECONDS',
    flag: 'request-timeout-seconds',
    help: 'how long a request may take to arrive (60)',
  },
  { name: 'MAX_DESTINATIONS', flag: 'max-destinations', help: 'destinations of one account (100)' },
  { name: 'RETENTION_DAYS', flag: 'retention-days', help: 'how long finished events are kept (90)' },
  { name: 'DRAIN_SECONDS', flag: 'drain-seconds', help: 'how long a stop waits for running attempts (20)' },
];
