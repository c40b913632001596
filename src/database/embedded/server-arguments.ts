import { join } from 'node:path';

interface ServerOptions {
  readonly databaseDir: string;
  readonly port: number;
  /** False only for tests: a power cut may then lose what was committed. */
  readonly durable: boolean;
}

/** PostgreSQL's data folder within the database's own folder. */
export function clusterDirOf(databaseDir: string): string {
  return join(databaseDir, 'cluster');
}

/**
 * The server's command line. Here rather than in postgresql.conf, so that a new version of ours brings its own
 * settings to data that is already there.
 */
export function serverArguments({ databaseDir, port, durable }: ServerOptions): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '100',
    timezone: 'UTC',
    shared_buffers: '256MB',
    // No replicas here: less to write ahead.
    wal_level: 'minimal',
    max_wal_senders: '0',
    wal_compression: 'pglz',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    // A queue: many small updates, no long scans. Parallel workers would need more of /dev/shm than containers have.
    max_parallel_workers_per_gather: '0',
    max_parallel_maintenance_workers: '0',
    random_page_cost: '1.1',
    autovacuum_naptime: '15s',
    // Its own files, a week of them: what it writes must not block on a pipe that nobody reads.
    logging_collector: 'on',
    log_directory: join(databaseDir, 'log'),
    log_filename: 'postgresql-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_timezone: 'UTC',
    // Several services share the one of the tests.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: '300' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', clusterDirOf(databaseDir), ...flags];
}
